"""The days of the demo: when things happen more often, and at what time of the day."""

from bisect import bisect
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

# How busy a month is, January first: a dip in summer, a peak in December.
OFFICE_YEAR = (0.96, 0.98, 1.06, 1.0, 1.0, 0.98, 0.8, 0.74, 1.06, 1.08, 1.1, 1.14)
SHOP_YEAR = (0.84, 0.86, 0.95, 0.98, 1.0, 0.96, 0.82, 0.8, 0.98, 1.04, 1.3, 1.65)
STEADY_YEAR = (1.0,) * 12
# How busy a weekday is, Monday first.
OFFICE_WEEK = (1.0, 1.1, 1.08, 1.02, 0.82, 0.03, 0.02)
SHOP_WEEK = (0.95, 0.95, 1.0, 1.05, 1.15, 1.0, 0.8)
HELP_WEEK = (1.35, 1.15, 1.05, 1.0, 0.9, 0.3, 0.22)


def add_months(day: date, months: int) -> date:
    """The same day some months later, at most the 28th where the month is too short for it."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return day.replace(year=years, month=month + 1)
    except ValueError:
        return day.replace(year=years, month=month + 1, day=28)


class Curve:
    """A stretch of days of which some are busier than others; days are drawn from it by their weight."""

    def __init__(self, first: date, weights: list[float]) -> None:
        self.first = first
        self.edges = [0.0, *accumulate(weights)]

    def draw(self, chance: Random, since: date | None = None, until: date | None = None) -> date:
        """A day from `since` to `until`, both included."""
        low = max(0, (since - self.first).days) if since else 0
        high = min(len(self.edges) - 1, (until - self.first).days + 1) if until else len(self.edges) - 1
        low = min(low, len(self.edges) - 2)
        high = max(high, low + 1)
        place = chance.uniform(self.edges[low], self.edges[high])
        return self.first + timedelta(days=max(low, min(bisect(self.edges, place) - 1, high - 1)))


class Days:
    """All days of the demo, from the first to the last, in the business zone."""

    def __init__(self, *, months: int, until: date, zone: ZoneInfo) -> None:
        self.zone, self.months = zone, months
        self.last = until
        self.first = add_months(until, -months) + timedelta(days=1)
        self.count = (self.last - self.first).days + 1
        self.now = self._midnight(until + timedelta(days=1)) - timedelta(seconds=1)
        self.midnights: dict[date, datetime] = {}

    def _midnight(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)

    def midnight(self, day: date) -> datetime:
        found = self.midnights.get(day)
        if found is None:
            found = self.midnights[day] = self._midnight(day)
        return found

    def share(self, day: date) -> float:
        """How much of the story is told by this day, 0 to 1."""
        return (day - self.first).days / self.count

    def part(self, share: float) -> date:
        """The first day of the month that lies this far into the story."""
        return (self.first + timedelta(days=int(self.count * share))).replace(day=1)

    def of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def curve(
        self,
        year: tuple[float, ...] = OFFICE_YEAR,
        week: tuple[float, ...] = OFFICE_WEEK,
        *,
        growth: float = 1.9,
        extra: Callable[[date], float] = lambda day: 1.0,
    ) -> Curve:
        """Days weighted by month, weekday and `extra`, `growth` times as busy at the end as at the start."""
        days = (self.first + timedelta(days=index) for index in range(self.count))
        weights = [
            year[day.month - 1] * week[day.weekday()] * extra(day) * (1 + (growth - 1) * index / self.count)
            for index, day in enumerate(days)
        ]
        return Curve(self.first, weights)
