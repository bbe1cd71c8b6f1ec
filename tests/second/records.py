"""What stands in the tables, read once and plain: all that the second counting knows of the product."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import wraps
from types import SimpleNamespace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db.models import Model

Row = SimpleNamespace
Found = TypeVar("Found")
DAY = timedelta(days=1)
ROOMS = ("customers", "sales", "support", "surveys")
NOTED = ("Goal", "GoalReading", "ManualMeasure", "ManualValue", "QualityCheck")  # what people tell the numbers' room


class Records:
    """Every row of every table, under the plural of what it is: `deals`, `stage_changes`, `order_lines`, `touches`."""

    def __init__(self, rows: dict[str, list[Row]]) -> None:
        self.rows = rows
        self.known: dict[Any, Any] = {}

    def __getattr__(self, name: str) -> list[Row]:
        try:
            return self.__dict__["rows"][name]
        except KeyError as error:
            raise AttributeError(f"There are no {name} among {sorted(self.rows)}.") from error

    def by_id(self, name: str) -> dict[int, Row]:
        """The rows of one table by their number: `records.by_id("customers")[7]`."""
        if name not in self.known:
            self.known[name] = {row.id: row for row in getattr(self, name)}
        return self.known[name]

    def of(self, name: str, column: str) -> dict[Any, list[Row]]:
        """The rows of one table, gathered by what stands in a column: `records.of("order_lines", "order_id")`."""
        if (name, column) not in self.known:
            gathered: dict[Any, list[Row]] = {}
            for row in getattr(self, name):
                gathered.setdefault(getattr(row, column), []).append(row)
            self.known[name, column] = gathered
        return self.known[name, column]


def read() -> Records:
    """Every table there is, one query each, nothing filtered and nothing joined; database views are left alone."""
    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    models += [apps.get_model("metrics", name) for name in NOTED]
    return Records({_plural(model): _rows(model) for model in models if model._meta.managed})


def _plural(model: type[Model]) -> str:
    return str(model._meta.verbose_name_plural).lower().replace(" ", "_").replace("-", "")


def _rows(model: type[Model]) -> list[Row]:
    return [SimpleNamespace(**values) for values in model._base_manager.order_by("pk").values()]


def walk(function: Callable[..., Found]) -> Callable[..., Found]:
    """A walk over all records, taken once and remembered: a function of the records and perhaps more words."""

    @wraps(function)
    def remembered(records: Records, *words: Any) -> Found:
        key = (function, *words)
        if key not in records.known:
            records.known[key] = function(records, *words)
        return records.known[key]

    return remembered


@dataclass(frozen=True)
class Span:
    """Local days from `start` up to, but not including, `end`."""

    start: date
    end: date
    zone: ZoneInfo = field(compare=False)

    def day(self, when: date) -> date:
        """The local day of a moment; a day is its own."""
        return when.astimezone(self.zone).date() if isinstance(when, datetime) else when

    def holds(self, when: date | None) -> bool:
        """Whether a moment or a day falls into these days; what has not happened does not."""
        return when is not None and self.start <= self.day(when) < self.end

    def reached(self, when: date | None) -> bool:
        """Whether a moment or a day has come when these days end."""
        return when is not None and self.day(when) < self.end

    def last(self, days: int) -> "Span":
        """As many days, up to the same end."""
        return Span(self.end - days * DAY, self.end, self.zone)

    def before(self) -> "Span":
        """All days before these: what stands at its end stands at the start of these."""
        return Span(date.min, self.start, self.zone)

    def from_the_first(self) -> "Span":
        """All days up to the same end."""
        return Span(date.min, self.end, self.zone)
