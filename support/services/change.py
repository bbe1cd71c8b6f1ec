"""How every verb changes a ticket: take it, write down what happened, derive its dates anew."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from customers.models import Team, TeamMembership, User
from support.choices import TicketEventKind
from support.history import Life, derive, implied_events, life_of
from support.hours import Week
from support.models import Schedule, Ticket, TicketEvent
from support.promises import promise_reply, promise_solution

PEOPLE = ("actor", "agent", "team")


def refuse(field: str, said: str, code: str) -> ValidationError:
    """A refusal that names the field to look at; raise what it returns."""
    return ValidationError({field: ValidationError(said, code=code)})


def moment(at: datetime | None, *, since: datetime | None = None) -> datetime:
    """The moment told, or now: never in the future, never before it all began."""
    now = timezone.now()
    at = at or now
    if at > now:
        raise refuse("at", "This is in the future.", "in-the-future")
    if since and at < since:
        raise refuse("at", "This lies before the beginning.", "too-early")
    return at


def team_of(user: User | None, *, at: datetime) -> Team | None:
    """The team a person was in on the local day of a moment."""
    if user is None:
        return None
    day = timezone.localdate(at)
    membership = TeamMembership.objects.on(day).filter(user=user).select_related("team").first()
    return membership.team if membership else None


def week_of(ticket: Ticket) -> Week | None:
    """The opening hours a ticket is measured by: its own schedule, else the default one."""
    schedule = ticket.schedule or Schedule.objects.filter(is_default=True).first()
    return Week.of(schedule) if schedule else None


@transaction.atomic
def replay(ticket: Ticket) -> Ticket:
    """Derive status, dates and durations of a ticket from its events; after an import of events, call this."""
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    derive(ticket, ticket.events.select_related(*PEOPLE).order_by("at", "id"), week=week_of(ticket)).save()
    return ticket


@dataclass
class Change:
    """A ticket taken by one verb, with everything that happened to it before, and whom the verb gives it to."""

    ticket: Ticket
    at: datetime
    by: User | None
    events: list[TicketEvent]
    agent: User | None = None
    team: Team | None = None

    @property
    def life(self) -> Life:
        """The ticket as it was at the moment of this change, which may lie in the past."""
        return life_of(self.ticket, [event for event in self.events if event.at <= self.at])

    def happened_later(self, kind: TicketEventKind) -> bool:
        return any(event.kind == kind and event.at > self.at for event in self.events)

    def record(self, *kinds: TicketEventKind) -> Ticket:
        """Write what happened and save the ticket with the dates that follow."""
        for kind in kinds:
            event = TicketEvent(ticket=self.ticket, kind=kind, at=self.at, actor=self.by)
            if kind == TicketEventKind.ASSIGNED:
                event.agent, event.team = self.agent, self.team
            event.save()
            self.events.append(event)
        self.events.sort(key=lambda event: (event.at, event.pk))
        week = week_of(self.ticket)
        derive(self.ticket, self.events, week=week)
        if TicketEventKind.CREATED in kinds and self.ticket.reply_due_at is None:
            promise_reply(self.ticket, week=week)
        if TicketEventKind.CREATED in kinds and self.ticket.solve_due_at is None:
            promise_solution(self.ticket, week=week)
        if TicketEventKind.REOPENED in kinds:
            promise_reply(self.ticket, week=week)
        self.ticket.save()
        return self.ticket


def take(ticket: Ticket, *, at: datetime | None, by: User | None) -> Change:
    """Lock a ticket to change it; one that was merged away is past changing."""
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if ticket.merged_into_id:
        raise refuse("ticket", "This ticket was merged into another; go on there.", "merged")
    return Change(ticket, moment(at, since=ticket.created_at), by, _events_of(ticket))


def _events_of(ticket: Ticket) -> list[TicketEvent]:
    events = list(ticket.events.select_related(*PEOPLE).order_by("at", "id"))
    return events or TicketEvent.objects.bulk_create(implied_events(ticket))
