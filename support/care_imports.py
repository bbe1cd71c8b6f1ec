"""What an import of calls, appointments, treatments and medicine handed out can carry."""

from collections.abc import Sequence
from typing import Any, ClassVar

from customers.importing.fields import Column, columns_of
from customers.importing.links import Link
from customers.importing.resources import Draft, Resource
from customers.imports import customer, person
from customers.models import Team
from support.choices import AppointmentStatus, Purpose
from support.models import Appointment, Fill, Interaction, Ticket, Treatment
from support.services import team_of

BOOKED = {AppointmentStatus.BOOKED, AppointmentStatus.ATTENDED, AppointmentStatus.NO_SHOW}
SETTLED = {AppointmentStatus.ATTENDED, AppointmentStatus.NO_SHOW, AppointmentStatus.CANCELLED}


class Interactions(Resource):
    """Calls, chats and mails, with the seconds of talk, hold and wrap-up."""

    name = "interactions"
    model = Interaction
    columns: ClassVar[Sequence[Column]] = [
        *columns_of(Interaction, "external_id", "kind", "purpose"),
        *columns_of(Interaction, "ended_at", required=["ended_at"]),
        *columns_of(Interaction, "talk_seconds", "hold_seconds", "wrap_seconds", "was_abandoned", "deal_id"),
        customer(),
        Link("ticket", to=Ticket, ways=("external_id", "number"), related=("customer",)),
        person("agent"),
        Link("team", to=Team),
    ]
    happened = ("ended_at",)

    def complete(self, draft: Draft) -> None:
        """It is credited to the team its agent was in then, and a call about a deal is a seller's."""
        ticket, agent = draft.values.get("ticket"), draft.values.get("agent")
        draft.set_default("customer", ticket and ticket.customer)
        draft.set_default("purpose", Purpose.SALES if draft.values.get("deal_id") else None)
        if draft.is_new and agent and "team" not in draft.values:
            draft.set_default("team", team_of(agent, at=draft.values["ended_at"]))


class Appointments(Resource):
    """Slots in calendars, booked or not, and whether the patient came."""

    name = "appointments"
    model = Appointment
    columns: ClassVar[Sequence[Column]] = [
        *columns_of(Appointment, "external_id", "clinic", "provider", "status"),
        *columns_of(Appointment, "starts_at", "ends_at", required=["starts_at", "ends_at"]),
        *columns_of(Appointment, "offered_at", "booked_at", "settled_at"),
        customer(),
    ]
    happened = ("offered_at", "booked_at", "settled_at")

    def complete(self, draft: Draft) -> None:
        """What the status says must have happened, at the latest moment it can have."""
        status, starts, ends = (draft.get(name) for name in ("status", "starts_at", "ends_at"))
        if ends <= starts:
            draft.refuse("ends_at", "A slot ends after it begins.")
        draft.set_default("offered_at", draft.values.get("booked_at") or starts)
        if status in BOOKED:
            draft.set_default("booked_at", draft.get("offered_at"))
            if not draft.get("customer"):
                draft.refuse("customer", "Say who booked it.")
        if status in SETTLED:
            draft.set_default("settled_at", ends)


class Treatments(Resource):
    """Medicines customers are to take over a stretch of days."""

    name = "treatments"
    model = Treatment
    columns: ClassVar[Sequence[Column]] = [
        *columns_of(Treatment, "external_id"),
        *columns_of(Treatment, "name", "starts_on", required=["name", "starts_on"]),
        *columns_of(Treatment, "ends_on", "clinic", "provider"),
        customer(required=True),
    ]

    def complete(self, draft: Draft) -> None:
        ends: Any = draft.get("ends_on")
        if ends and ends <= draft.get("starts_on"):
            draft.refuse("ends_on", "A treatment ends after its first day.")


class Fills(Resource):
    """Medicine handed out for a treatment, and for how many days."""

    name = "fills"
    model = Fill
    columns: ClassVar[Sequence[Column]] = [
        *columns_of(Fill, "external_id"),
        Link("treatment", to=Treatment, ways=("external_id",), required=True),
        *columns_of(Fill, "filled_on", "days", required=["filled_on", "days"]),
    ]


IMPORTS: list[type[Resource]] = [Interactions, Appointments, Treatments, Fills]
