"""How long support was open between two moments."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from django.conf import settings

if TYPE_CHECKING:
    from support.models import Schedule

DAY = timedelta(days=1)
LAST_MINUTE = time(23, 59)
LOOKS_AHEAD = 731

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class Week:
    """Opening hours by ISO weekday, the days off, and the zone whose clocks hang on the wall.

    A stretch that closes at 23:59 or later lasts until midnight.
    """

    hours: dict[int, tuple[tuple[time, time], ...]]
    holidays: frozenset[date] = frozenset()
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(settings.TIME_ZONE))
    seen: dict[date, timedelta] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, schedule: "Schedule") -> Self:
        """The week of a schedule, read from the database once."""
        rows = schedule.hours.order_by("weekday", "opens").values_list("weekday", "opens", "closes")
        hours = {
            day: without_overlap([(opens, closes) for _, opens, closes in group])
            for day, group in groupby(rows, key=lambda row: row[0])
        }
        return cls(hours, frozenset(schedule.holidays.values_list("on", flat=True)))

    def stretches(self, day: date) -> list[Stretch]:
        """The open stretches of a local day, between instants."""
        if day in self.holidays:
            return []
        return [(self.instant(day, opens), self.closing(day, closes)) for opens, closes in self._hours_of(day)]

    def length(self, day: date) -> timedelta:
        """How long support is open on a local day; less or more in a night with a clock change."""
        if day not in self.seen:
            self.seen[day] = sum((end - start for start, end in self.stretches(day)), timedelta())
        return self.seen[day]

    def instant(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def closing(self, day: date, clock: time) -> datetime:
        return self.instant(day + DAY, time.min) if clock >= LAST_MINUTE else self.instant(day, clock)

    def _hours_of(self, day: date) -> tuple[tuple[time, time], ...]:
        return self.hours.get(day.isoweekday(), ())


def open_time(week: Week, start: datetime, end: datetime) -> timedelta:
    """How long support was open between two instants; nothing when the end is not after the start."""
    if end <= start:
        return timedelta()
    first, last = start.astimezone(week.zone).date(), end.astimezone(week.zone).date()
    if first == last:
        return _inside(week, first, start, end)
    between = (week.length(first + n * DAY) for n in range(1, (last - first).days))
    return sum(between, _inside(week, first, start, end) + _inside(week, last, start, end))


def moment_after(week: Week, start: datetime, length: timedelta) -> datetime | None:
    """The instant by which support was open for that long since the start; none within the next two years."""
    left, day = length, start.astimezone(week.zone).date()
    for n in range(LOOKS_AHEAD):
        for opens, closes in week.stretches(day + n * DAY):
            begins = max(opens, start.astimezone(UTC))
            if closes - begins >= left:
                return begins + left
            left -= max(closes - begins, timedelta())
    return None


def without_overlap(stretches: list[tuple[time, time]]) -> tuple[tuple[time, time], ...]:
    """The same opening hours with overlapping stretches joined, so that no minute counts twice."""
    joined: list[tuple[time, time]] = []
    for opens, closes in sorted(stretches):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
            continue
        joined.append((opens, closes))
    return tuple(joined)


def _inside(week: Week, day: date, start: datetime, end: datetime) -> timedelta:
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    within = (min(closes, end) - max(opens, start) for opens, closes in week.stretches(day))
    return sum((max(stretch, timedelta()) for stretch in within), timedelta())
