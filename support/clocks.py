"""How long a ticket has waited, and how long it still may, as people say it."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from support.history import DONE
from support.models import Ticket


def spoken(length: timedelta) -> str:
    """A length in its largest unit: 3 days, 5 hours, 1 minute."""
    seconds = int(abs(length).total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "under a minute"


def age(ticket: Ticket, *, now: datetime | None = None) -> str:
    """What the ticket is waiting for, or how long it took."""
    now = now or timezone.now()
    if ticket.status in DONE and ticket.solved_at:
        return f"Solved in {spoken(between(ticket.created_at, ticket.solved_at))}"
    if ticket.replied_at is None:
        return f"No reply for {spoken(between(ticket.awaited_since or ticket.created_at, now))}"
    return f"Open for {spoken(between(ticket.created_at, now))}"


def due(ticket: Ticket, *, now: datetime | None = None) -> str:
    """The next promise to keep: the first reply, then the solution."""
    now = now or timezone.now()
    if ticket.status in DONE:
        return ""
    if ticket.replied_at is None and ticket.reply_due_at:
        return promise("Reply", ticket.reply_due_at, now)
    return promise("Solution", ticket.solve_due_at, now) if ticket.solve_due_at else ""


def promise(what: str, at: datetime, now: datetime) -> str:
    left = between(now, at)
    return f"{what} due in {spoken(left)}" if left >= timedelta() else f"{what} overdue by {spoken(left)}"


def between(start: datetime, end: datetime) -> timedelta:
    return end.astimezone(UTC) - start.astimezone(UTC)
