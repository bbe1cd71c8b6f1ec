"""Every declaration is read by `manage.py check`, without a database: a bad one stops it, and says where to look."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from metrics.checks.kpis import kpi_complaints
from metrics.checks.measures import measure_complaints
from metrics.checks.words import Complaint
from metrics.dimensions import DIMENSIONS
from metrics.language import DECLARED, KPI, Dimension, Measure
from metrics.models import Fact

TAG = "metrics"


@register(TAG)
def declarations(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """All dimensions, measures and KPIs there are."""
    from metrics import registry

    found = [*dimensions(DIMENSIONS.values()), *taken_twice(DECLARED)]
    found += pack()
    for measure in registry.all_measures():
        found += complaints(measure, measure_complaints(measure))
    for kpi in registry.all_kpis():
        found += complaints(kpi, kpi_complaints(kpi))
    return found


def pack() -> list[CheckMessage]:
    """The installation starts with boards there are."""
    from metrics.packs import PACKS

    if settings.PACK in PACKS:
        return []
    return [Error(f"PLUMB_PACK is {settings.PACK!r}, and no pack. It may be {', '.join(PACKS)}.", id="metrics.E004")]


def complaints(declared: type, found: Iterable[Complaint]) -> list[CheckMessage]:
    where = f"{declared.__module__}.{declared.__qualname__}"
    number = "metrics.E002" if issubclass(declared, KPI) else "metrics.E001"
    return [Error(what, obj=f"{where}.{attribute}", id=number) for attribute, what in found]


def dimensions(all_there_are: Iterable[Dimension]) -> list[CheckMessage]:
    """Each has a number and a column of the ledger of its own."""
    listed, columns = list(all_there_are), {field.name for field in Fact._meta.fields}
    numbers = Counter(dimension.id for dimension in listed)
    found = [(d, f"Its id {d.id} is another's too.") for d in listed if numbers[d.id] > 1]
    found += [(d, "The ledger has no column of this name.") for d in listed if d.key not in columns]
    return [Error(what, obj=f"metrics.dimensions.{d.key}", id="metrics.E003") for d, what in found]


def taken_twice(declared: Iterable[type[Measure] | type[KPI]]) -> list[CheckMessage]:
    """A key, and a KPI's title, belong to one class."""
    found = []
    for base, names in ((Measure, ("key",)), (KPI, ("key", "title"))):
        classes = [one for one in declared if issubclass(one, base)]
        for name in names:
            first: dict[str, type] = {}
            for one in classes:
                other = first.setdefault(getattr(one, name).casefold(), one)
                if other is not one:
                    what = f"{other.__module__}.{other.__qualname__} has the {name} {getattr(one, name)!r} already."
                    found += complaints(one, [(name, what)])
    return found
