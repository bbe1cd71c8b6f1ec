"""In whose hands tickets are, and whose solves held."""

from collections import Counter
from decimal import Decimal

from tests.second.lives import Life, lives
from tests.second.records import Records, Row, Span

ByAgent = dict[str, Decimal]


def backlog_by_agent(records: Records, span: Span) -> ByAgent:
    """Whoever was last given a ticket holds it, however long ago."""
    waiting = [
        life for life in lives(records) if sum(map(span.reached, life.opened)) > sum(map(span.reached, life.ended))
    ]
    return _by_agent(records, [_holder(records, life, span) for life in waiting])


def solved_by_agent(records: Records, span: Span) -> ByAgent:
    solved = [life for life in lives(records) if span.holds(life.solved_at)]
    return _by_agent(records, [_solver(records, life) for life in solved])


def _holder(records: Records, life: Life, span: Span) -> int | None:
    given = [event for event in _told(records, life) if event.kind == "assigned" and span.reached(event.at)]
    return given[-1].agent_id if given else None


def _solver(records: Records, life: Life) -> int | None:
    then = (event for event in _told(records, life) if event.at == life.solved_at)
    return next(event.actor_id for event in then if event.kind in ("solved", "closed"))


def _told(records: Records, life: Life) -> list[Row]:
    told = records.of("ticket_events", "ticket_id").get(life.ticket.id, [])
    return sorted(told, key=lambda event: (event.at, event.id))


def _by_agent(records: Records, agents: list[int | None]) -> ByAgent:
    people = records.by_id("people")
    return {people[who].username if who else "(none)": Decimal(n) for who, n in Counter(agents).items()}
