"""Subscriptions, what happened to them, and their terms."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSingleDateWidget

from customers.desk import HistoryInline, RecordAdmin, RowInline
from sales.admin import words
from sales.admin.filters import StandingFilter
from sales.admin.forms import VerbForm, VerbFormAdmin
from sales.admin.show import ORIGIN, chip, money, money_column
from sales.admin.verbs import Verb, VerbsAdmin
from sales.choices import Standing
from sales.models import Subscription, SubscriptionEvent, Term
from sales.services import subscriptions
from sales.services.edits import edit_subscription

COLOURS = {
    Standing.TRIAL: "info",
    Standing.RUNNING: "success",
    Standing.PAUSED: "warning",
    Standing.LEAVING: "warning",
    Standing.ENDED: "danger",
}


def is_alive(subscription: Subscription) -> bool:
    return subscription.standing != Standing.ENDED


def is_leaving(subscription: Subscription) -> bool:
    return subscription.standing == Standing.LEAVING


def is_staying(subscription: Subscription) -> bool:
    return subscription.ended_at is None


def is_paused(subscription: Subscription) -> bool:
    return is_staying(subscription) and subscription.paused_at is not None


def can_pause(subscription: Subscription) -> bool:
    return is_staying(subscription) and subscription.paused_at is None


class SubscriptionForm(VerbForm):
    moment = "started_at"

    term_ends_on = forms.DateField(
        label="Contracted until",
        required=False,
        widget=UnfoldAdminSingleDateWidget,
        help_text="The first day no longer covered; empty where it runs from month to month.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "price" in self.fields and self.instance.pk is None:
            self.fields["price"].required = False
            self.fields["price"].help_text = "The plan's list price, if left empty."

    def add(self, row: Any, *, by: Any) -> Subscription:
        return subscriptions.start_subscription(row, by=by, term_ends_on=self.cleaned_data.get("term_ends_on"))

    def edit(self, row: Any, *, by: Any, **changes: Any) -> Subscription:
        return edit_subscription(row, by=by, **changes)


class EventInline(HistoryInline):
    model = SubscriptionEvent
    hide_title = True
    verbose_name_plural = "what happened"
    fields = [
        "kind",
        "at",
        money_column("mrr", "MRR after", currency="subscription__currency"),
        "plan",
        "quantity",
        "owner",
        "reason",
        "by",
    ]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("plan", "owner", "by", "subscription")


class TermInline(RowInline):
    model = Term
    hide_title = True
    fields = ["starts_on", "ends_on", "mrr", "renewed_at"]
    readonly_fields = ["renewed_at"]


@admin.register(Subscription)
class SubscriptionAdmin(VerbsAdmin, VerbFormAdmin):
    form = SubscriptionForm
    list_display = [
        "customer",
        "plan",
        chip("standing", "Standing", COLOURS, choices=Standing),
        "quantity",
        money_column("mrr", "MRR", ordered=False),
        "owner",
        "started_at",
        "ended_at",
    ]
    list_select_related = ["customer", "plan", "owner"]
    list_filter = [
        StandingFilter,
        "owner",
        "customer",
        "plan",
        "interval",
        "started_at",
        "trial_ends_at",
        "paused_at",
        "cancel_requested_at",
        "ended_at",
    ]
    search_fields = ["customer__name", "plan__name"]
    inlines = [EventInline, TermInline]
    verbs = (
        Verb("pause", "Pause", subscriptions.pause_subscription, form=words.PauseForm, icon="pause", when=can_pause),
        Verb(
            "resume", "Resume", subscriptions.resume_subscription, form=words.When, icon="play_arrow", when=is_paused
        ),
        Verb(
            "cancel",
            "Cancel when the paid time ends",
            subscriptions.request_cancel,
            form=words.PauseForm,
            icon="event_busy",
            when=is_staying,
        ),
        Verb("keep", "Take the cancellation back", subscriptions.keep_subscription, icon="undo", when=is_leaving),
        Verb(
            "renew", "Renew", subscriptions.renew_subscription, form=words.RenewForm, icon="autorenew", when=is_staying
        ),
        Verb("end", "End now", subscriptions.end_subscription, form=words.EndForm, icon="stop", when=is_alive),
    )
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("customer", "owner"),
                    ("plan", "quantity"),
                    ("price", "currency"),
                    ("interval", "interval_count"),
                    ("discount", "monthly"),
                    "note",
                ]
            },
        ),
        ("When", {"fields": ["started_at", "trial_ends_at", "term_ends_on"]}),
        ("How it went", {"fields": [("paused_at", "cancel_requested_at", "ended_at")]}),
        ORIGIN,
    ]
    by_verbs = ["monthly", "paused_at", "cancel_requested_at", "ended_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [*self.by_verbs, *(["started_at", "trial_ends_at"] if obj else [])]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        sets = super().get_fieldsets(request, obj)
        if obj is None:
            return [one for one in sets if one[0] != "How it went"]
        started = ("When", {"fields": [("started_at", "trial_ends_at")]})
        return [started if one[0] == "When" else one for one in sets]

    @display(description="MRR")
    def monthly(self, subscription: Subscription) -> str:
        return money(subscription.mrr, subscription.currency) if subscription.pk else "–"


@admin.register(SubscriptionEvent)
class SubscriptionEventAdmin(RecordAdmin):
    """Written by the verbs of subscriptions; to be read."""

    may_add = may_change = False
    list_display = [
        "subscription",
        "kind",
        "at",
        money_column("mrr", "MRR after", currency="subscription__currency"),
        "plan",
        "quantity",
        "owner",
        "reason",
    ]
    list_select_related = ["subscription__customer", "subscription__plan", "plan", "owner"]
    list_filter = ["kind", "at", "plan", "owner", "is_involuntary"]
    search_fields = ["subscription__customer__name", "reason"]


@admin.register(Term)
class TermAdmin(RecordAdmin):
    list_display = [
        "subscription",
        "starts_on",
        "ends_on",
        money_column("mrr", "MRR", currency="subscription__currency"),
        "renewed_at",
    ]
    list_select_related = ["subscription__customer", "subscription__plan"]
    list_filter = ["starts_on", "ends_on", "renewed_at"]
    search_fields = ["subscription__customer__name"]
    readonly_fields = ["renewed_by", "renewed_at"]
    fieldsets = [
        (None, {"fields": ["subscription", ("starts_on", "ends_on"), "mrr", ("renewed_by", "renewed_at")]}),
        ORIGIN,
    ]
