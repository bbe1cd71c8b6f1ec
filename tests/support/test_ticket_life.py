"""A ticket's dates follow from what happened to it, in whatever order it was entered."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError

from customers.models import Team, TeamMembership, User
from support.choices import Author, Status, TicketEventKind
from support.models import Message, OpeningHours, Schedule, Ticket, TicketEvent
from support.services import (
    assign_ticket,
    close_ticket,
    customer_replies,
    escalate,
    mark_not_spam,
    mark_spam,
    merge_tickets,
    open_ticket,
    reopen_ticket,
    replay,
    reply_to_ticket,
    solve_ticket,
    wait_for_customer,
)
from tests.support.makers import day, make_customer, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return make_user("ann")


@pytest.fixture
def bob() -> User:
    return make_user("bob")


def refused(code: str):
    return pytest.raises(ValidationError, check=lambda error: _codes(error) == {code})


def _codes(error: ValidationError) -> set[str]:
    return {one.code for errors in error.error_dict.values() for one in errors}


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.events.order_by("at", "id").values_list("kind", flat=True))


def test_a_new_ticket_waits_for_its_first_reply() -> None:
    ticket = open_ticket(Ticket(subject="Help", customer=make_customer()), body="It broke.", at=day(2, 9))
    assert (ticket.status, ticket.created_at, ticket.awaited_since) == (Status.NEW, day(2, 9), day(2, 9))
    assert (ticket.replied_at, ticket.solved_at) == (None, None)
    assert kinds(ticket) == [TicketEventKind.CREATED]
    assert list(ticket.messages.values_list("author_kind", "body")) == [("customer", "It broke.")]


def test_only_a_public_reply_of_a_person_ends_the_wait(ann: User, bob: User) -> None:
    ticket = make_ticket(at=day(2, 9))
    ticket = reply_to_ticket(ticket, body="We got it.", author_kind=Author.BOT, at=day(2, 9, 1))
    ticket = reply_to_ticket(ticket, body="Whose is this?", public=False, by=bob, at=day(2, 10))
    assert (ticket.replied_at, ticket.status) == (None, Status.NEW)
    ticket = reply_to_ticket(ticket, body="Try this.", by=ann, at=day(2, 11))
    ticket = reply_to_ticket(ticket, body="Or this.", by=bob, at=day(2, 12))
    assert (ticket.replied_at, ticket.replied_by, ticket.status) == (day(2, 11), ann, Status.OPEN)
    assert Message.objects.count() == 4
    assert kinds(ticket) == ["created", "bot_reply", "note", "agent_reply", "agent_reply"]


def test_a_ticket_is_solved_once(ann: User) -> None:
    ticket = solve_ticket(make_ticket(), at=day(3, 9), by=ann)
    assert (ticket.status, ticket.solved_at, ticket.solved_by) == (Status.SOLVED, day(3, 9), ann)
    with refused("already-solved"):
        solve_ticket(ticket, at=day(4, 9), by=ann)
    assert kinds(ticket) == ["created", "solved"]


def test_a_reopened_ticket_waits_for_a_first_reply_anew(ann: User, bob: User) -> None:
    ticket = make_ticket(at=day(2, 9))
    ticket = reply_to_ticket(ticket, body="Done.", by=ann, at=day(2, 10))
    ticket = solve_ticket(ticket, at=day(2, 10), by=ann)
    ticket = reopen_ticket(ticket, at=day(5, 8))
    assert (ticket.status, ticket.solved_at, ticket.solved_by) == (Status.OPEN, None, None)
    assert (ticket.awaited_since, ticket.replied_at, ticket.replied_by) == (day(5, 8), None, None)
    ticket = reply_to_ticket(ticket, body="Again.", by=bob, at=day(5, 12))
    ticket = solve_ticket(ticket, at=day(6, 9), by=bob)
    assert ticket.replied_at - ticket.awaited_since == timedelta(hours=4)
    assert (ticket.first_solved_at, ticket.solved_at, ticket.solved_by) == (day(2, 10), day(6, 9), bob)
    assert ticket.reopened_count == 1


def test_only_a_solved_ticket_is_reopened_or_closed() -> None:
    ticket = make_ticket()
    with refused("not-solved"):
        reopen_ticket(ticket, at=day(3))
    with refused("not-solved"):
        close_ticket(ticket, at=day(3))


def test_a_closed_ticket_takes_no_reply_from_the_customer() -> None:
    ticket = close_ticket(solve_ticket(make_ticket(), at=day(3)), at=day(4))
    assert (ticket.status, ticket.closed_at, ticket.solved_at) == (Status.CLOSED, day(4), day(3))
    with refused("closed"):
        customer_replies(ticket, body="Hello?", at=day(5))
    assert not ticket.messages.exists()


def test_a_reply_of_the_customer_opens_a_solved_ticket_again() -> None:
    ticket = customer_replies(solve_ticket(make_ticket(), at=day(3)), body="Still broken.", at=day(4))
    assert (ticket.status, ticket.awaited_since, ticket.reopened_count) == (Status.OPEN, day(4), 1)


def test_time_spent_waiting_for_the_customer_is_added_up() -> None:
    ticket = wait_for_customer(make_ticket(at=day(2)), at=day(3))
    assert ticket.status == Status.WAITING
    ticket = customer_replies(ticket, body="Here it is.", at=day(5))  # 2 days
    assert (ticket.status, ticket.waited_on_customer) == (Status.OPEN, timedelta(days=2))
    ticket = solve_ticket(wait_for_customer(ticket, at=day(6)), at=day(9))  # 3 more
    assert ticket.waited_on_customer == timedelta(days=5)


def test_events_entered_late_and_out_of_order_give_the_same_dates(ann: User, bob: User) -> None:
    ticket = make_ticket(at=day(2))
    ticket = solve_ticket(ticket, at=day(20), by=bob)
    ticket = reply_to_ticket(ticket, body="Late again.", by=bob, at=day(12))
    ticket = solve_ticket(ticket, at=day(5), by=ann)
    assert (ticket.solved_at, ticket.solved_by) == (day(5), ann)
    ticket = reopen_ticket(ticket, at=day(11))
    ticket = reply_to_ticket(ticket, body="Noted late.", by=ann, at=day(3))
    assert (ticket.first_solved_at, ticket.solved_at, ticket.solved_by) == (day(5), day(20), bob)
    assert (ticket.awaited_since, ticket.replied_at, ticket.reopened_count) == (day(11), day(12), 1)
    assert ticket.status == Status.SOLVED


def test_a_late_event_is_judged_by_the_ticket_as_it_was_then() -> None:
    ticket = solve_ticket(make_ticket(at=day(2)), at=day(5))
    with refused("already-solved"):
        solve_ticket(ticket, at=day(6))
    with refused("not-solved"):
        reopen_ticket(ticket, at=day(4))


@pytest.mark.parametrize("verb", [solve_ticket, escalate, mark_spam, wait_for_customer])
def test_nothing_happens_before_creation_or_in_the_future(verb) -> None:
    ticket = make_ticket(at=day(2, 9))
    with refused("too-early"):
        verb(ticket, at=day(2, 8, 59))
    with refused("in-the-future"):
        verb(ticket, at=day(2).replace(year=2999))
    assert kinds(ticket) == ["created"]


def test_business_time_is_kept_beside_the_dates(ann: User) -> None:
    schedule = Schedule.objects.create(name="Office", is_default=True)
    for weekday in range(1, 6):
        OpeningHours.objects.create(schedule=schedule, weekday=weekday, opens=time(9), closes=time(17))
    ticket = make_ticket(at=day(6, 15))  # Friday 16:00 in Berlin: an hour left
    ticket = reply_to_ticket(ticket, body="Hello.", by=ann, at=day(9, 10))  # Monday 11:00: two hours in
    ticket = solve_ticket(ticket, at=day(10, 8), by=ann)  # Tuesday 09:00: 1 + 8 hours
    assert ticket.reply_delay_business == timedelta(hours=3)
    assert ticket.resolution_business == timedelta(hours=9)
    ticket = reopen_ticket(ticket, at=day(11))
    assert (ticket.reply_delay_business, ticket.resolution_business) == (None, None)


def test_spam_leaves_every_number_and_may_come_back() -> None:
    ticket = mark_spam(solve_ticket(make_ticket(), at=day(3)), at=day(4))
    assert not Ticket.objects.solved().exists()
    with refused("already-spam"):
        mark_spam(ticket, at=day(5))
    mark_not_spam(ticket, at=day(6))
    assert Ticket.objects.solved().get() == ticket
    with refused("not-spam"):
        mark_not_spam(ticket, at=day(7))


def test_an_escalation_is_remembered(ann: User) -> None:
    ticket = escalate(make_ticket(), at=day(3), by=ann)
    assert ticket.was_escalated
    assert ticket.events.last().actor == ann


def test_an_assignment_notes_the_team_of_that_day_and_a_late_one_does_not_undo_it(ann: User, bob: User) -> None:
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    TeamMembership.objects.create(user=ann, team=north, joined_on=date(2026, 1, 1), left_on=date(2026, 3, 5))
    TeamMembership.objects.create(user=ann, team=south, joined_on=date(2026, 3, 5))
    ticket = assign_ticket(make_ticket(at=day(2)), agent=ann, at=day(4, 12))
    assert (ticket.agent, ticket.team, ticket.status) == (ann, north, Status.OPEN)
    ticket = assign_ticket(ticket, agent=ann, at=day(6))
    assert ticket.team == south
    ticket = assign_ticket(ticket, agent=bob, at=day(3))
    assert ticket.agent == ann


def test_an_absorbed_ticket_counts_nowhere_and_takes_no_more_changes() -> None:
    survivor, absorbed, earlier = make_ticket(), make_ticket(), make_ticket()
    merge_tickets(absorbed, absorbed=earlier, at=day(3))
    merge_tickets(survivor, absorbed=absorbed, at=day(4))
    assert list(Ticket.objects.genuine()) == [survivor]
    assert set(survivor.absorbed.all()) == {absorbed, earlier}
    with refused("merged"):
        solve_ticket(absorbed, at=day(5))
    with refused("merged"):
        merge_tickets(absorbed, absorbed=survivor, at=day(5))
    with refused("same-ticket"):
        merge_tickets(survivor, absorbed=survivor, at=day(5))


def test_a_ticket_known_only_by_its_dates_keeps_them_through_a_verb(ann: User) -> None:
    ticket = Ticket.objects.create(
        subject="Imported",
        status=Status.SOLVED,
        created_at=day(2),
        awaited_since=day(6),
        replied_at=day(7),
        replied_by=ann,
        first_solved_at=day(4),
        solved_at=day(8),
        solved_by=ann,
        was_escalated=True,
    )
    replay(reply_to_ticket(ticket, body="By the way.", by=ann, at=day(9)))
    ticket.refresh_from_db()
    assert (ticket.awaited_since, ticket.replied_at, ticket.replied_by) == (day(6), day(7), ann)
    assert (ticket.first_solved_at, ticket.solved_at, ticket.solved_by) == (day(4), day(8), ann)
    assert (ticket.was_escalated, ticket.reopened_count, ticket.status) == (True, 1, Status.SOLVED)


def test_an_imported_history_of_events_gives_the_dates(ann: User) -> None:
    ticket = Ticket.objects.create(subject="Imported", created_at=day(2))
    steps = [("solved", day(4)), ("solved", day(5)), ("reopened", day(6)), ("reopened", day(7)), ("closed", day(8))]
    TicketEvent.objects.bulk_create(TicketEvent(ticket=ticket, kind=kind, at=at, actor=ann) for kind, at in steps)
    ticket = replay(ticket)
    assert (ticket.first_solved_at, ticket.solved_at, ticket.closed_at) == (day(4), day(8), day(8))
    assert (ticket.reopened_count, ticket.awaited_since, ticket.solved_by) == (1, day(6), ann)
    assert ticket.status == Status.CLOSED


def test_an_empty_reply_is_refused() -> None:
    ticket = make_ticket()
    with refused("empty"):
        reply_to_ticket(ticket, body="  ", at=day(3))
    with refused("wrong-author"):
        reply_to_ticket(ticket, body="Me again", author_kind=Author.CUSTOMER, at=day(3))
    assert kinds(ticket) == ["created"]
