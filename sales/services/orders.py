"""What people do with orders: place, pay, cancel, void, refund."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from customers.models import User
from sales.choices import OrderStatus
from sales.models import Cart, Order, OrderLine, Refund
from sales.services.acquisition import acquire, take_back_payment
from sales.services.moments import moment, refuse


@transaction.atomic
def place_order(
    order: Order,
    *,
    lines: Iterable[OrderLine],
    cart: Cart | None = None,
    at: datetime | None = None,
    by: User | None = None,
) -> Order:
    """Write down a purchase with its lines, in the status it names; the cart it grew from is closed by it."""
    lines = list(lines)
    if not lines:
        raise refuse("lines", "An order has at least one line.", "required")
    order.placed_at = moment(at or order.placed_at, field="placed_at")
    if cart:
        refuse_ordered(cart)
    order.status_at, order.status_by = order.placed_at, by
    order.save()
    for line in lines:
        line.order = order
    OrderLine.objects.bulk_create(lines)
    if cart:
        cart.order = order
        cart.save()
    notice_payment(order, by=by)
    return order


@transaction.atomic
def order_cart(
    cart: Cart, *, lines: Iterable[OrderLine], at: datetime | None = None, by: User | None = None, **fields
) -> Order:
    """Turn a cart into an order of its customer. A cart is ordered once."""
    cart = Cart.objects.select_for_update().get(pk=cart.pk)
    if not cart.customer_id:
        raise refuse("customer", "Say whose cart this is first.", "required")
    at = moment(at, since=cart.created_at)
    order = Order(customer=cart.customer, channel=cart.channel, **fields)
    return place_order(order, lines=lines, cart=cart, at=at, by=by)


@transaction.atomic
def pay_order(order: Order, *, at: datetime | None = None, by: User | None = None) -> Order:
    """The money came in. The order counts from now on, on the day it was placed."""
    order = turn(order, OrderStatus.PAID, from_=OrderStatus.PENDING, at=at, by=by)
    notice_payment(order, by=by)
    return order


@transaction.atomic
def cancel_order(order: Order, *, at: datetime | None = None, by: User | None = None) -> Order:
    """Called off before payment. A paid order is refunded or voided instead."""
    return turn(order, OrderStatus.CANCELLED, from_=OrderStatus.PENDING, at=at, by=by)


@transaction.atomic
def void_order(order: Order, *, at: datetime | None = None, by: User | None = None) -> Order:
    """It should never have counted; no number counts it, past ones included."""
    order = turn(order, OrderStatus.VOID, from_=OrderStatus.PAID, at=at, by=by)
    take_back_payment(order.customer, at=order.placed_at)
    return order


@transaction.atomic
def refund_order(
    order: Order,
    *,
    net: Decimal,
    line: OrderLine | None = None,
    at: datetime | None = None,
    by: User | None = None,
) -> Refund:
    """Give money back, never more than was paid. It counts on its own day."""
    order = locked(order)
    refuse_unless(order, OrderStatus.PAID)
    if net <= 0:
        raise refuse("net", "A refund is above 0.", "not-above-zero")
    if line and line.order_id != order.pk:
        raise refuse("line", "This line is on another order.", "other-order")
    if net > (left := refundable(order, line=line)):
        raise refuse("net", f"At most {left:,.2f} {order.currency} can be given back.", "too-much")
    return Refund.objects.create(order=order, line=line, net=net, at=moment(at, since=order.placed_at), by=by)


def refundable(order: Order, *, line: OrderLine | None = None) -> Decimal:
    """What was paid for the order and not given back; for a line, what is left of it too."""
    left = paid_and_given_back(order.lines.all(), order.refunds.all())
    if line:
        left = min(left, paid_and_given_back(order.lines.filter(pk=line.pk), order.refunds.filter(line=line)))
    return max(left, Decimal(0))


def paid_and_given_back(lines, refunds) -> Decimal:
    paid, back = lines.aggregate(net=Sum("net"))["net"], refunds.aggregate(net=Sum("net"))["net"]
    return (paid or Decimal(0)) - (back or Decimal(0))


def turn(order: Order, status: OrderStatus, *, from_: OrderStatus, at: datetime | None, by: User | None) -> Order:
    order = locked(order)
    refuse_unless(order, from_)
    order.status_at, order.status_by = moment(at, since=order.placed_at), by
    order.status = status
    order.save()
    return order


def notice_payment(order: Order, *, by: User | None) -> None:
    """A paid order makes a customer of whoever placed it, on the day they placed it."""
    if order.status == OrderStatus.PAID:
        acquire(order.customer, at=order.placed_at, by=by)


def locked(order: Order) -> Order:
    """The order as it stands, held until this change is done."""
    return Order.objects.select_for_update().get(pk=order.pk)


def refuse_unless(order: Order, status: OrderStatus) -> None:
    if order.status != status:
        said = f"This order is {order.get_status_display().lower()}."
        raise refuse("status", said, f"not-{status}")


def refuse_ordered(cart: Cart) -> None:
    if cart.order_id:
        raise refuse("cart", f"This cart became {cart.order} already.", "already-ordered")
