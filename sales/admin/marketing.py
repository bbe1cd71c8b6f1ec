"""Campaigns, whom they reached, and what things cost."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from unfold.decorators import display

from customers.desk import RecordAdmin, RowInline
from sales.admin.show import ORIGIN, chip, money_column
from sales.choices import CostCategory
from sales.models import Campaign, CampaignRecipient, Cost, Touch


class CostInline(RowInline):
    model = Cost
    fields = ["category", "amount", "currency", "starts_on", "ends_on", "note"]


@admin.register(Campaign)
class CampaignAdmin(RecordAdmin):
    list_display = ["name", "code", "channel", "owner", "starts_on", "ends_on", money_column("budget"), "reached"]
    list_select_related = ["owner"]
    list_filter = ["owner", "channel", "starts_on", "ends_on"]
    search_fields = ["name", "code"]
    inlines = [CostInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("name", "code"),
                    ("channel", "owner"),
                    ("starts_on", "ends_on"),
                    ("budget", "currency"),
                ]
            },
        ),
        ORIGIN,
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        sent = CampaignRecipient.objects.filter(campaign=OuterRef("pk")).order_by().values("campaign")
        count = Subquery(sent.annotate(count=Count("pk")).values("count"), output_field=IntegerField())
        return super().get_queryset(request).annotate(reached=Coalesce(count, 0))

    @display(description="Sent to", ordering="reached")
    def reached(self, campaign: Any) -> str:
        return f"{campaign.reached:,}"


@admin.register(CampaignRecipient)
class CampaignRecipientAdmin(RecordAdmin):
    list_display = ["__str__", "campaign", "customer", "sent_at", "bounced_at", "responded_at"]
    list_select_related = ["campaign", "customer"]
    list_filter = ["campaign", "customer", "sent_at", "bounced_at", "responded_at"]
    search_fields = ["email", "customer__name"]
    fieldsets = [
        (
            None,
            {"fields": ["campaign", ("customer", "email"), "sent_at", "bounced_at", "responded_at"]},
        ),
        ORIGIN,
    ]


@admin.register(Touch)
class TouchAdmin(RecordAdmin):
    list_display = ["at", "channel", "campaign", "customer", "lead"]
    list_select_related = ["campaign", "customer", "lead"]
    list_filter = ["campaign", "channel", "customer", "at"]
    search_fields = ["customer__name", "lead__name"]
    fieldsets = [(None, {"fields": [("customer", "lead"), ("campaign", "channel"), "at"]}), ORIGIN]


@admin.register(Cost)
class CostAdmin(RecordAdmin):
    list_display = [
        "starts_on",
        "ends_on",
        chip("category", "Category", {}, choices=CostCategory, ordered=True),
        money_column("amount"),
        "channel",
        "campaign",
        "line",
        "note",
    ]
    list_select_related = ["campaign", "line"]
    list_filter = ["category", "channel", "campaign", "line", "plan", "owner", "starts_on", "amount"]
    search_fields = ["note", "campaign__name"]
    fieldsets = [
        (
            None,
            {"fields": [("category", "note"), ("amount", "currency"), ("starts_on", "ends_on")]},
        ),
        (
            "What it was for",
            {"fields": [("channel", "campaign"), ("line", "plan"), ("segment", "country"), "owner"]},
        ),
        ORIGIN,
    ]
