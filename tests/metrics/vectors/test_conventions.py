"""What holds for every number: zones, days, weeks, windows, balances and quotients, asked of the product."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import override_settings

from customers.choices import Role
from metrics.language import Reason
from metrics.measures.care import CalendarMornings
from metrics.measures.sales import DealsClosed, MoneyBack, ProductsSold
from metrics.measures.support import (
    TicketMovements,
    TicketsAnswered,
    TicketsAnsweredInHours,
    TicketsCreated,
    TicketsSolved,
)
from support.models import AccessSample, Ticket
from support.services import open_ticket, reply_to_ticket
from tests.makers import make_customer, make_opening_hours, make_schedule, make_team, make_user
from tests.metrics.asked import by_member, number, series, settle, value
from tests.metrics.vectors.crowd import at, closed_deals, purchases

pytestmark = pytest.mark.django_db


def utc(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[misc,arg-type]


def tickets(moments: Iterable[datetime], **fields: object) -> None:
    Ticket.objects.bulk_create(Ticket(subject="Help", created_at=moment, **fields) for moment in moments)


# ── Days, in the company's zone ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Europe/Berlin", utc(2025, 1, 31, 23, 30), "2025-02-01"),  # an hour ahead in winter
        ("Europe/Berlin", utc(2025, 3, 29, 22, 30), "2025-03-29"),
        ("Europe/Berlin", utc(2025, 3, 30, 22, 30), "2025-03-31"),  # two hours ahead since that night
        ("Europe/Berlin", utc(2025, 10, 26, 22, 30), "2025-10-26"),  # one again since that night
        ("America/New_York", utc(2025, 3, 1, 4, 59), "2025-02-28"),
        ("Asia/Kolkata", utc(2025, 2, 28, 18, 30), "2025-03-01"),  # five and a half
        ("Pacific/Kiritimati", utc(2024, 12, 31, 10, 0), "2025-01-01"),
    ],
)
def test_a_moment_counts_on_its_local_day(zone: str, moment: datetime, day: str) -> None:
    with override_settings(TIME_ZONE=zone):
        tickets([moment])
        settle(TicketsCreated)
        after = date.fromisoformat(day) + timedelta(days=1)
        assert number("new_tickets", day, after) == 1
        assert number("new_tickets", "2024-01-01", "2026-01-01") == 1


@pytest.mark.parametrize(
    ("asked", "answered", "hours"),
    [
        (utc(2025, 3, 29, 23), utc(2025, 3, 30, 22), 23),  # from midnight to midnight, the night the clocks go forward
        (utc(2025, 10, 25, 22), utc(2025, 10, 26, 23), 25),  # and the night they go back
    ],
)
def test_a_wait_is_as_long_as_it_was(asked: datetime, answered: datetime, hours: int) -> None:
    tickets([asked], awaited_since=asked, replied_at=answered)
    settle(TicketsAnswered)
    assert number("first_response_time", "2025-01-01", "2026-01-01") == hours * 3_600


def test_opening_hours_of_that_night_are_an_hour_fewer() -> None:
    """Open around the clock on Sundays: from Saturday noon to Monday noon that is 23 hours."""
    schedule = make_schedule(is_default=True)
    make_opening_hours(schedule=schedule, weekday=7, opens=time(0), closes=time(23, 59))
    ticket = open_ticket(Ticket(subject="Help"), at=utc(2025, 3, 29, 11))
    reply_to_ticket(ticket, body="Here.", at=utc(2025, 3, 31, 10))
    settle(TicketsAnsweredInHours, TicketsAnswered)
    asked = ("2025-03-01", "2025-04-01")
    assert number("first_response_time_in_hours", *asked) == 23 * 3_600
    assert number("first_response_time", *asked) == 47 * 3_600


# ── Steps ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_weeks_begin_on_monday_and_cross_the_year() -> None:
    """Monday 30 December 2024 to Sunday 5 January 2025 is one week."""
    tickets(utc(2024, 12, day, 12) for day in (29, 30, 31))
    tickets(utc(2025, 1, day, 12) for day in (1, 5, 6))
    settle(TicketsCreated)
    assert series("new_tickets", "2024-12-23", "2025-01-13", "week") == [1, 4, 1]


@override_settings(FISCAL_YEAR_START=4)
def test_a_number_in_steps_is_cut_where_they_begin() -> None:
    """One ticket on the first day of every month of two years, and one more on 31 March 2024."""
    tickets(utc(year, month, 1, 12) for year in (2024, 2025) for month in range(1, 13))
    tickets([utc(2024, 3, 31, 12)])
    settle(TicketsCreated)
    span = ("2024-01-01", "2026-01-01")
    assert series("new_tickets", *span, "year") == [13, 12]
    assert series("new_tickets", *span, "quarter") == [4, 3, 3, 3, 3, 3, 3, 3]
    assert series("new_tickets", *span, "fiscal_year") == [4, 12, 9]
    assert sum(series("new_tickets", *span, "month")) == 25


def test_a_period_ends_before_its_end() -> None:
    tickets([utc(2025, 3, 31, 21, 59), utc(2025, 3, 31, 22, 0)])
    settle(TicketsCreated)
    assert number("new_tickets", "2025-03-01", "2025-04-01") == 1


def revenue() -> None:
    """Eight orders of thousands, on the days of the example."""
    told = [
        (at(1, 1, 2020), 1_000), (at(2, 1, 2020), 4_000), (at(3, 1, 2020), 3_000), (at(4, 2, 2020), 4_000),
        (at(1, 1, 2021), 1_000), (at(1, 2, 2021), 1_000), (at(1, 3, 2021), 1_000), (at(1, 4, 2021), 1_000),
    ]  # fmt: skip
    for moment, amount in told:
        purchases([make_customer()], amount, moment)
    settle(ProductsSold, MoneyBack)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2020-02-01", "2020-04-01", 7_000),  # up to 31 March
        ("2020-02-02", "2020-04-02", 3_000),  # up to 1 April: 1 February is out
        ("2020-02-03", "2020-04-03", 7_000),
        ("2020-03-02", "2020-05-02", 4_000),
    ],
)
def test_t101_the_two_months_up_to_a_day(start: str, end: str, expected: int) -> None:
    revenue()
    assert number("revenue", start, end) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2021-01-01", "2021-01-04", 3_000),
        ("2021-01-01", "2021-01-05", 4_000),
        ("2021-01-01", "2021-01-07", 4_000),
        ("1900-01-01", "2020-04-01", 8_000),
        ("1900-01-01", "2020-04-03", 12_000),
    ],
)
def test_t102_the_month_so_far_and_all_there_ever_was(start: str, end: str, expected: int) -> None:
    revenue()
    assert number("revenue", start, end) == expected


# ── Balances and quotients ──────────────────────────────────────────────────────────────────────────────────────


def test_t104_a_balance_is_never_added_up_over_days() -> None:
    """Five mornings of 92, 94, 98, 102 and 104 days: 98 on the mean, and not 490."""
    for place, days in enumerate((92, 94, 98, 102, 104), start=3):
        AccessSample.objects.create(on=date(2025, 3, place), clinic="Altona", days=days)
    settle(CalendarMornings)
    assert number("third_next_available", "2025-03-03", "2025-03-10") == 98


def test_a_balance_of_a_period_is_that_of_its_end() -> None:
    """Three tickets come in, one is solved: 3 wait, then 2, whatever the step."""
    tickets(utc(2025, 3, 3, hour) for hour in (8, 9, 10))
    Ticket.objects.filter(created_at=utc(2025, 3, 3, 8)).update(status="solved", solved_at=utc(2025, 3, 5, 8))
    settle(TicketMovements, TicketsSolved)
    assert series("backlog", "2025-03-02", "2025-03-07", "day") == [0, 3, 3, 2, 2]
    assert number("backlog", "2025-03-01", "2025-04-01") == 2
    assert number("backlog", "2025-06-01", "2025-07-01") == 2


def test_t105_a_teams_rate_is_a_quotient_of_sums() -> None:
    """One of one and ten of a hundred are eleven of a hundred and one."""
    team = make_team("North")
    ana, bo = make_user("ana", Role.REP, team=team), make_user("bo", Role.REP, team=team)
    closed_deals(1, "won", on=at(3, 10), owner=ana)
    closed_deals(10, "won", on=at(3, 11), owner=bo)
    closed_deals(90, "lost", on=at(3, 12), owner=bo)
    settle(DealsClosed)
    march = ("2025-03-01", "2025-04-01")
    assert by_member("win_rate", *march, by="owner") == {"ana": 1, "bo": Decimal("0.1")}
    assert by_member("win_rate", *march, by="team", places=4) == {"North": Decimal("0.1089")}


def test_nothing_to_divide_by_is_no_value_and_nothing_above_is_zero() -> None:
    tickets([utc(2025, 3, 3, 8)], status="solved", solved_at=utc(2025, 3, 4, 8), reopened_count=1)
    settle(TicketsSolved)
    none, zero = (value("first_contact_resolution", f"2025-0{month}-01", f"2025-0{month + 1}-01") for month in (2, 3))
    assert (none.value, none.reason) == (None, Reason.NO_DENOMINATOR)
    assert (zero.value, zero.reason, zero.n) == (0, None, 1)
    assert value("resolution_time", "2025-02-01", "2025-03-01").reason == Reason.NO_EVENTS


@time_machine.travel(utc(2025, 3, 20, 9))
def test_a_period_that_runs_counts_what_is_settled() -> None:
    tickets(utc(2025, 3, day, 12) for day in range(1, 20))
    settle(TicketsCreated)
    march = value("new_tickets", "2025-03-01", "2025-04-01")
    assert (march.value, march.status) == (19, "partial")
    assert value("new_tickets", "2025-03-01", "2025-03-18").status == "provisional"
    assert value("new_tickets", "2025-03-01", "2025-03-15").status == "final"
    assert value("survey_response_rate", "2025-03-01", "2025-03-15").status == "maturing"
