"""Helping customers: tickets, conversations, opening hours, appointments."""

from support.models.care import Appointment, Fill, Treatment
from support.models.hours import Holiday, OpeningHours, Schedule
from support.models.interaction import Interaction
from support.models.ticket import Message, Ticket, TicketEvent

__all__ = [
    "Appointment",
    "Fill",
    "Holiday",
    "Interaction",
    "Message",
    "OpeningHours",
    "Schedule",
    "Ticket",
    "TicketEvent",
    "Treatment",
]
