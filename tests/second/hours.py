"""How much of a stretch of time support was open."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.second.records import DAY, Records, walk

Opening = tuple[time, time]


def open_time(records: Records, schedule: int, since: datetime, until: datetime, zone: ZoneInfo) -> timedelta:
    """The part of the time, day by day, on the clocks of the place; a night that gains an hour has it."""
    total, day = timedelta(), since.astimezone(zone).date()
    while day <= until.astimezone(zone).date():
        for opens, closes in open_on(records, schedule, day):
            start, end = instant(day, opens, zone), instant(day, closes, zone)
            total += max(timedelta(), min(end, until) - max(start, since))
        day += DAY
    return total


def instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A moment of a local day; 23:59 is how a form says midnight."""
    is_midnight = clock >= time(23, 59)
    local = datetime.combine(day + DAY, time(), zone) if is_midnight else datetime.combine(day, clock, zone)
    return local.astimezone(UTC)


def open_on(records: Records, schedule: int, day: date) -> list[Opening]:
    holidays, week = calendar(records, schedule)
    return [] if day in holidays else week.get(day.isoweekday(), [])


@walk
def calendar(records: Records, schedule: int) -> tuple[set[date], dict[int, list[Opening]]]:
    """The holidays of a schedule, and its openings by weekday; where two overlap they are one."""
    week: dict[int, list[Opening]] = {}
    for row in sorted(records.of("opening_hours", "schedule_id").get(schedule, []), key=lambda row: row.opens):
        openings = week.setdefault(row.weekday, [])
        if openings and row.opens <= openings[-1][1]:
            openings[-1] = (openings[-1][0], max(row.closes, openings[-1][1]))
        else:
            openings.append((row.opens, row.closes))
    return {row.on for row in records.of("holidays", "schedule_id").get(schedule, [])}, week


def schedule_of(records: Records, schedule: int | None) -> int | None:
    """The one named, or the default; there may be none."""
    return schedule or next((row.id for row in records.schedules if row.is_default), None)
