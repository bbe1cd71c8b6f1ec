"""The database and Python count the same opening hours."""

from datetime import UTC, datetime, time, timedelta
from random import Random

import pytest

from metrics.measures.marketing import LeadsAnsweredInHours
from sales.models import Lead
from support.hours import Week, open_time
from support.models import Schedule
from support.open_time import OpenSeconds
from tests.makers import make_holiday, make_lead, make_opening_hours, make_schedule
from tests.metrics.asked import number, settle, value
from tests.metrics.vectors.crowd import at

pytestmark = pytest.mark.django_db

MARCH = ("2025-03-01", "2025-04-01")


@pytest.fixture
def schedule() -> Schedule:
    """Weekdays from nine to five with an hour that overlaps, Saturday nights until midnight, one day off."""
    made = make_schedule(is_default=True)
    for weekday in range(1, 6):
        make_opening_hours(schedule=made, weekday=weekday, opens=time(9), closes=time(17))
    make_opening_hours(schedule=made, weekday=2, opens=time(16), closes=time(18))
    make_opening_hours(schedule=made, weekday=6, opens=time(22), closes=time(23, 59))
    make_opening_hours(schedule=made, weekday=7, opens=time(1), closes=time(4))  # in the night the clock is changed
    make_holiday(schedule=made, on=datetime(2025, 3, 5).date())
    return made


def test_any_two_moments_are_the_same_time_apart(schedule: Schedule) -> None:
    """200 stretches around the changes of the clock in March and October, from seconds to weeks."""
    dice = Random(3)
    for _ in range(200):
        start = datetime(2025, dice.choice([3, 10]), 20, tzinfo=UTC) + timedelta(seconds=dice.randrange(1_000_000))
        end = start + timedelta(seconds=dice.choice([1, 50, 5_000, 90_000, 900_000]) * dice.randrange(1, 4))
        make_lead(created_at=start, first_contacted_at=end)
    week = Week.of(schedule)
    counted = Lead.objects.annotate(open=OpenSeconds("created_at", "first_contacted_at"))
    by_hand = {lead.pk: open_time(week, lead.created_at, lead.first_contacted_at) for lead in Lead.objects.all()}
    assert {lead.pk: timedelta(seconds=lead.open) for lead in counted} == by_hand
    assert len(set(by_hand.values())) > 50


def test_without_a_default_schedule_there_is_no_opening_time() -> None:
    make_lead(created_at=at(3, 3), first_contacted_at=at(3, 4))
    assert Lead.objects.annotate(open=OpenSeconds("created_at", "first_contacted_at")).get().open is None


def test_how_long_leads_wait_while_we_are_open(schedule: Schedule) -> None:
    """From Friday 16:00 in Berlin to Monday 11:00 there are eight open hours; another waits for one."""
    make_lead(created_at=at(3, 7, hour=15), first_contacted_at=at(3, 10, hour=10))
    make_lead(created_at=at(3, 11, hour=9), first_contacted_at=at(3, 11, hour=10))
    make_lead(created_at=at(3, 11, hour=9), first_contacted_at=at(3, 11, hour=10), entered_by_staff=True)
    settle(LeadsAnsweredInHours)
    waits = 8 * 3_600  # one of Friday, two of Saturday, three of Sunday, two of Monday
    assert number("lead_response_time_in_hours_mean", *MARCH) == (waits + 3_600) / 2
    assert number("lead_response_time_in_hours", *MARCH) == (waits + 3_600) / 2
    assert value("lead_response_time_in_hours_p90", *MARCH).n == 2
