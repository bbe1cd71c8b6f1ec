"""A chance to sell something, and the way it takes through a pipeline."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from customers.choices import Channel
from customers.models import Contact, Customer, User
from customers.models.contact import refuse_stranger
from customers.record import Record, RecordQuerySet, Visible
from sales.choices import DealKind, Outcome
from sales.models.campaign import Campaign
from sales.models.catalogue import LostReason, Pipeline, Product, Stage
from sales.models.lead import Lead
from sales.money import AmountField, CurrencyField, not_negative
from sales.querysets import DealQuerySet, StageChangeQuerySet


class Deal(Record):
    """A sale in the making. It closes once, won or lost; reopening is its own act."""

    family = "sales"

    name = models.CharField(max_length=200)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="deals")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="deals")
    lead = models.ForeignKey(Lead, models.SET_NULL, null=True, blank=True, related_name="deals")
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="deals")
    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="deals")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="deals")
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="deals")
    kind = models.CharField(max_length=10, choices=DealKind, default=DealKind.NEW)
    amount = AmountField(null=True, blank=True, validators=[not_negative], help_text="Total contract value.")
    currency = CurrencyField()
    first_year_amount = AmountField(
        null=True, blank=True, validators=[not_negative], help_text="Where a contract runs longer than a year."
    )
    mrr = AmountField("monthly recurring revenue", null=True, blank=True, validators=[not_negative])
    channel = models.CharField(max_length=20, choices=Channel, blank=True)
    lead_source = models.CharField(max_length=60, blank=True)
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, blank=True, related_name="deals")
    created_at = models.DateTimeField(default=timezone.now)
    expected_close_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=4, choices=Outcome, blank=True, default=Outcome.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    credited_to = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="credited_deals", help_text="The owner at closing."
    )
    lost_reason = models.ForeignKey(LostReason, models.PROTECT, null=True, blank=True, related_name="deals")
    note = models.TextField(blank=True)

    objects: ClassVar = DealQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["owner", "-created_at"]),
            models.Index(fields=["stage", "-created_at"]),
            models.Index(fields=["-closed_at"], condition=~Q(outcome=""), name="sales_deal_closed"),
        ]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(outcome="", closed_at=None) | (~Q(outcome="") & Q(closed_at__isnull=False)),
                name="sales_deal_closed_with_an_outcome",
                violation_error_message="A closed deal has an outcome and the moment it closed; an open one neither.",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("created_at")),
                name="sales_deal_closed_after_creation",
                violation_error_message="A deal closes after it was created.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.WON) | Q(amount__isnull=False),
                name="sales_deal_won_for_an_amount",
                violation_error_message="A won deal has an amount.",
            ),
            models.CheckConstraint(
                condition=Q(lost_reason=None) | Q(outcome=Outcome.LOST),
                name="sales_deal_reason_only_when_lost",
                violation_error_message="Only a lost deal has a lost reason.",
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="sales_deal_amount_not_negative"),
        ]

    def clean(self) -> None:
        super().clean()
        refuse_stranger(self.contact, self.customer)

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class StageChange(Visible):
    """A deal entering a stage, who owned it then, and when it left again: one stay."""

    family = "sales"
    owned_by = "deal__owner"

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="stage_changes")
    from_stage = models.ForeignKey(Stage, models.PROTECT, null=True, blank=True, related_name="+")
    to_stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    amount = AmountField(null=True, blank=True)

    objects: ClassVar = StageChangeQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["deal", "at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("at")), name="sales_stagechange_left_after_entering"
            ),
            models.UniqueConstraint(
                fields=["deal"], condition=Q(left_at=None), name="sales_stagechange_in_one_stage_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_stage or 'start'} → {self.to_stage}"


class AmountChange(Visible):
    """The moment a deal, while it stayed in a stage, came to stand at another amount."""

    family = "sales"
    owned_by = "deal__owner"

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="amount_changes")
    at = models.DateTimeField(default=timezone.now)
    amount = AmountField(null=True, blank=True, help_text="From then on.")
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects: ClassVar = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["deal", "at"])]

    def __str__(self) -> str:
        return f"{self.deal}: {self.amount or 0:,.2f} {self.deal.currency}"
