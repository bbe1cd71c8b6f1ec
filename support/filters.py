"""What lists of support records can be asked."""

from customers.doors import RecordFilter, operators
from support.models import (
    AccessSample,
    Appointment,
    Fill,
    Holiday,
    Interaction,
    Message,
    OpeningHours,
    Schedule,
    ServiceLevel,
    Ticket,
    TicketEvent,
    Treatment,
)


class TicketFilter(RecordFilter):
    searched = ("subject", "number")

    class Meta(RecordFilter.Meta):
        model = Ticket
        fields = operators(
            Ticket,
            "number",
            "customer",
            "contact",
            "channel",
            "priority",
            "status",
            "product_line",
            "agent",
            "team",
            "schedule",
            "created_at",
            "replied_at",
            "replied_by",
            "solved_at",
            "solved_by",
            "closed_at",
            "reopened_count",
            "was_escalated",
            "reply_due_at",
            "solve_due_at",
            "is_spam",
            "merged_into",
        )


class TicketEventFilter(RecordFilter):
    class Meta(RecordFilter.Meta):
        model = TicketEvent
        fields = operators(TicketEvent, "ticket", "kind", "at", "actor", "agent", "team")


class MessageFilter(RecordFilter):
    searched = ("body",)

    class Meta(RecordFilter.Meta):
        model = Message
        fields = operators(Message, "ticket", "author_kind", "author", "is_public", "at")


class InteractionFilter(RecordFilter):
    class Meta(RecordFilter.Meta):
        model = Interaction
        fields = operators(
            Interaction,
            "kind",
            "purpose",
            "ticket",
            "deal_id",
            "customer",
            "agent",
            "team",
            "ended_at",
            "was_abandoned",
        )


class ScheduleFilter(RecordFilter):
    searched = ("name",)

    class Meta(RecordFilter.Meta):
        model = Schedule
        fields = operators(Schedule, "name", "is_default")


class ServiceLevelFilter(RecordFilter):
    searched = ("name",)

    class Meta(RecordFilter.Meta):
        model = ServiceLevel
        fields = operators(ServiceLevel, "name", "priority", "in_open_hours", "is_active")


class OpeningHoursFilter(RecordFilter):
    class Meta(RecordFilter.Meta):
        model = OpeningHours
        fields = operators(OpeningHours, "schedule", "weekday")


class HolidayFilter(RecordFilter):
    searched = ("name",)

    class Meta(RecordFilter.Meta):
        model = Holiday
        fields = operators(Holiday, "schedule", "on")


class AppointmentFilter(RecordFilter):
    searched = ("clinic", "provider")

    class Meta(RecordFilter.Meta):
        model = Appointment
        fields = operators(Appointment, "customer", "clinic", "provider", "status", "starts_at", "booked_at")


class AccessSampleFilter(RecordFilter):
    class Meta(RecordFilter.Meta):
        model = AccessSample
        fields = operators(AccessSample, "on", "clinic", "provider", "days")


class TreatmentFilter(RecordFilter):
    searched = ("name",)

    class Meta(RecordFilter.Meta):
        model = Treatment
        fields = operators(Treatment, "customer", "name", "clinic", "provider", "starts_on", "ends_on")


class FillFilter(RecordFilter):
    class Meta(RecordFilter.Meta):
        model = Fill
        fields = operators(Fill, "treatment", "filled_on")
