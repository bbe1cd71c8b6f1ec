"""Until when a ticket is to be answered and solved."""

from datetime import UTC, datetime, timedelta

from support.hours import Week, moment_after
from support.models import ServiceLevel, Ticket


def promise_reply(ticket: Ticket, *, week: Week | None) -> None:
    """Set until when somebody is to reply, counted from when the wait began; saves nothing."""
    level = level_of(ticket)
    if level and level.reply_within and ticket.awaited_since:
        ticket.reply_due_at = due(level, ticket.awaited_since, level.reply_within, week)


def promise_solution(ticket: Ticket, *, week: Week | None) -> None:
    """Set until when the ticket is to be solved, counted from its creation; saves nothing."""
    level = level_of(ticket)
    if level and level.solve_within:
        ticket.solve_due_at = due(level, ticket.created_at, level.solve_within, week)


def level_of(ticket: Ticket) -> ServiceLevel | None:
    return ServiceLevel.objects.for_priority(ticket.priority).first()


def due(level: ServiceLevel, start: datetime, within: timedelta, week: Week | None) -> datetime:
    if level.in_open_hours and week:
        return moment_after(week, start, within) or start + within
    return start.astimezone(UTC) + within
