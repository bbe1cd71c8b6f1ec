"""Business time is counted between instants, on the clocks of the place."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from support.hours import Week, open_time
from support.models import Holiday, OpeningHours, Schedule

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
OFFICE = Week(dict.fromkeys(range(1, 6), ((time(9), time(17)),)), zone=BERLIN)
ALWAYS = Week(dict.fromkeys(range(1, 8), ((time.min, time(23, 59, 59)),)), zone=BERLIN)
NIGHTS = Week({7: ((time(0), time(6)),)}, zone=BERLIN)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (at(2026, 3, 2, 10), at(2026, 3, 2, 12, 30), 2.5),  # within a Monday
        (at(2026, 3, 2, 7), at(2026, 3, 2, 20), 8),  # around a Monday
        (at(2026, 3, 6, 17), at(2026, 3, 9, 9), 0),  # Friday 17:00 to Monday 09:00
        (at(2026, 3, 6, 16), at(2026, 3, 9, 10), 2),  # an hour on either side of the weekend
        (at(2026, 3, 7, 12), at(2026, 3, 8, 12), 0),  # a weekend
        (at(2026, 3, 2, 9), at(2026, 3, 16, 9), 80),  # two weeks
        (at(2026, 3, 2, 12), at(2026, 3, 2, 12), 0),
        (at(2026, 3, 3, 12), at(2026, 3, 2, 12), 0),  # the wrong way round
    ],
)
def test_only_open_hours_count(start: datetime, end: datetime, hours: float) -> None:
    assert open_time(OFFICE, start, end) == hours * HOUR


def test_the_parts_of_seconds_on_either_side_of_a_night_count() -> None:
    start, end = at(2026, 3, 2, 16, 59, 59, 400_000), at(2026, 3, 3, 9, 0, 0, 400_000)
    assert open_time(OFFICE, start, end) == timedelta(seconds=1)


def test_a_year_of_office_hours_is_261_days_of_eight_hours() -> None:
    assert open_time(OFFICE, at(2026, 1, 1), at(2027, 1, 1)) == 261 * 8 * HOUR


def test_a_night_that_loses_an_hour_is_an_hour_shorter() -> None:
    # 29 March 2026: 02:00 becomes 03:00.
    assert open_time(ALWAYS, at(2026, 3, 29), at(2026, 3, 30)) == 23 * HOUR
    assert open_time(ALWAYS, at(2026, 3, 28, 12), at(2026, 3, 29, 12)) == 23 * HOUR
    assert open_time(NIGHTS, at(2026, 3, 28, 12), at(2026, 3, 29, 12)) == 5 * HOUR


def test_a_night_that_gains_an_hour_is_an_hour_longer() -> None:
    # 25 October 2026: 03:00 becomes 02:00.
    assert open_time(ALWAYS, at(2026, 10, 25), at(2026, 10, 26)) == 25 * HOUR
    assert open_time(NIGHTS, at(2026, 10, 24, 12), at(2026, 10, 25, 12)) == 7 * HOUR


def test_office_hours_do_not_notice_the_clock_change() -> None:
    assert open_time(OFFICE, at(2026, 3, 27, 16), at(2026, 3, 30, 10)) == 2 * HOUR


def test_instants_may_come_in_any_zone() -> None:
    # 08:00 UTC is 09:00 in Berlin in winter.
    start, end = datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert open_time(OFFICE, start, end) == 2 * HOUR


def test_a_holiday_is_closed() -> None:
    week = Week(OFFICE.hours, frozenset([date(2026, 4, 3), date(2026, 4, 6)]), BERLIN)  # Easter
    assert open_time(week, at(2026, 4, 2, 16), at(2026, 4, 7, 10)) == 2 * HOUR


@pytest.mark.django_db
def test_a_schedule_becomes_a_week_with_overlaps_counted_once() -> None:
    schedule = Schedule.objects.create(name="Late")
    for opens, closes in [(time(9), time(13)), (time(12), time(18)), (time(20), time(21))]:
        OpeningHours.objects.create(schedule=schedule, weekday=1, opens=opens, closes=closes)
    Holiday.objects.create(schedule=schedule, on=date(2026, 3, 9))
    week = Week.of(schedule)
    assert week.hours == {1: ((time(9), time(18)), (time(20), time(21)))}
    assert open_time(week, at(2026, 3, 2), at(2026, 3, 3)) == 10 * HOUR
    assert open_time(week, at(2026, 3, 9), at(2026, 3, 10)) == timedelta()


@pytest.mark.django_db
def test_reading_a_schedule_takes_two_queries(django_assert_num_queries) -> None:
    schedule = Schedule.objects.create(name="Late")
    with django_assert_num_queries(2):
        Week.of(schedule)
