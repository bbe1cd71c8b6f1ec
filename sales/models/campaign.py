"""Marketing: campaigns, who they reached, and what things cost."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from customers.choices import Channel
from customers.models import Customer, User
from customers.record import Record
from sales.choices import CostCategory
from sales.models.catalogue import Plan, ProductLine
from sales.money import AmountField, CurrencyField, not_negative
from sales.querysets import CampaignRecipientQuerySet, CostQuerySet


class Campaign(Record):
    """An effort to win or keep customers. Its code is what visits and imports name."""

    family = "marketing"

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    channel = models.CharField(max_length=20, choices=Channel, blank=True)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="campaigns")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="The last day.")
    budget = AmountField(null=True, blank=True, validators=[not_negative])
    currency = CurrencyField()

    class Meta(Record.Meta):
        ordering = ["-starts_on", "-id"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="sales_campaign_ends_after_start",
                violation_error_message="A campaign ends on or after its first day.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignRecipient(Record):
    """One address a campaign was sent to, and whether it answered."""

    family = "marketing"
    owned_by = "campaign__owner"

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="recipients")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, blank=True, related_name="campaign_recipients")
    email = models.EmailField(blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    bounced_at = models.DateTimeField(null=True, blank=True)
    responded_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = CampaignRecipientQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-sent_at", "-id"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(responded_at=None) | Q(responded_at__gte=F("sent_at")),
                name="sales_campaignrecipient_responds_after_sending",
            ),
        ]

    def __str__(self) -> str:
        return self.email or str(self.customer)


class Touch(Record):
    """One contact of a campaign or channel with a lead or customer."""

    family = "marketing"
    owned_by = "campaign__owner"

    customer = models.ForeignKey(Customer, models.CASCADE, null=True, blank=True, related_name="touches")
    lead = models.ForeignKey("sales.Lead", models.CASCADE, null=True, blank=True, related_name="touches")
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, blank=True, related_name="touches")
    channel = models.CharField(max_length=20, choices=Channel, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta(Record.Meta):
        ordering = ["-at", "-id"]
        verbose_name_plural = "touches"
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | Q(lead__isnull=False),
                name="sales_touch_reaches_somebody",
                violation_error_message="Name the lead or the customer.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display() or self.campaign} on {timezone.localdate(self.at)}"


class Cost(Record):
    """Money spent, on one day or spread evenly over the days from the first to the last."""

    family = "costs"

    category = models.CharField(max_length=10, choices=CostCategory)
    amount = AmountField()
    currency = CurrencyField()
    starts_on = models.DateField(default=timezone.localdate, help_text="The day, or the first day.")
    ends_on = models.DateField(null=True, blank=True, help_text="The last day, where the cost covers several.")
    channel = models.CharField(max_length=20, choices=Channel, blank=True)
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, blank=True, related_name="costs")
    line = models.ForeignKey(ProductLine, models.PROTECT, null=True, blank=True, related_name="costs")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="costs")
    segment = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=2, blank=True)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="costs")
    note = models.CharField(max_length=200, blank=True)

    objects: ClassVar = CostQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-starts_on", "-id"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="sales_cost_ends_after_start",
                violation_error_message="The last day cannot be before the first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()} {self.amount:,.2f} {self.currency}"
