"""How staff see calls, appointments and treatments."""

from typing import Any

from django.contrib import admin
from django.forms import ModelChoiceField
from django.http import HttpRequest
from unfold.decorators import display

from customers.desk import ActionForm, RecordAdmin, RowInline, verb_action
from customers.desk.opening import OpenedByVerb
from customers.desk.page import VerbPages, verb_page
from customers.models import Customer
from support import services
from support.choices import AppointmentStatus
from support.models import AccessSample, Appointment, Fill, Interaction, Treatment

STATUS_COLOURS = {
    AppointmentStatus.BOOKED: "info",
    AppointmentStatus.ATTENDED: "success",
    AppointmentStatus.NO_SHOW: "danger",
    AppointmentStatus.CANCELLED: "warning",
}


@admin.register(Interaction)
class InteractionAdmin(OpenedByVerb, RecordAdmin):
    moment = "ended_at"
    list_display = ["__str__", "agent", "customer", "ticket", "time_spent", "was_abandoned"]
    list_filter = ["kind", "purpose", "agent", "team", "customer", "ended_at", "was_abandoned"]
    search_fields = ["customer__name", "ticket__subject"]
    fields = [
        ("kind", "purpose"),
        ("agent", "team"),
        ("customer", "ticket"),
        ("talk_seconds", "hold_seconds", "wrap_seconds"),
        "ended_at",
        "was_abandoned",
        ("source", "external_id"),
    ]

    def open(self, row: Interaction, said: dict[str, Any], *, by: Any) -> Interaction:
        return services.log_interaction(row)

    @display(description="Handled in")
    def time_spent(self, interaction: Interaction) -> str:
        minutes, seconds = divmod(interaction.talk_seconds + interaction.hold_seconds + interaction.wrap_seconds, 60)
        return f"{minutes}:{seconds:02} min"


class BookForm(ActionForm):
    customer = ModelChoiceField(queryset=Customer.objects.filter(merged_into=None))


@admin.register(Appointment)
class AppointmentAdmin(OpenedByVerb, VerbPages, RecordAdmin):
    moment = "offered_at"
    list_display = ["__str__", "provider", "state", "customer", "starts_at", "booked_at"]
    list_filter = ["status", "clinic", "provider", "customer", "starts_at", "booked_at"]
    search_fields = ["clinic", "provider", "customer__name"]
    readonly_fields = ["status", "customer", "booked_at", "booked_by", "settled_at", "settled_by"]
    actions = [
        verb_action("attend", "The customer came", services.attend_appointment),
        verb_action("miss", "The customer did not come", services.miss_appointment),
        verb_action("cancel", "Cancel", services.cancel_appointment),
    ]
    book_here = verb_page("book", "Book", services.book_appointment, form=BookForm, icon="event_available")
    attend_here = verb_page("attend", "The customer came", services.attend_appointment)
    miss_here = verb_page("miss", "The customer did not come", services.miss_appointment)
    cancel_here = verb_page("cancel", "Cancel", services.cancel_appointment)
    actions_detail = ["book_here", "attend_here", "miss_here", "cancel_here"]

    def fits(self, row: Appointment, verb: str) -> bool:
        if row.status == AppointmentStatus.OFFERED:
            return verb in ("book", "cancel")
        return row.status == AppointmentStatus.BOOKED and verb != "book"

    def get_fieldsets(self, request: HttpRequest, obj: Appointment | None = None) -> Any:
        slot = [("clinic", "provider"), "starts_at", "ends_at", "offered_at"]
        course = [("status", "customer"), ("booked_at", "booked_by"), ("settled_at", "settled_by")]
        return [(None, {"fields": [*slot, *(course if obj else [])]})]

    def open(self, row: Appointment, said: dict[str, Any], *, by: Any) -> Appointment:
        return services.offer_appointment(row)

    @display(description="Status", ordering="status", label=STATUS_COLOURS)
    def state(self, appointment: Appointment) -> tuple[str, str]:
        return appointment.status, appointment.get_status_display()


@admin.register(AccessSample)
class AccessSampleAdmin(RecordAdmin):
    list_display = ["on", "clinic", "provider", "days"]
    list_filter = ["clinic", "provider", "on"]
    search_fields = ["clinic", "provider"]
    fields = ["on", ("clinic", "provider"), "days", ("source", "external_id")]


class FillInline(RowInline):
    model = Fill
    hide_title = True
    fields = ["filled_on", "days"]


@admin.register(Treatment)
class TreatmentAdmin(RecordAdmin):
    list_display = ["name", "customer", "clinic", "provider", "starts_on", "ends_on"]
    list_filter = ["clinic", "provider", "customer", "starts_on", "ends_on"]
    search_fields = ["name", "customer__name"]
    fields = [("customer", "name"), ("clinic", "provider"), ("starts_on", "ends_on"), ("source", "external_id")]
    inlines = [FillInline]


@admin.register(Fill)
class FillAdmin(RecordAdmin):
    list_display = ["treatment", "filled_on", "days"]
    list_filter = ["filled_on"]
    list_select_related = ["treatment__customer"]
    search_fields = ["treatment__name", "treatment__customer__name"]
    fields = ["treatment", ("filled_on", "days"), ("source", "external_id")]
