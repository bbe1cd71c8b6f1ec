"""Deals, their ways through the stages, offers and quotas."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from customers.desk import HistoryInline, RecordAdmin
from sales.admin import words
from sales.admin.filters import IdleFilter
from sales.admin.forms import VerbForm, VerbFormAdmin
from sales.admin.show import ORIGIN, chip, money_column
from sales.admin.verbs import Verb, VerbsAdmin
from sales.choices import OfferKind, Outcome
from sales.models import AmountChange, Deal, Offer, Quota, StageChange
from sales.services.deals import lose_deal, move_deal, open_deal, reassign_deal, reopen_deal, win_deal
from sales.services.edits import edit_deal

OUTCOMES = {"": "info", Outcome.WON: "success", Outcome.LOST: "danger"}


def is_open(deal: Deal) -> bool:
    return deal.is_open


def is_closed(deal: Deal) -> bool:
    return not deal.is_open


class DealForm(VerbForm):
    moment = "created_at"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"pipeline", "stage"} & self.fields.keys():
            self.fields[name].required = self.instance.pk is not None
            self.fields[name].help_text = "" if self.instance.pk else "The default, if left empty."

    def add(self, row: Any, *, by: Any) -> Deal:
        return open_deal(row, by=by)

    def edit(self, row: Any, *, by: Any, **changes: Any) -> Deal:
        return edit_deal(row, by=by, **changes)


class AmountInline(HistoryInline):
    model = AmountChange
    hide_title = True
    verbose_name_plural = "changes of its amount"
    fields = ["at", money_column("amount", currency="deal__currency"), "by"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("by", "deal")


class StayInline(HistoryInline):
    model = StageChange
    hide_title = True
    verbose_name_plural = "the way through the stages"
    fields = [
        "from_stage",
        "to_stage",
        "at",
        "left_at",
        "owner",
        "by",
        money_column("amount", currency="deal__currency"),
    ]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("from_stage", "to_stage", "owner", "by", "deal")


@admin.register(Deal)
class DealAdmin(VerbsAdmin, VerbFormAdmin):
    form = DealForm
    list_display = [
        "name",
        "customer",
        "stage_chip",
        "stage_since",
        money_column("amount"),
        "owner",
        "expected_close_on",
        "closed_at",
    ]
    list_select_related = ["customer", "stage", "owner"]
    list_filter = [
        "owner",
        "customer",
        "stage",
        "pipeline",
        "outcome",
        "kind",
        "product",
        "channel",
        "campaign",
        "amount",
        "created_at",
        "expected_close_on",
        "closed_at",
        "lost_reason",
        IdleFilter,
    ]
    search_fields = ["name", "customer__name"]
    inlines = [StayInline, AmountInline]
    verbs = (
        Verb("move", "Move to a stage", move_deal, form=words.MoveForm, icon="arrow_forward", when=is_open),
        Verb("win", "Mark as won", win_deal, form=words.WinForm, icon="trophy", when=is_open),
        Verb("lose", "Mark as lost", lose_deal, form=words.LoseForm, icon="close", when=is_open),
        Verb("reopen", "Reopen", reopen_deal, form=words.When, icon="undo", when=is_closed),
        Verb("reassign", "Hand over", reassign_deal, form=words.ReassignForm, icon="group"),
    )
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("name", "customer"),
                    ("pipeline", "stage"),
                    ("amount", "currency"),
                    ("owner", "expected_close_on"),
                    ("product", "kind"),
                    ("contact", "lead"),
                    "created_at",
                    "note",
                ]
            },
        ),
        ("How it ended", {"fields": [("outcome", "closed_at"), ("credited_to", "closed_by"), "lost_reason"]}),
        ("Contract", {"fields": [("first_year_amount", "mrr")], "classes": ["collapse"]}),
        ("How it came", {"fields": [("channel", "lead_source"), "campaign"], "classes": ["collapse"]}),
        ORIGIN,
    ]
    ended = ["outcome", "closed_at", "credited_to", "closed_by", "lost_reason"]

    def get_queryset(self, request: HttpRequest) -> Any:
        deals: Any = super().get_queryset(request)
        return deals.with_stay()

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        closed = ["pipeline", "stage"] if isinstance(obj, Deal) and not obj.is_open else []
        return [*self.ended, *closed]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        sets = super().get_fieldsets(request, obj)
        return sets if isinstance(obj, Deal) and not obj.is_open else [one for one in sets if one[0] != "How it ended"]

    def get_inlines(self, request: HttpRequest, obj: Deal | None) -> Any:  # type: ignore[override]
        has_another = obj is not None and obj.amount_changes.exists()
        return [one for one in self.inlines if one is not AmountInline or has_another]

    @display(description="Stage", label=OUTCOMES, ordering="stage__position")
    def stage_chip(self, deal: Deal) -> tuple[str, str]:
        return deal.outcome, str(deal.stage)

    @display(description="In it since", ordering="stage_since")
    def stage_since(self, deal: Any) -> Any:
        return deal.stage_since


@admin.register(StageChange)
class StageChangeAdmin(RecordAdmin):
    """Written by the verbs of deals; to be read."""

    may_add = may_change = False
    list_display = ["deal", "from_stage", "to_stage", "at", "left_at", "owner", "by"]
    list_filter = ["to_stage", "owner", "at", "left_at"]
    search_fields = ["deal__name"]


@admin.register(AmountChange)
class AmountChangeAdmin(RecordAdmin):
    """Written when a deal is given another amount; to be read."""

    may_add = may_change = False
    list_display = ["deal", "at", money_column("amount", currency="deal__currency"), "by"]
    list_filter = ["at", "by"]
    search_fields = ["deal__name"]


@admin.register(Offer)
class OfferAdmin(RecordAdmin):
    list_display = [
        "customer",
        "product",
        chip("kind", "Kind", {}, choices=OfferKind, ordered=True),
        "owner",
        "made_at",
        "accepted_at",
        "declined_at",
    ]
    list_select_related = ["customer", "product", "owner"]
    list_filter = ["owner", "kind", "product", "made_at", "accepted_at", "declined_at"]
    search_fields = ["customer__name", "product__name"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("customer", "product"),
                    ("kind", "owner"),
                    "made_at",
                    "accepted_at",
                    "declined_at",
                ]
            },
        ),
        ORIGIN,
    ]


@admin.register(Quota)
class QuotaAdmin(RecordAdmin):
    list_display = ["__str__", "owner", "team", money_column("amount"), "basis", "starts_on", "ends_on"]
    list_select_related = ["owner", "team"]
    list_filter = ["owner", "team", "basis", "starts_on", "ends_on"]
    search_fields = ["owner__username", "owner__last_name", "team__name"]
    fieldsets = [
        (None, {"fields": [("owner", "team"), ("amount", "currency"), "basis", ("starts_on", "ends_on")]}),
        ORIGIN,
    ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A quota is for a person or a team; neither is filled in."""
        return {name: value for name, value in request.GET.items() if name in ("owner", "team")}
