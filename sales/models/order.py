"""Purchases: orders with their lines, refunds, and the carts they grew from."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from customers.choices import Channel, Device
from customers.models import Customer, User
from customers.record import Record, Visible
from sales.choices import OrderStatus
from sales.models.campaign import Campaign
from sales.models.catalogue import Product
from sales.money import AmountField, CurrencyField
from sales.querysets import CartQuerySet, OrderLineQuerySet, OrderQuerySet, RefundQuerySet


class Order(Record):
    """A purchase. It counts on the day it was placed, once it is paid."""

    family = "sales"

    number = models.CharField(max_length=60, blank=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders")
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="orders")
    placed_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=10, choices=OrderStatus, default=OrderStatus.PAID)
    status_at = models.DateTimeField("since", null=True, blank=True, editable=False)
    status_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    channel = models.CharField(max_length=20, choices=Channel, blank=True)
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, blank=True, related_name="orders")
    currency = CurrencyField()

    objects: ClassVar = OrderQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-placed_at", "-id"]
        indexes = [models.Index(fields=["customer", "placed_at"])]

    def __str__(self) -> str:
        return self.number or f"Order {self.pk}"


class OrderLine(Visible):
    """One product on an order: what was paid for it after discounts, before tax, and what it cost us."""

    family = "sales"
    owned_by = "order__owner"

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="order_lines")
    description = models.CharField(max_length=200, blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=3, default=1)
    net = AmountField(help_text="For the whole line, after discounts, before tax.")
    cost = AmountField(null=True, blank=True, help_text="What the whole line cost us.")

    objects: ClassVar = OrderLineQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="sales_orderline_quantity_above_zero")]

    def __str__(self) -> str:
        return self.description or str(self.product or f"Line {self.pk}")


class Refund(Record):
    """Money given back. It counts on its own day; the order it belongs to stays as it was."""

    family = "sales"
    owned_by = "order__owner"

    order = models.ForeignKey(Order, models.CASCADE, related_name="refunds")
    line = models.ForeignKey(OrderLine, models.SET_NULL, null=True, blank=True, related_name="refunds")
    at = models.DateTimeField(default=timezone.now)
    net = AmountField(help_text="Before tax, in the order's currency.")
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")

    objects: ClassVar = RefundQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-at", "-id"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(net__gt=0), name="sales_refund_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.net:,.2f} {self.order.currency} back on {self.order}"


class Cart(Record):
    """A shopping cart, and the order it became, if it did."""

    family = "marketing"
    owned_by = "customer__owner"

    visitor_key = models.CharField(max_length=80, blank=True)
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="carts")
    channel = models.CharField(max_length=20, choices=Channel, blank=True)
    country = models.CharField(max_length=2, blank=True)
    device = models.CharField(max_length=10, choices=Device, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_activity_at = models.DateTimeField(default=timezone.now)
    order = models.OneToOneField(Order, models.SET_NULL, null=True, blank=True, related_name="cart")

    objects: ClassVar = CartQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-created_at", "-id"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(last_activity_at__gte=F("created_at")), name="sales_cart_active_after_creation"
            ),
        ]

    def __str__(self) -> str:
        return f"Cart {self.pk}"
