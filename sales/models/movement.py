"""What the events of subscriptions and orders amount to, read through database views; nothing here is stored."""

from typing import ClassVar

from django.db import models

from customers.models import Customer, User
from customers.record import Visible
from sales.models.catalogue import Plan
from sales.models.order import Order
from sales.models.subscription import Subscription
from sales.money import AmountField, CurrencyField
from sales.querysets import AcquisitionQuerySet, CustomerStateQuerySet, MrrRevaluationQuerySet
from sales.told import ToldQuerySet


class MrrMovement(Visible):
    """A change of MRR: new, expansion, contraction, churn, reactivation, pause, resume, or transfer between cuts."""

    family = "sales"

    subscription = models.ForeignKey(Subscription, models.DO_NOTHING, related_name="+")
    customer = models.ForeignKey(Customer, models.DO_NOTHING, related_name="+")
    plan = models.ForeignKey(Plan, models.DO_NOTHING, null=True, related_name="+")
    owner = models.ForeignKey(User, models.DO_NOTHING, null=True, related_name="+")
    currency = CurrencyField()
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    described_at = models.DateTimeField()
    before = AmountField()
    after = AmountField()
    cohort = models.CharField(max_length=7)

    objects: ClassVar = ToldQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "sales_mrrmovement"


class MrrRevaluation(Visible):
    """What a standing MRR in another currency is to be valued anew for: at month's end, and when it moves."""

    family = "sales"

    subscription = models.ForeignKey(Subscription, models.DO_NOTHING, related_name="+")
    customer = models.ForeignKey(Customer, models.DO_NOTHING, related_name="+")
    plan = models.ForeignKey(Plan, models.DO_NOTHING, null=True, related_name="+")
    owner = models.ForeignKey(User, models.DO_NOTHING, null=True, related_name="+")
    currency = CurrencyField()
    at = models.DateTimeField()
    described_at = models.DateTimeField()
    since = models.DateTimeField()
    amount = AmountField()
    cohort = models.CharField(max_length=7)

    objects: ClassVar = MrrRevaluationQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "sales_mrrrevaluation"


class CustomerState(Visible):
    """A customer becoming active (+1) or ceasing to be (-1): subscribing, paying for it, or buying; on which plan."""

    owned_by = "customer__owner"

    customer = models.ForeignKey(Customer, models.DO_NOTHING, related_name="+")
    basis = models.CharField(max_length=12)
    at = models.DateTimeField()
    described_at = models.DateTimeField()
    delta = models.SmallIntegerField()
    plan = models.ForeignKey(Plan, models.DO_NOTHING, null=True, related_name="+")
    cohort = models.CharField(max_length=7)

    objects: ClassVar = CustomerStateQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "sales_customerstate"


class Acquisition(Visible):
    """The moment somebody became a customer: their first paid order or first recurring revenue."""

    owned_by = "customer__owner"

    customer = models.ForeignKey(Customer, models.DO_NOTHING, related_name="+")
    plan = models.ForeignKey(Plan, models.DO_NOTHING, null=True, related_name="+")
    order = models.ForeignKey(Order, models.DO_NOTHING, null=True, related_name="+")
    at = models.DateTimeField()
    cohort = models.CharField(max_length=7)

    objects: ClassVar = AcquisitionQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "sales_acquisition"
