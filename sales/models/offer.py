"""Offers to existing customers, and what sellers are asked to reach."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from customers.models import Customer, Team, User
from customers.record import Record
from sales.choices import OfferKind, QuotaBasis
from sales.models.catalogue import Product
from sales.money import AmountField, CurrencyField
from sales.querysets import OfferQuerySet, QuotaQuerySet


class Offer(Record):
    """Something more, offered to a customer."""

    family = "sales"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="offers")
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="offers")
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="offers")
    kind = models.CharField(max_length=10, choices=OfferKind, default=OfferKind.UPSELL)
    made_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = OfferQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-made_at", "-id"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(declined_at=None), name="sales_offer_accepted_or_declined"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(accepted_at__gte=F("made_at")),
                name="sales_offer_accepted_after_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.customer}"


class Quota(Record):
    """What a person or a team is to sell in a stretch of days, first and last day included."""

    family = "sales"

    owner = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="quotas")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="quotas")
    starts_on = models.DateField(help_text="The first day.")
    ends_on = models.DateField(help_text="The last day.")
    amount = AmountField()
    currency = CurrencyField()
    basis = models.CharField(max_length=10, choices=QuotaBasis, default=QuotaBasis.TOTAL)

    objects: ClassVar = QuotaQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-starts_on", "-id"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(owner__isnull=False, team=None) | Q(owner=None, team__isnull=False),
                name="sales_quota_for_a_person_or_a_team",
                violation_error_message="A quota is for one person or one team.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="sales_quota_ends_after_start",
                violation_error_message="The last day cannot be before the first.",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="sales_quota_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.owner or self.team}: {self.amount:,.0f} {self.currency}"
