"""Tickets told event by event, as help desks log them: a row for each thing that happened."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from customers.importing.fields import Column, columns_of
from customers.importing.links import Link
from customers.importing.resources import Draft, Resource
from customers.imports import customer, person
from customers.models import Team
from support.choices import TicketEventKind
from support.history import KEPT, derive
from support.hours import Week
from support.models import Schedule, Ticket, TicketEvent

Kind = TicketEventKind
WORK = {Kind.AGENT_REPLY, Kind.ASSIGNED, Kind.CUSTOMER_REPLY, Kind.WAITING, Kind.ESCALATED}


class TicketEvents(Resource):
    """Tickets as a log tells them: rows with one ticket id are what happened to it, in order of their moments."""

    name = "ticket-events"
    model = Ticket
    columns: ClassVar[Sequence[Column]] = [
        *columns_of(Ticket, "external_id", "number"),
        *columns_of(Ticket, "subject", required=["subject"]),
        *columns_of(Ticket, "channel", "priority", "product_line"),
        customer(),
        Link("team", to=Team),
        Link("schedule", to=Schedule),
    ]
    line_model = TicketEvent
    line_parent = "ticket"
    line_columns: ClassVar[Sequence[Column]] = [
        *columns_of(TicketEvent, "kind", "at", required=["kind", "at"]),
        person("actor", label="Who did it"),
        person("agent", label="Who was given the ticket"),
    ]
    match = ("external_id", "number")

    def __init__(self) -> None:
        self.weeks: dict[Any, Week | None] = {}

    def complete(self, draft: Draft) -> None:
        """Bring the events in order, add those they imply, and let the first say when the ticket came in."""
        now = timezone.now()
        for number, line in zip(draft.line_numbers, draft.lines, strict=True):
            if line["at"] > now:
                draft.problems.add(number, "at", line["at"], "This is in the future.")
            if line["kind"] == Kind.ASSIGNED and "actor" in line:
                line.setdefault("agent", line["actor"])
        told = sorted(zip(draft.line_numbers, draft.lines, strict=True), key=lambda pair: pair[1]["at"])
        whole = list(with_implied(told))
        draft.line_numbers, draft.lines = [number for number, _ in whole], [line for _, line in whole]
        draft.values["created_at"] = draft.lines[0]["at"]
        given_to = [line["agent"] for line in draft.lines if line.get("agent")]
        if given_to:
            draft.values["agent"] = given_to[-1]

    def finish(self, draft: Draft) -> None:
        """What happened says when it was answered, solved and closed, by whom, and how it stands."""
        events = [TicketEvent(**line) for line in draft.lines]
        derive(draft.instance, events, week=self.week_of(draft.instance))

    def rewrite(self, drafts: Sequence[Draft]) -> Sequence[Draft]:
        """Known tickets are what their events now say."""
        events = TicketEvent.objects.select_related("actor", "agent", "team").order_by("at", "id")
        prefetch_related_objects([draft.instance for draft in drafts], Prefetch("events", events))
        return [draft for draft in drafts if self.says_otherwise(draft.instance)]

    def says_otherwise(self, ticket: Ticket) -> bool:
        before = [getattr(ticket, name) for name in KEPT]
        derive(ticket, ticket.events.all(), week=self.week_of(ticket))
        if before == [getattr(ticket, name) for name in KEPT]:
            return False
        ticket.save()
        return True

    def week_of(self, ticket: Ticket) -> Week | None:
        if ticket.schedule_id not in self.weeks:
            schedule = ticket.schedule or Schedule.objects.filter(is_default=True).first()
            self.weeks[ticket.schedule_id] = Week.of(schedule) if schedule else None
        return self.weeks[ticket.schedule_id]


Told = tuple[int, dict[str, Any]]


def with_implied(told: Sequence[Told]) -> Iterable[Told]:
    """The events of a log and those it leaves out: a ticket was created first, and what is solved anew was open."""
    number, first = told[0]
    if first["kind"] != Kind.CREATED:
        yield number, {"kind": Kind.CREATED, "at": first["at"]}
    solved_before = False
    for place, (number, line) in enumerate(told):
        if solved_before and (line["kind"] in WORK or line["kind"] == Kind.SOLVED) and opens_again(told[place:]):
            yield number, {"kind": Kind.REOPENED, "at": line["at"]}
            solved_before = False
        yield number, line
        if line["kind"] in {Kind.SOLVED, Kind.CLOSED}:
            solved_before = True
        if line["kind"] == Kind.REOPENED:
            solved_before = False


def opens_again(rest: Sequence[Told]) -> bool:
    """Whether a solved ticket is solved again, without a word of its reopening: it was open from here on."""
    ends = next((line["kind"] for _, line in rest if line["kind"] in {Kind.SOLVED, Kind.REOPENED}), None)
    return ends == Kind.SOLVED


IMPORTS: list[type[Resource]] = [TicketEvents]
