"""What customers are expected to bring in."""

from typing import ClassVar

from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast, Concat, ExtractMonth, ExtractYear, LPad

from customers.models import Customer
from sales.money import AmountField, CurrencyField


class LifetimeEstimateQuerySet(models.QuerySet["LifetimeEstimate"]):
    def with_cohort(self) -> "LifetimeEstimateQuerySet":
        """Each estimate with `cohort`: the month of the first purchase, as in 2025-03."""
        month = Cast(ExtractMonth("began_on"), models.CharField())
        year = Cast(ExtractYear("began_on"), models.CharField())
        return self.annotate(cohort=Concat(year, Value("-"), LPad(month, 2, Value("0"))))


class LifetimeEstimate(models.Model):
    """What one customer's purchases to come were worth at a month's end, as expected then. It stays as it was made."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="lifetime_estimates")
    estimated_on = models.DateField(db_index=True)
    began_on = models.DateField(help_text="The day of the first purchase.")
    worth = AmountField(help_text="Gross margin of the next five years, at today's worth.")
    currency = CurrencyField()
    alive = models.FloatField(help_text="The chance that they are still a customer.")

    objects: ClassVar = LifetimeEstimateQuerySet.as_manager()

    class Meta:
        ordering = ["-estimated_on", "-worth"]

    def __str__(self) -> str:
        return f"{self.customer} {self.estimated_on}: {self.worth}"
