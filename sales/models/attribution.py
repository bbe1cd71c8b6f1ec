"""Which touches of a campaign an order is owed to, read through a database view; nothing here is stored."""

from typing import ClassVar

from django.db import models

from customers.models import Customer
from customers.record import Visible
from sales.models.campaign import Campaign
from sales.models.order import Order
from sales.money import AmountField, CurrencyField


class Attribution(Visible):
    """What one touch brought in of an order, or lost of it again, by one way of credit: first, last, or linear."""

    family: ClassVar[str] = "sales"
    owned_by: ClassVar[str] = "order__owner"

    order = models.ForeignKey(Order, models.DO_NOTHING, related_name="+")
    customer = models.ForeignKey(Customer, models.DO_NOTHING, related_name="+")
    campaign = models.ForeignKey(Campaign, models.DO_NOTHING, null=True, related_name="+")
    channel = models.CharField(max_length=20)
    currency = CurrencyField()
    at = models.DateTimeField()
    credit = models.CharField(max_length=6)
    revenue = AmountField()
    margin = AmountField()

    class Meta:
        managed = False
        db_table = "sales_attribution"
