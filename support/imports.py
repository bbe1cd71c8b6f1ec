"""What an import of tickets can carry."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from django.db.models import Model, prefetch_related_objects
from django.utils import timezone

from customers.importing.fields import Column, Duration, columns_of
from customers.importing.links import Link
from customers.importing.resources import Draft, Resource
from customers.imports import customer, person
from customers.models import Contact, Team, TeamMembership, User
from support.care_imports import IMPORTS as OF_CARE
from support.choices import Status, TicketEventKind
from support.event_imports import IMPORTS as OF_EVENTS
from support.history import DONE, derive, implied_events
from support.hours import Week
from support.models import Schedule, Ticket, TicketEvent
from support.services import replay

AFTER = {"first_reply_after": "replied_at", "solved_after": "solved_at", "closed_after": "closed_at"}
HISTORY = ("created_at", "replied_at", "solved_at", "closed_at", "status", "was_escalated", "is_spam")
DATED = {
    TicketEventKind.CREATED: "created_at",
    TicketEventKind.AGENT_REPLY: "replied_at",
    TicketEventKind.SOLVED: "solved_at",
    TicketEventKind.CLOSED: "closed_at",
}
MARKS = {"was_escalated": TicketEventKind.ESCALATED, "is_spam": TicketEventKind.SPAM}


class Tickets(Resource):
    """Requests for help, with the moments of the first reply and the solution, or how long each took."""

    name = "tickets"
    model = Ticket
    columns: ClassVar[Sequence[Column]] = [
        *columns_of(Ticket, "external_id", "number"),
        *columns_of(Ticket, "subject", required=["subject"]),
        *columns_of(Ticket, "channel", "priority", "status", "product_line"),
        *columns_of(Ticket, "created_at", required=["created_at"]),
        *columns_of(Ticket, "replied_at", "solved_at", "closed_at", "was_escalated", "is_spam"),
        *(Duration(name, label=name.replace("_", " ")) for name in AFTER),
        customer(),
        Link("contact", to=Contact, ways=("external_id", "email")),
        person("agent"),
        Link("team", to=Team),
        Link("schedule", to=Schedule),
    ]
    match = ("external_id", "number")
    happened = ("created_at", "replied_at", "solved_at", "closed_at")

    def __init__(self) -> None:
        self.weeks: dict[Any, Week | None] = {}
        self.memberships: dict[Any, list[TeamMembership]] = {}

    def complete(self, draft: Draft) -> None:
        """Turn lengths into moments, and hold the status against them."""
        values = draft.values
        for name, moment in AFTER.items():
            if name in values:
                values.setdefault(moment, draft.get("created_at") + values[name])
        if "closed_at" in values:
            values.setdefault("solved_at", values["closed_at"])
        solved, status = draft.get("solved_at"), values.get("status")
        if status in DONE and not solved:
            draft.refuse("solved_at", "Say when it was solved.")
        if draft.is_new and status and status not in DONE and solved:
            draft.refuse("status", "A ticket with the moment it was solved is solved or closed.")
        if draft.is_new:
            self.assign(draft)
        else:
            values["told"] = {name: values.pop(name) for name in HISTORY if name in values}

    def assign(self, draft: Draft) -> None:
        """A ticket belongs to the team its agent was in when it came."""
        values = draft.values
        if contact := values.get("contact"):
            values.setdefault("customer", contact.customer)
        if agent := values.get("agent"):
            values.setdefault("status", Status.OPEN)
            if team := self.team_of(agent, at=values["created_at"]):
                values.setdefault("team", team)
            values |= {"replied_by": agent, "solved_by": agent}
        if values.get("status") == Status.CLOSED:
            values.setdefault("closed_at", values["solved_at"])

    def team_of(self, agent: User, *, at: datetime) -> Team | None:
        if agent.pk not in self.memberships:
            self.memberships[agent.pk] = list(agent.memberships.select_related("team"))
        day = timezone.localdate(at)
        fitting = (one for one in self.memberships[agent.pk] if one.joined_on <= day < (one.left_on or date.max))
        return next((one.team for one in fitting), None)

    def week_of(self, ticket: Ticket) -> Week | None:
        if ticket.schedule_id not in self.weeks:
            schedule = ticket.schedule or Schedule.objects.filter(is_default=True).first()
            self.weeks[ticket.schedule_id] = Week.of(schedule) if schedule else None
        return self.weeks[ticket.schedule_id]

    def finish(self, draft: Draft) -> None:
        """The dates imply what happened, and what happened says all the rest."""
        ticket: Ticket = draft.instance
        draft.values["events"] = implied_events(ticket)
        derive(ticket, draft.values["events"], week=self.week_of(ticket))

    def companions(self, drafts: Sequence[Draft]) -> Iterable[Model]:
        for draft in drafts:
            yield from draft.values["events"]

    def rewrite(self, drafts: Sequence[Draft]) -> Sequence[Draft]:
        """What the file says happened to known tickets is added to their events, or put right there."""
        prefetch_related_objects([draft.instance for draft in drafts], "events")
        return [draft for draft in drafts if follow(draft.instance, draft.values["told"])]


def follow(ticket: Ticket, told: dict[str, Any]) -> bool:
    """Bring the events of a known ticket to what a file says; whether that took anything."""
    changed = [event for kind, name in DATED.items() if (event := corrected(ticket, kind, told.get(name)))]
    for name, kind in MARKS.items():
        if told.get(name) and not getattr(ticket, name):
            changed.append(TicketEvent(ticket=ticket, kind=kind, at=ticket.created_at))
    if told.get("status", Status.SOLVED) not in DONE and ticket.status in DONE:
        changed.append(TicketEvent(ticket=ticket, kind=TicketEventKind.REOPENED, at=timezone.now()))
    if not changed:
        return False
    for event in changed:
        event.save()
    if told.get("created_at", ticket.created_at) != ticket.created_at:
        ticket.created_at = told["created_at"]
        ticket.save()
    replay(ticket)
    return True


def corrected(ticket: Ticket, kind: TicketEventKind, at: datetime | None) -> TicketEvent | None:
    """The event that is missing, or that stands at another moment; several of a kind are left as they are."""
    same = [event for event in ticket.events.all() if event.kind == kind]
    if at is None or len(same) > 1 or any(event.at == at for event in same):
        return None
    event = same[0] if same else TicketEvent(ticket=ticket, kind=kind)
    event.at = at
    return event


IMPORTS: list[type[Resource]] = [Tickets, *OF_EVENTS, *OF_CARE]
