"""What a list of sales records can be asked."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import Model, QuerySet
from django.utils import timezone

from customers.doors import RecordFilter, operators
from sales import models
from sales.choices import LeadStatus, Outcome, Standing
from sales.querysets import LEAD_STATUS


def asked(of: type[Model], *names: str, find: tuple[str, ...] = ()) -> type[RecordFilter]:
    """The filter of a record by these fields; `find` names the text that `search` looks in."""
    meta = type("Meta", (RecordFilter.Meta,), {"model": of, "fields": operators(of, *names)})
    doc = f"What a list of {of._meta.verbose_name_plural} can be asked."
    return type(f"{of.__name__}Filter", (RecordFilter,), {"searched": find, "Meta": meta, "__doc__": doc})


DEAL_FIELDS = [
    "customer",
    "contact",
    "lead",
    "owner",
    "credited_to",
    "pipeline",
    "stage",
    "product",
    "kind",
    "amount",
    "currency",
    "channel",
    "lead_source",
    "campaign",
    "created_at",
    "expected_close_on",
    "outcome",
    "closed_at",
    "closed_by",
    "lost_reason",
]


class DealFilter(asked(models.Deal, *DEAL_FIELDS, find=("name", "customer__name"))):  # type: ignore[misc]
    """What a list of deals can be asked; open deals have no outcome: `is_open=true`."""

    is_open = django_filters.BooleanFilter(field_name="closed_at", lookup_expr="isnull")
    outcome = django_filters.ChoiceFilter(choices=[choice for choice in Outcome.choices if choice[0]])
    is_overdue = django_filters.BooleanFilter(method="overdue")
    idle_days = django_filters.NumberFilter(
        method="idle",
        min_value=1,
        max_value=3650,
        decimal_places=0,
        help_text="Open deals that entered no stage, and about which nothing was done, for so many days.",
    )

    def overdue(self, queryset: Any, name: str, value: bool) -> QuerySet:
        late = queryset.model.objects.overdue().values("pk")
        return queryset.filter(pk__in=late) if value else queryset.exclude(pk__in=late)

    def idle(self, queryset: Any, name: str, value: Decimal) -> QuerySet:
        return queryset.idle(since=timezone.now() - timedelta(days=int(value)))


LEAD_FIELDS = [
    "owner",
    "campaign",
    "channel",
    "lead_source",
    "segment",
    "country",
    "email",
    "entered_by_staff",
    "created_at",
    "first_contacted_at",
    "qualified_at",
    "disqualified_at",
    "converted_at",
    "customer",
    "is_spam",
    "duplicate_of",
    "was_customer",
]


class LeadFilter(asked(models.Lead, *LEAD_FIELDS, find=("name", "company", "email"))):  # type: ignore[misc]
    """What a list of leads can be asked."""

    status = django_filters.ChoiceFilter(choices=LeadStatus.choices, method="standing")

    def standing(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(LEAD_STATUS[LeadStatus(value)])


StageChangeFilter = asked(models.StageChange, "deal", "from_stage", "to_stage", "at", "left_at", "by", "owner")
AmountChangeFilter = asked(models.AmountChange, "deal", "at", "by")
OfferFilter = asked(
    models.Offer,
    "customer",
    "product",
    "owner",
    "kind",
    "made_at",
    "accepted_at",
    "declined_at",
    find=("customer__name",),
)
QuotaFilter = asked(models.Quota, "owner", "team", "starts_on", "ends_on", "currency", "basis")

CampaignFilter = asked(
    models.Campaign, "code", "channel", "owner", "starts_on", "ends_on", "currency", find=("name", "code")
)
CampaignRecipientFilter = asked(
    models.CampaignRecipient, "campaign", "customer", "email", "sent_at", "bounced_at", "responded_at", find=("email",)
)
TouchFilter = asked(models.Touch, "customer", "lead", "campaign", "channel", "at")
CostFilter = asked(
    models.Cost,
    *[
        "category",
        "amount",
        "currency",
        "starts_on",
        "ends_on",
        "channel",
        "campaign",
        "line",
        "plan",
        "segment",
        "country",
        "owner",
    ],
    find=("note",),
)

OrderFilter = asked(
    models.Order,
    *["number", "customer", "owner", "placed_at", "status", "status_at", "channel", "campaign", "currency"],
    find=("number", "customer__name"),
)
OrderLineFilter = asked(models.OrderLine, "order", "product", "net", find=("description",))
RefundFilter = asked(models.Refund, "order", "line", "at", "net")
CartFilter = asked(
    models.Cart,
    *["visitor_key", "customer", "channel", "country", "device", "created_at", "last_activity_at", "order"],
)

SUBSCRIPTION_FIELDS = [
    "customer",
    "plan",
    "owner",
    "interval",
    "currency",
    "started_at",
    "trial_ends_at",
    "paused_at",
    "cancel_requested_at",
    "ended_at",
]


asked_of_subscriptions = asked(models.Subscription, *SUBSCRIPTION_FIELDS, find=("customer__name", "plan__name"))


class SubscriptionFilter(asked_of_subscriptions):  # type: ignore[misc, valid-type]
    """What a list of subscriptions can be asked."""

    standing = django_filters.ChoiceFilter(choices=Standing.choices, method="stands")

    def stands(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.standing(Standing(value))


SubscriptionEventFilter = asked(
    models.SubscriptionEvent,
    *["subscription", "kind", "at", "plan", "owner", "is_involuntary", "by"],
    find=("reason",),
)
TermFilter = asked(models.Term, "subscription", "starts_on", "ends_on", "renewed_by", "renewed_at")

ProductLineFilter = asked(models.ProductLine, "code", find=("name", "code"))
ProductFilter = asked(models.Product, "sku", "line", "currency", find=("name", "sku"))
PlanFilter = asked(models.Plan, "code", "product", "interval", "currency", find=("name", "code"))
PipelineFilter = asked(models.Pipeline, "is_default", find=("name",))
StageFilter = asked(models.Stage, "pipeline", "kind", find=("name",))
LostReasonFilter = asked(models.LostReason, "is_duplicate", find=("name",))
FxRateFilter = asked(models.FxRate, "base", "quote", "on")
