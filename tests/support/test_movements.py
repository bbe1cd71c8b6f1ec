"""When a ticket was open, in whose hands, and what was promised of it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from support import services
from support.models import AccessSample, Ticket, TicketMovement, TreatmentDay
from tests.makers import (
    make_appointment,
    make_fill,
    make_opening_hours,
    make_schedule,
    make_service_level,
    make_team,
    make_ticket,
    make_treatment,
    make_user,
)

pytestmark = pytest.mark.django_db


def on(day: int, hour: int = 12) -> datetime:
    return datetime(2025, 3, day, hour, tzinfo=UTC)


def moves(ticket: Ticket) -> list[tuple[str, int, int, str]]:
    rows = TicketMovement.objects.filter(ticket=ticket).order_by("at", "part").select_related("agent")
    return [(row.kind, row.at.day, row.delta, str(row.agent or "")) for row in rows]


@time_machine.travel(on(30))
def test_a_ticket_is_open_in_the_hands_it_is_in() -> None:
    ann, ben = make_user("ann", team=make_team("North")), make_user("ben")
    ticket = services.open_ticket(Ticket(subject="It leaks"), at=on(1))
    services.assign_ticket(ticket, agent=ann, at=on(2))
    services.assign_ticket(ticket, agent=ben, at=on(3))
    services.solve_ticket(ticket, at=on(4), by=ben)
    services.reopen_ticket(ticket, at=on(5))
    services.solve_ticket(ticket, at=on(6), by=ann)
    assert moves(ticket) == [
        ("created", 1, 1, ""),
        ("assigned", 2, -1, ""),
        ("assigned", 2, 1, "ann"),
        ("assigned", 3, -1, "ann"),
        ("assigned", 3, 1, "ben"),
        ("solved", 4, -1, "ben"),
        ("reopened", 5, 1, "ben"),
        ("solved", 6, -1, "ben"),
    ]
    ticket.refresh_from_db()
    assert (str(ticket.first_agent), str(ticket.first_team)) == ("ann", "North")


@time_machine.travel(on(30))
def test_a_ticket_of_which_only_the_dates_are_known_is_told_by_them() -> None:
    ann = make_user("ann")
    ticket = make_ticket(
        created_at=on(1), agent=ann, first_solved_at=on(2), awaited_since=on(3), solved_at=on(4), status="solved"
    )
    assert [(kind, day, delta) for kind, day, delta, _ in moves(ticket)] == [
        ("created", 1, 1),
        ("assigned", 1, -1),
        ("assigned", 1, 1),
        ("solved", 2, -1),
        ("reopened", 3, 1),
        ("solved", 4, -1),
    ]


@time_machine.travel(on(30))
def test_spam_was_never_open() -> None:
    ticket = services.open_ticket(Ticket(subject="Win a prize"), at=on(1))
    services.mark_spam(ticket, at=on(2))
    assert moves(ticket) == []


def office() -> None:
    """Open on Mondays and Tuesdays, 9 to 17 in Berlin."""
    schedule = make_schedule(is_default=True)
    for weekday in (1, 2):
        make_opening_hours(schedule=schedule, weekday=weekday, opens=time(9), closes=time(17))


@time_machine.travel(on(30))
def test_a_promise_counts_opening_hours_from_the_moment_somebody_waits() -> None:
    office()
    make_service_level(name="Usual", reply_within=timedelta(hours=4), solve_within=timedelta(hours=16))
    make_service_level(name="Urgent", priority="urgent", reply_within=timedelta(hours=1), in_open_hours=False)
    # Monday 3 March, 15:00 in Berlin: two hours today, two tomorrow; solved by next Monday, 15:00.
    usual = services.open_ticket(Ticket(subject="It drips"), at=on(3, 14))
    assert (usual.reply_due_at, usual.solve_due_at) == (on(4, 10), on(10, 14))
    urgent = services.open_ticket(Ticket(subject="It floods", priority="urgent"), at=on(3, 20))
    assert (urgent.reply_due_at, urgent.solve_due_at) == (on(3, 21), None)
    services.solve_ticket(usual, at=on(4, 9))
    again = services.reopen_ticket(usual, at=on(4, 15))
    assert (again.reply_due_at, again.solve_due_at) == (on(10, 11), on(10, 14))


@time_machine.travel(on(30))
def test_a_ticket_solved_in_time_needs_no_reply_though_one_comes_late() -> None:
    make_service_level(reply_within=timedelta(days=2), in_open_hours=False)
    quiet, late = (services.open_ticket(Ticket(subject="It drips"), at=on(3)) for _ in range(2))
    services.solve_ticket(quiet, at=on(4))
    services.reply_to_ticket(quiet, body="All well?", at=on(9))
    services.solve_ticket(late, at=on(6))
    assert list(Ticket.objects.reply_promised()) == [late]


@time_machine.travel(on(30))
def test_what_took_part_of_the_time_is_kept_in_opening_hours_too() -> None:
    office()
    ticket = services.open_ticket(Ticket(subject="It drips"), at=on(3, 8))
    services.reply_to_ticket(ticket, body="Where?", at=on(3, 10))
    services.wait_for_customer(ticket, at=on(3, 10))
    services.customer_replies(ticket, body="There.", at=on(4, 9))
    services.solve_ticket(ticket, at=on(4, 12))
    services.reopen_ticket(ticket, at=on(5, 12))
    ticket = services.solve_ticket(ticket, at=on(10, 9))
    # In Berlin, solved first on Tuesday at 13:00: 8 + 4 hours. Waited from 11:00 to 17:00 and from 9:00 to 10:00.
    assert ticket.first_resolution_business == timedelta(hours=12)
    assert ticket.waited_on_customer_business == timedelta(hours=7)
    assert ticket.resolution_business == timedelta(hours=17)
    assert ticket.reply_count == 1


def test_what_is_fetched_early_is_used_up_first() -> None:
    """10 days from the 1st, 10 more fetched on the 6th last to the 20th; 5 from the 24th."""
    treatment = make_treatment(starts_on=date(2025, 3, 1), ends_on=date(2025, 4, 1))
    for day, days in ((1, 10), (6, 10), (24, 5)):
        make_fill(treatment=treatment, filled_on=date(2025, 3, day), days=days)
    days = TreatmentDay.objects.filter(treatment=treatment)
    covered = [row.counted_on.day for row in days.filter(is_covered=True).order_by("part")]
    assert covered == [*range(1, 21), *range(24, 29)]
    assert days.count() == 31


def test_the_third_open_slot_of_a_calendar_is_noted_every_morning() -> None:
    with time_machine.travel(on(1)):
        slots = [
            make_appointment(
                clinic="Altona", provider="Weiss", offered_at=on(1, 8), starts_at=on(day), ends_at=on(day, 13)
            )
            for day in (3, 5, 9, 12)
        ]
    with time_machine.travel(on(2)):
        services.book_appointment(slots[0], customer=make_treatment().customer)
    with time_machine.travel(on(3, 9)):
        assert services.sample_missed_mornings() == 2
        services.cancel_appointment(slots[1])
        assert services.sample_missed_mornings() == 0
    # On the 2nd all four were open, the third on the 9th; on the 3rd the first was taken, and it was the 12th.
    assert list(AccessSample.objects.order_by("on").values_list("on__day", "days")) == [(2, 7), (3, 9)]
