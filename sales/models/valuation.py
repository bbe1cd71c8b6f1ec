"""When the amount of a deal is to be valued anew, read through a database view; nothing here is stored."""

from typing import ClassVar

from django.db import models

from customers.record import Visible
from sales.models.deal import Deal, StageChange
from sales.querysets import StayValuationQuerySet


class StayValuation(Visible):
    """A moment at which a deal's amount in a stage is valued anew: a month's end, or leaving the stage."""

    family = "sales"
    owned_by = "deal__owner"

    stay = models.ForeignKey(StageChange, models.DO_NOTHING, related_name="+")
    deal = models.ForeignKey(Deal, models.DO_NOTHING, related_name="+")
    since = models.DateTimeField()
    at = models.DateTimeField()

    objects: ClassVar = StayValuationQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "sales_stayvaluation"
