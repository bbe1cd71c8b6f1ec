"""Helping customers: tickets, conversations, opening hours, appointments."""

from support.models.care import AccessSample, Appointment, Fill, Treatment
from support.models.hours import Holiday, OpeningHours, Schedule
from support.models.interaction import Interaction
from support.models.movement import TicketMovement, TreatmentDay
from support.models.promise import ServiceLevel
from support.models.ticket import Message, Ticket, TicketEvent

__all__ = [
    "AccessSample",
    "Appointment",
    "Fill",
    "Holiday",
    "Interaction",
    "Message",
    "OpeningHours",
    "Schedule",
    "ServiceLevel",
    "Ticket",
    "TicketEvent",
    "TicketMovement",
    "Treatment",
    "TreatmentDay",
]
