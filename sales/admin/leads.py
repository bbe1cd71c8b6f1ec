"""Leads, from their first sign to conversion."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from sales.admin import words
from sales.admin.filters import LeadStatusFilter
from sales.admin.forms import VerbForm, VerbFormAdmin
from sales.admin.show import ORIGIN, chip
from sales.admin.verbs import Verb, VerbsAdmin
from sales.choices import LeadStatus
from sales.models import Lead
from sales.services import leads
from sales.services.edits import edit_lead

COLOURS = {
    LeadStatus.NEW: "info",
    LeadStatus.CONTACTED: "warning",
    LeadStatus.QUALIFIED: "primary",
    LeadStatus.DISQUALIFIED: "danger",
    LeadStatus.CONVERTED: "success",
}


def is_new(lead: Lead) -> bool:
    return lead.status == LeadStatus.NEW


def is_unqualified(lead: Lead) -> bool:
    return lead.status in (LeadStatus.NEW, LeadStatus.CONTACTED)


def is_pursued(lead: Lead) -> bool:
    return lead.status not in (LeadStatus.DISQUALIFIED, LeadStatus.CONVERTED)


def is_dropped(lead: Lead) -> bool:
    return lead.status == LeadStatus.DISQUALIFIED


class LeadForm(VerbForm):
    moment = "created_at"

    def add(self, row: Any, *, by: Any) -> Lead:
        return leads.take_lead(row, by=by)

    def edit(self, row: Any, *, by: Any, **changes: Any) -> Lead:
        return edit_lead(row, by=by, **changes)


@admin.register(Lead)
class LeadAdmin(VerbsAdmin, VerbFormAdmin):
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
    verbs = (
        Verb("contact", "Note a contact", leads.contact_lead, form=words.When, icon="call", when=is_new),
        Verb("qualify", "Qualify", leads.qualify_lead, form=words.When, icon="check", when=is_unqualified),
        Verb("pursue", "Open a deal", leads.pursue_lead, form=words.PursueForm, icon="handshake", when=is_pursued),
        Verb(
            "convert",
            "Convert: they pay already",
            leads.convert_lead,
            form=words.ConvertForm,
            icon="person_add",
            when=is_pursued,
        ),
        Verb("disqualify", "Drop", leads.disqualify_lead, form=words.When, icon="close", when=is_pursued),
        Verb("requalify", "Take up again", leads.requalify_lead, form=words.When, icon="undo", when=is_dropped),
        Verb("spam", "Mark as spam", leads.mark_spam, when=is_pursued),
        Verb("duplicate", "Mark as duplicate", leads.mark_duplicate, form=words.DuplicateForm, when=is_pursued),
    )
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
        ("How it came", {"fields": [("channel", "lead_source"), "campaign", "created_at"]}),
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
