"""What a deal stood at in its stages, read through database views; nothing here is stored."""

from typing import ClassVar

from django.db import models

from customers.record import Visible
from sales.models.deal import Deal, StageChange
from sales.money import AmountField
from sales.querysets import StayAmountQuerySet


class StayAmount(Visible):
    """A stretch of a stay in a stage over which the deal stood at one amount; the last one is at the deal's own."""

    family = "sales"
    owned_by = "deal__owner"

    stay = models.ForeignKey(StageChange, models.DO_NOTHING, related_name="+")
    deal = models.ForeignKey(Deal, models.DO_NOTHING, related_name="+")
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    amount = AmountField(null=True)

    objects: ClassVar = StayAmountQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "sales_stayamount"


class StayValuation(Visible):
    """A moment at which such a stretch is valued anew: a month's end, or its own. It was last valued at `since`."""

    family = "sales"
    owned_by = "deal__owner"

    stay = models.ForeignKey(StageChange, models.DO_NOTHING, related_name="+")
    deal = models.ForeignKey(Deal, models.DO_NOTHING, related_name="+")
    begun_at = models.DateTimeField()
    since = models.DateTimeField()
    at = models.DateTimeField()
    amount = AmountField(null=True)

    objects: ClassVar = StayAmountQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "sales_stayvaluation"
