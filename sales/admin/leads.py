"""Leads, from their first sign to conversion."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from customers.desk import verb_action
from customers.models import User
from sales.admin import words
from sales.admin.filters import LeadStatusFilter
from sales.admin.forms import VerbAdmin, VerbForm
from sales.admin.show import ORIGIN, chip
from sales.choices import LeadStatus
from sales.models import Lead
from sales.services import leads

COLOURS = {
    LeadStatus.NEW: "info",
    LeadStatus.CONTACTED: "warning",
    LeadStatus.QUALIFIED: "primary",
    LeadStatus.DISQUALIFIED: "danger",
    LeadStatus.CONVERTED: "success",
}


class LeadForm(VerbForm):
    def add(self, row: Lead, *, by: User) -> Lead:
        return leads.take_lead(row, by=by)

    def edit(self, row: Lead, *, by: User, **changes: Any) -> Lead:
        row.save()
        return row


@admin.register(Lead)
class LeadAdmin(VerbAdmin):
    form = LeadForm
    list_display = [
        "name",
        "company",
        chip("status", "Status", COLOURS, choices=LeadStatus),
        "owner",
        "lead_source",
        "created_at",
        "first_contacted_at",
        "converted_at",
    ]
    list_select_related = ["owner"]
    list_filter = [
        LeadStatusFilter,
        "owner",
        "channel",
        "lead_source",
        "campaign",
        "segment",
        "country",
        "created_at",
        "first_contacted_at",
        "converted_at",
        "is_spam",
    ]
    search_fields = ["name", "company", "email"]
    actions = [
        verb_action("contact", "Note a contact", leads.contact_lead, form=words.When),
        verb_action("qualify", "Qualify", leads.qualify_lead, form=words.When),
        verb_action("pursue", "Open a deal", leads.pursue_lead, form=words.PursueForm),
        verb_action("convert", "Convert: they pay already", leads.convert_lead, form=words.ConvertForm),
        verb_action("disqualify", "Drop", leads.disqualify_lead, form=words.When),
        verb_action("requalify", "Take up again", leads.requalify_lead, form=words.When),
        verb_action("spam", "Mark as spam", leads.mark_spam),
        verb_action("duplicate", "Mark as duplicate", leads.mark_duplicate, form=words.DuplicateForm),
    ]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("name", "company"),
                    ("email", "phone"),
                    ("owner", "entered_by_staff"),
                    ("segment", "country"),
                    "note",
                ]
            },
        ),
        ("How it came", {"fields": [("channel", "lead_source"), ("campaign", "created_at")]}),
        (
            "How it went",
            {
                "fields": [
                    ("first_contacted_at", "contacted_by"),
                    ("qualified_at", "qualified_by"),
                    ("disqualified_at", "disqualified_by"),
                    ("is_spam", "duplicate_of"),
                    ("converted_at", "converted_by"),
                    ("customer", "was_customer"),
                ]
            },
        ),
        ORIGIN,
    ]
    by_verbs = [
        "contacted_by",
        "qualified_by",
        "disqualified_at",
        "disqualified_by",
        "is_spam",
        "duplicate_of",
        "converted_at",
        "converted_by",
        "customer",
        "was_customer",
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return self.by_verbs

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        sets = super().get_fieldsets(request, obj)
        return sets if obj else [one for one in sets if one[0] != "How it went"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"entered_by_staff": True, **super().get_changeform_initial_data(request)}
