"""What the events of a ticket, read in order, say about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta

from customers.models import Team, User
from support.choices import Status, TicketEventKind
from support.hours import Week, open_time
from support.models import Ticket, TicketEvent

DONE = frozenset({Status.SOLVED, Status.CLOSED})


@dataclass
class Life:
    """A ticket so far. Every field but `waiting_since` and `waits` is a column of the ticket with the same name."""

    created_at: datetime
    awaited_since: datetime
    status: Status = Status.NEW
    replied_at: datetime | None = None
    replied_by: User | None = None
    first_solved_at: datetime | None = None
    solved_at: datetime | None = None
    solved_by: User | None = None
    closed_at: datetime | None = None
    reopened_count: int = 0
    was_escalated: bool = False
    is_spam: bool = False
    reply_count: int = 0
    first_agent: User | None = None
    first_team: Team | None = None
    waited_on_customer: timedelta = timedelta()
    waiting_since: datetime | None = None
    waits: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return self.status in DONE

    def read(self, event: TicketEvent) -> None:
        """Live through one event; what changes nothing (a second solve, reopening what is open) is passed over."""
        getattr(self, f"_{event.kind}", self._pass)(event)

    def _pass(self, event: TicketEvent) -> None:
        pass

    def _assigned(self, event: TicketEvent) -> None:
        self._begin()
        if self.first_agent is None:
            self.first_agent, self.first_team = event.agent, event.team

    def _agent_reply(self, event: TicketEvent) -> None:
        self._begin()
        self.reply_count += 1
        if self.replied_at is None:
            self.replied_at, self.replied_by = event.at, event.actor

    def _begin(self) -> None:
        if self.status == Status.NEW:
            self.status = Status.OPEN

    def _waiting(self, event: TicketEvent) -> None:
        if not self.is_done and self.waiting_since is None:
            self.status, self.waiting_since = Status.WAITING, event.at

    def _customer_reply(self, event: TicketEvent) -> None:
        if self.status == Status.WAITING:
            self._stop_waiting(event.at)
            self.status = Status.OPEN

    def _solved(self, event: TicketEvent) -> None:
        if self.is_done:
            return
        self._stop_waiting(event.at)
        self.status, self.solved_at, self.solved_by = Status.SOLVED, event.at, event.actor
        self.first_solved_at = self.first_solved_at or event.at

    def _closed(self, event: TicketEvent) -> None:
        self._solved(event)
        self.status, self.closed_at = Status.CLOSED, self.closed_at or event.at

    def _reopened(self, event: TicketEvent) -> None:
        if not self.is_done:
            return
        self.status, self.awaited_since = Status.OPEN, event.at
        self.reopened_count += 1
        self.solved_at = self.solved_by = self.closed_at = self.replied_at = self.replied_by = None

    def _escalated(self, event: TicketEvent) -> None:
        self.was_escalated = True

    def _spam(self, event: TicketEvent) -> None:
        self.is_spam = True

    def _not_spam(self, event: TicketEvent) -> None:
        self.is_spam = False

    def _stop_waiting(self, at: datetime) -> None:
        if self.waiting_since is not None:
            self.waited_on_customer += at.astimezone(UTC) - self.waiting_since.astimezone(UTC)
            self.waits.append((self.waiting_since, at))
            self.waiting_since = None


OWN = {"created_at", "first_agent", "first_team", "waiting_since", "waits"}
KEPT = [one.name for one in fields(Life) if one.name not in OWN]


def life_of(ticket: Ticket, events: Iterable[TicketEvent]) -> Life:
    """What these events, given in order, make of the ticket."""
    life = Life(ticket.created_at, awaited_since=ticket.created_at)
    for event in events:
        life.read(event)
    return life


def derive(ticket: Ticket, events: Iterable[TicketEvent], *, week: Week | None) -> Ticket:
    """Set the ticket's dates from its events, and its durations from the opening hours; saves nothing."""
    life = life_of(ticket, events)
    for name in KEPT:
        setattr(ticket, name, getattr(life, name))
    if life.first_agent:
        ticket.first_agent, ticket.first_team = life.first_agent, life.first_team
    ticket.note_first_hands()
    ticket.reply_delay_business = _open_time(week, life.awaited_since, life.replied_at)
    ticket.first_resolution_business = _open_time(week, life.created_at, life.first_solved_at)
    ticket.resolution_business = _open_time(week, life.created_at, life.solved_at)
    waits = [_open_time(week, start, end) or timedelta() for start, end in life.waits]
    ticket.waited_on_customer_business = sum(waits, timedelta()) if week else None
    return ticket


def implied_events(ticket: Ticket) -> list[TicketEvent]:
    """The events that must have happened to a ticket of which only the dates are known, as after an import."""
    born, first, again = ticket.created_at, ticket.first_solved_at, ticket.awaited_since
    was_reopened = first and again and born < again and first <= again
    steps = [
        (TicketEventKind.CREATED, born, None),
        (TicketEventKind.ASSIGNED, ticket.status != Status.NEW and born, None),
        (TicketEventKind.ESCALATED, ticket.was_escalated and born, None),
        (TicketEventKind.SPAM, ticket.is_spam and born, None),
        (TicketEventKind.SOLVED, was_reopened and first, None),
        (TicketEventKind.REOPENED, was_reopened and again, None),
        (TicketEventKind.AGENT_REPLY, ticket.replied_at, ticket.replied_by),
        (TicketEventKind.WAITING, ticket.status == Status.WAITING and (ticket.replied_at or again or born), None),
        (TicketEventKind.SOLVED, ticket.solved_at, ticket.solved_by),
        (TicketEventKind.CLOSED, ticket.closed_at, None),
    ]
    events = [TicketEvent(ticket=ticket, kind=kind, at=at, actor=actor) for kind, at, actor in steps if at]
    for event in events:
        if event.kind == TicketEventKind.ASSIGNED:
            event.agent, event.team = ticket.agent, ticket.team
    return sorted(events, key=lambda event: event.at)


def _open_time(week: Week | None, start: datetime, end: datetime | None) -> timedelta | None:
    return None if week is None or end is None else open_time(week, start, end)
