"""Recurring business: subscriptions, what happened to them, and the contract terms they run in."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from customers.models import Customer, User
from customers.record import Record, Visible
from sales.choices import Interval, Standing, SubscriptionEventKind
from sales.models.catalogue import Plan
from sales.money import AmountField, CurrencyField, not_negative
from sales.querysets import SubscriptionEventQuerySet, SubscriptionQuerySet, TermQuerySet

# One interval in months, as a fraction: a week is 12/52 of a month, a day 12/365.
MONTHS = {Interval.DAY: (12, 365), Interval.WEEK: (12, 52), Interval.MONTH: (1, 1), Interval.YEAR: (12, 1)}


class Subscription(Record):
    """A customer's recurring purchase as it stands now; its past is in its events."""

    family = "sales"

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="subscriptions")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="subscriptions")
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="subscriptions")
    interval = models.CharField(max_length=10, choices=Interval, default=Interval.MONTH)
    interval_count = models.PositiveSmallIntegerField(default=1)
    quantity = models.PositiveIntegerField(default=1)
    price = AmountField(validators=[not_negative], help_text="For one unit and one interval.")
    discount = models.DecimalField(
        max_digits=6,
        decimal_places=5,
        default=0,
        help_text="A lasting discount, 0 to 1; coupons that end do not count.",
    )
    currency = CurrencyField()
    started_at = models.DateTimeField(default=timezone.now)
    trial_ends_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    objects: ClassVar = SubscriptionQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-started_at", "-id"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(interval_count__gte=1), name="sales_subscription_interval_has_length"),
            models.CheckConstraint(condition=Q(price__gte=0), name="sales_subscription_price_not_negative"),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=1), name="sales_subscription_discount_between_0_and_1"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="sales_subscription_ends_after_start",
                violation_error_message="A subscription ends on or after its start.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan or 'Subscription'} for {self.customer}"

    @property
    def standing(self) -> Standing:
        now = timezone.now()
        if self.ended_at and self.ended_at <= now:
            return Standing.ENDED
        if self.cancel_requested_at:
            return Standing.LEAVING
        if self.paused_at and self.paused_at <= now:
            return Standing.PAUSED
        return Standing.TRIAL if self.trial_ends_at and self.trial_ends_at > now else Standing.RUNNING

    @property
    def mrr(self) -> Decimal:
        """The price of a month at today's terms, rounded once to a millionth."""
        top, bottom = MONTHS[Interval(self.interval)]
        full = Decimal(self.price) * self.quantity * (1 - Decimal(self.discount))
        amount = full * bottom / (top * self.interval_count)
        return amount.quantize(Decimal("0.000001"))


class SubscriptionEvent(Visible):
    """Something that happened to a subscription, and the MRR it has from then on, in its currency."""

    family = "sales"
    owned_by = "subscription__owner"

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20, choices=SubscriptionEventKind)
    at = models.DateTimeField(default=timezone.now, help_text="When it takes effect.")
    mrr = AmountField("MRR after", default=0, validators=[not_negative])
    worth = AmountField(
        null=True,
        blank=True,
        editable=False,
        help_text="The MRR of the terms agreed here, which counts once it runs; empty where none were agreed.",
    )
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="+")
    quantity = models.PositiveIntegerField(null=True, blank=True)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=120, blank=True)
    is_involuntary = models.BooleanField(default=False, help_text="Ended because payment failed.")
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects: ClassVar = SubscriptionEventQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["subscription", "at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription"],
                condition=Q(kind=SubscriptionEventKind.START),
                name="sales_subscriptionevent_starts_once",
            ),
            models.CheckConstraint(condition=Q(mrr__gte=0), name="sales_subscriptionevent_mrr_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {timezone.localdate(self.at)}"


class Term(Record):
    """A stretch a subscription is contracted for; renewed or not when it ends."""

    family = "sales"
    owned_by = "subscription__owner"

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="terms")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The first day no longer covered.")
    mrr = AmountField("MRR", default=0, validators=[not_negative])
    renewed_by = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="renews")
    renewed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = TermQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-ends_on", "-id"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="sales_term_has_length"),
            models.CheckConstraint(
                condition=Q(renewed_by=None) | Q(renewed_at__isnull=False), name="sales_term_renewal_has_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription} to {self.ends_on}"
