"""Orders with their lines and refunds, and the carts they grew from."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import HttpRequest
from unfold.forms import PaginationInlineFormSet

from customers.desk import HistoryInline, RecordAdmin, RecordForm, RowInline
from sales.admin import words
from sales.admin.show import ORIGIN, chip, money_column
from sales.admin.verbs import Verb, VerbsAdmin
from sales.choices import OrderStatus
from sales.models import Cart, Order, OrderLine, Refund
from sales.services.moments import moment
from sales.services.orders import (
    cancel_order,
    notice_payment,
    paid_and_given_back,
    pay_order,
    refund_order,
    void_order,
)

COLOURS = {
    OrderStatus.PENDING: "warning",
    OrderStatus.PAID: "success",
    OrderStatus.CANCELLED: "danger",
    OrderStatus.VOID: "danger",
}


def is_pending(order: Order) -> bool:
    return order.status == OrderStatus.PENDING


def is_paid(order: Order) -> bool:
    return order.status == OrderStatus.PAID


class OrderForm(RecordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "status" in self.fields:
            placed = [one for one in OrderStatus.choices if one[0] in (OrderStatus.PENDING, OrderStatus.PAID)]
            status: Any = self.fields["status"]
            status.choices = placed

    def clean_placed_at(self) -> datetime:
        try:
            return moment(self.cleaned_data["placed_at"])
        except ValidationError as refusal:
            raise ValidationError(refusal.messages) from refusal


class LinesFormSet(PaginationInlineFormSet):
    def clean(self) -> None:
        """An order cannot shrink below what was given back on it."""
        super().clean()
        if self.instance.pk is None or any(self.errors):
            return
        left = paid_and_given_back(self.instance.lines.all(), self.instance.refunds.all())
        if left + sum(self.grown(form) for form in self.forms) < 0:
            raise ValidationError("More than this was given back already.", code="too-little")

    def grown(self, form: Any) -> Decimal:
        was = form.initial.get("net") or Decimal(0)
        return -was if form in self.deleted_forms else (form.cleaned_data.get("net") or Decimal(0)) - was


class LineInline(RowInline):
    model = OrderLine
    formset = LinesFormSet
    hide_title = True
    fields = ["product", "description", "quantity", "net", "cost"]
    min_num = 1

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, validate_min=True, **kwargs)


class RefundInline(HistoryInline):
    model = Refund
    hide_title = True
    fields = [money_column("net", currency="order__currency"), "line", "at", "by"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("order", "line__product", "by")


@admin.register(Order)
class OrderAdmin(VerbsAdmin):
    form = OrderForm
    list_display = [
        "__str__",
        "customer",
        chip("status", "Status", COLOURS, choices=OrderStatus, ordered=True),
        money_column("net"),
        "owner",
        "channel",
        "placed_at",
    ]
    list_select_related = ["customer", "owner"]
    list_filter = ["owner", "status", "customer", "channel", "campaign", "placed_at", "currency"]
    search_fields = ["number", "customer__name"]
    inlines = [LineInline, RefundInline]
    verbs = (
        Verb("pay", "Mark as paid", pay_order, form=words.When, icon="payments", when=is_pending),
        Verb("cancel", "Cancel before payment", cancel_order, form=words.When, icon="close", when=is_pending),
        Verb("refund", "Give money back", refund_order, form=words.RefundForm, icon="undo", when=is_paid),
        Verb("void", "Void: it never counted", void_order, icon="block", when=is_paid),
    )
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("number", "customer"),
                    "placed_at",
                    ("owner", "currency"),
                    ("channel", "campaign"),
                    ("status", "status_at", "status_by"),
                ]
            },
        ),
        ORIGIN,
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        orders: Any = super().get_queryset(request)
        return orders.with_net()

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["status_at", "status_by", *(["status"] if obj else [])]

    def save_model(self, request: Any, obj: Order, form: Form, change: bool) -> None:
        if not change:
            obj.status_at, obj.status_by = obj.placed_at, request.user
        obj.save()

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        notice_payment(form.instance, by=request.user)


@admin.register(OrderLine)
class OrderLineAdmin(RecordAdmin):
    """Written with their order; to be read."""

    may_add = may_change = False
    list_display = [
        "__str__",
        "order",
        "quantity",
        money_column("net", currency="order__currency"),
        money_column("cost", currency="order__currency"),
    ]
    list_select_related = ["order", "product"]
    list_filter = ["product", "net"]
    search_fields = ["description", "product__name", "order__number"]


@admin.register(Refund)
class RefundAdmin(RecordAdmin):
    """Given back at the order; to be read."""

    may_add = may_change = False
    list_display = ["order", money_column("net", currency="order__currency"), "line", "at", "by"]
    list_select_related = ["order", "line__product", "by"]
    list_filter = ["at", "net"]
    search_fields = ["order__number", "order__customer__name"]


@admin.register(Cart)
class CartAdmin(RecordAdmin):
    list_display = ["__str__", "visitor_key", "customer", "channel", "device", "created_at", "order"]
    list_select_related = ["customer", "order"]
    list_filter = ["channel", "device", "country", "customer", "created_at"]
    search_fields = ["visitor_key", "customer__name"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("visitor_key", "customer"),
                    ("channel", "device"),
                    ("country", "order"),
                    "created_at",
                    "last_activity_at",
                ]
            },
        ),
        ORIGIN,
    ]
