"""Settled facts for analyses, within what the asker may see."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL

from metrics.language import Measure
from metrics.models import Fact
from metrics.models.fact import CURRENT
from metrics.reading import Limits, mark_number, numbers_of

MICRO = 1_000_000


def settled(measure: type[Measure], until: date, limits: Limits, *, mark: str = "") -> QuerySet[Fact]:
    """The facts of a measure on all days before `until`, or only those with a mark."""
    rows = Fact.objects.filter(CURRENT, measure=numbers_of([measure])[measure.key], day__lt=until)
    if measure in limits:
        sql, params = limits[measure]
        rows = rows.filter(record__in=RawSQL(sql, params))  # noqa: S611 - our own SQL; words travel as parameters
    if mark:
        bit = 1 << mark_number(measure, mark) - 1
        rows = rows.annotate(marked=F("marks").bitand(bit)).filter(~Q(marked=0))
    return rows


def read(measure: type[Measure], until: date, limits: Limits, *columns: str, mark: str = "") -> Iterator[Any]:
    """Some columns of settled facts, in the order they happened."""
    found = settled(measure, until, limits, mark=mark).order_by("day", "at", "id")
    return found.values_list(*columns, named=False).iterator(chunk_size=20_000)


def month_of(day: date) -> int:
    """A running number for the month of a day."""
    return day.year * 12 + day.month - 1


def month_named(month: int) -> str:
    """Jan 2025."""
    return f"{date(month // 12, month % 12 + 1, 1):%b %Y}"


def first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def whole_months(until: date) -> int:
    """The running number of the first month that is not over when everything before `until` is settled."""
    return month_of(until)


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def in_order(counts: Mapping[str, Any], first: Sequence[str] = ()) -> list[str]:
    """Names in a given order, those not in it after, by name; what has no name comes last."""
    return sorted(counts, key=lambda name: (first.index(name) if name in first else len(first), not name, name))
