"""A log of what happened to tickets becomes tickets with just these events, and with what these events mean."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from customers.models import Customer, User
from support.models import Ticket
from tests.imports.bringing import bring, refused

pytestmark = pytest.mark.django_db

TOLD = {
    "zone": "UTC",
    "source": "desk",
    "create_missing": ["actor"],
    "fields": {"external_id": "case", "subject": "case", "kind": "what", "at": "when", "actor": "who"},
}
HEAD = "case,what,when,who\n"


def moment(day: int, hour: int = 8) -> datetime:
    return datetime(2025, 3, day, hour, tzinfo=UTC)


def log(*lines: str) -> str:
    """Rows like `1 solved 3 ada`: the ticket, what happened, on which day of March 2025, and by whom."""
    rows = (line.split() for line in lines)
    return HEAD + "".join(
        f"{case},{what},2025-03-{int(day):02} 08:00,{''.join(who)}\n" for case, what, day, *who in rows
    )


def steps(ticket: Ticket) -> list[tuple[str, int]]:
    return [(event.kind, event.at.day) for event in ticket.events.order_by("at", "id")]


def test_a_ticket_is_what_its_events_say(tmp_path: Path):
    rows = log("1 assigned 1 ada", "1 agent_reply 2 ada", "1 solved 4 bo", "1 closed 9", "2 created 5")
    assert bring(tmp_path, "ticket-events", rows, TOLD).created == 2
    ticket = Ticket.objects.get(external_id="1")
    ada, bo = User.objects.get(username="ada"), User.objects.get(username="bo")
    assert (ticket.created_at, ticket.replied_at, ticket.solved_at) == (moment(1), moment(2), moment(4))
    assert (ticket.status, ticket.agent, ticket.first_agent, ticket.solved_by) == ("closed", ada, ada, bo)
    assert steps(ticket) == [("created", 1), ("assigned", 1), ("agent_reply", 2), ("solved", 4), ("closed", 9)]
    assert Ticket.objects.get(external_id="2").status == "new"


def test_rows_may_come_in_any_order(tmp_path: Path):
    bring(tmp_path, "ticket-events", log("1 solved 4", "2 created 2", "1 created 1", "1 agent_reply 2"), TOLD)
    assert steps(Ticket.objects.get(external_id="1")) == [("created", 1), ("agent_reply", 2), ("solved", 4)]


@pytest.mark.parametrize(
    ("between", "reopened_on"),
    [([], 6), (["1 agent_reply 5"], 5), (["1 closed 5"], 6), (["1 note 5"], 6), (["1 reopened 5"], 5)],
)
def test_a_ticket_solved_twice_was_opened_again_in_between(between, reopened_on, tmp_path: Path):
    bring(tmp_path, "ticket-events", log("1 created 1", "1 solved 4", *between, "1 solved 6"), TOLD)
    ticket = Ticket.objects.get()
    assert (ticket.first_solved_at, ticket.solved_at, ticket.reopened_count) == (moment(4), moment(6), 1)
    assert (ticket.status, ticket.awaited_since) == ("solved", moment(reopened_on))


def test_work_after_the_last_solve_opens_nothing(tmp_path: Path):
    bring(tmp_path, "ticket-events", log("1 created 1", "1 solved 4", "1 agent_reply 5"), TOLD)
    assert (Ticket.objects.get().status, Ticket.objects.get().reopened_count) == ("solved", 0)


def test_the_same_log_changes_nothing_and_a_longer_one_what_it_tells(tmp_path: Path):
    short = log("1 created 1", "1 solved 4", "2 created 2")
    bring(tmp_path, "ticket-events", short, TOLD)
    again = bring(tmp_path, "ticket-events", short, TOLD, mode="upsert")
    assert (again.changed, again.unchanged) == (0, 2)
    longer = bring(tmp_path, "ticket-events", short + "2,solved,2025-03-07 08:00,\n", TOLD, mode="upsert")
    assert (longer.changed, longer.unchanged) == (1, 1)
    assert Ticket.objects.get(external_id="2").solved_at == moment(7)
    assert steps(Ticket.objects.get(external_id="2")) == [("created", 2), ("solved", 7)]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("1,solved,2199-01-01 08:00,", "when", "This is in the future."),
        ("1,vanished,2025-03-02 08:00,", "what", "This is none of: created"),
        ("1,,2025-03-02 08:00,", "what", "This is required."),
        ("1,solved,,", "when", "This is required."),
        ("1,solved,yesterday,", "when", "This is not a date"),
    ],
)
def test_what_is_wrong_is_said_by_row_and_column(row, column, reason, tmp_path: Path):
    problems = refused(tmp_path, "ticket-events", f"{log('1 created 1')}{row}\n", TOLD)
    assert [(one.row, one.column) for one in problems] == [(3, column)]
    assert problems[0].reason.startswith(reason)


def test_rows_that_say_different_things_of_a_ticket(tmp_path: Path):
    for name in ("Acme", "Bolt"):
        Customer.objects.create(name=name)
    told = {**TOLD, "fields": {**TOLD["fields"], "customer": "who"}, "create_missing": []}
    del told["fields"]["actor"]
    rows = log("1 created 1 Acme", "1 solved 2 Bolt")
    assert [(one.row, one.column) for one in refused(tmp_path, "ticket-events", rows, told)] == [(3, "who")]
    bring(tmp_path, "ticket-events", rows, {**told, "repeats": "last"})
    assert Ticket.objects.get().customer.name == "Bolt"
