"""Waiting is said in words."""

from datetime import timedelta

import pytest

from support.choices import Status
from support.clocks import age, due, spoken
from support.models import Ticket
from tests.support.makers import day


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=20), "under a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=5, minutes=59), "5 hours"),
        (timedelta(days=3, hours=23), "3 days"),
        (-timedelta(hours=1), "1 hour"),
    ],
)
def test_a_length_is_said_in_its_largest_unit(length: timedelta, words: str) -> None:
    assert spoken(length) == words


def test_a_ticket_says_what_it_waits_for() -> None:
    ticket = Ticket(created_at=day(2), awaited_since=day(4), status=Status.OPEN)
    assert age(ticket, now=day(5)) == "No reply for 1 day"
    ticket.replied_at = day(5)
    assert age(ticket, now=day(6)) == "Open for 4 days"
    ticket.status, ticket.solved_at = Status.SOLVED, day(7)
    assert age(ticket, now=day(20)) == "Solved in 5 days"


def test_the_next_promise_is_the_reply_and_then_the_solution() -> None:
    ticket = Ticket(created_at=day(2), status=Status.NEW, reply_due_at=day(3), solve_due_at=day(6))
    assert due(ticket, now=day(2, 22)) == "Reply due in 2 hours"
    assert due(ticket, now=day(3, 3)) == "Reply overdue by 3 hours"
    ticket.replied_at = day(3)
    assert due(ticket, now=day(4)) == "Solution due in 2 days"
    ticket.status = Status.SOLVED
    assert due(ticket, now=day(9)) == ""
    assert due(Ticket(created_at=day(2), status=Status.NEW), now=day(3)) == ""
