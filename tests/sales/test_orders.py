"""An order is placed whole, counts once paid, and gives back no more than was paid."""

from decimal import Decimal

import pytest

from customers.models import Customer
from customers.services import change_lifecycle, create_customer
from sales.models import Cart, Lead, Order, OrderLine
from sales.services.orders import cancel_order, order_cart, pay_order, place_order, refund_order, void_order
from tests.sales.makers import day, make_customer, make_lead, make_order
from tests.sales.refusals import refused

pytestmark = pytest.mark.django_db


def test_an_order_has_lines():
    with refused("lines", "required"):
        place_order(Order(customer=make_customer()), lines=[])
    assert Order.objects.count() == 0


def test_a_pending_order_is_paid_once():
    order = make_order(None, 100, 20, status="pending", at=day(1, 1))
    assert Order.objects.paid().count() == 0
    order = pay_order(order, at=day(1, 3))
    assert (order.status, order.status_at, order.placed_at) == ("paid", day(1, 3), day(1, 1))
    assert Order.objects.charged().get().net == 120
    with refused("status", "not-pending"):
        pay_order(order)


def test_only_an_unpaid_order_is_cancelled_and_only_a_paid_one_voided():
    paid, pending = make_order(), make_order(status="pending")
    with refused("status", "not-pending"):
        cancel_order(paid)
    with refused("status", "not-paid"):
        void_order(pending)
    assert (cancel_order(pending).status, void_order(paid).status) == ("cancelled", "void")


def test_no_more_is_given_back_than_was_paid():
    order = make_order(None, 60, 40)
    refund_order(order, net=Decimal(70), at=day(2, 5))
    with refused("net", "too-much"):
        refund_order(order, net=Decimal("30.01"), at=day(2, 6))
    refund_order(order, net=Decimal(30), at=day(2, 6))
    assert sorted(refund.net for refund in order.refunds.all()) == [30, 70]


def test_no_more_is_given_back_for_a_line_than_it_cost():
    order = make_order(None, 60, 40)
    line = order.lines.get(net=40)
    with refused("net", "too-much"):
        refund_order(order, net=Decimal(41), line=line)
    refund_order(order, net=Decimal(40), line=line)
    with refused("net", "too-much"):
        refund_order(order, net=Decimal(1), line=line)
    with refused("line", "other-order"):
        refund_order(make_order(), net=Decimal(1), line=line)


def test_nothing_is_given_back_below_zero_before_payment_or_before_the_order():
    with refused("net", "not-above-zero"):
        refund_order(make_order(), net=Decimal(0))
    with refused("status", "not-paid"):
        refund_order(make_order(status="pending"), net=Decimal(1))
    with refused("at", "too-early"):
        refund_order(make_order(at=day(2, 1)), net=Decimal(1), at=day(1, 1))


def test_a_cart_becomes_one_order_of_its_customer():
    cart = Cart.objects.create(
        customer=make_customer(), channel="web", created_at=day(1, 1), last_activity_at=day(1, 1)
    )
    order = order_cart(cart, lines=[OrderLine(net=Decimal(10))], at=day(1, 2))
    assert (order.cart, order.channel, order.customer) == (cart, "web", cart.customer)
    with refused("cart", "already-ordered"):
        order_cart(cart, lines=[OrderLine(net=Decimal(10))], at=day(1, 3))
    assert Order.objects.count() == 1


def test_a_customer_written_down_after_they_paid_is_one_since_then():
    customer = create_customer(Customer(name="Acme"))
    make_order(customer, at=day(2, 1))
    customer.refresh_from_db()
    steps = [(step.to_lifecycle, step.at) for step in customer.lifecycle_events.all()]
    assert (customer.lifecycle, steps) == ("customer", [("prospect", day(2, 1)), ("customer", day(2, 1))])


def test_a_payment_told_late_does_not_bring_back_who_left_after_it():
    customer = make_customer()
    make_order(customer, at=day(2, 1))
    customer.refresh_from_db()
    change_lifecycle(customer, to="former", at=day(6, 1))
    make_order(customer, at=day(3, 1))
    customer.refresh_from_db()
    assert customer.lifecycle == "former"
    make_order(customer, at=day(7, 1))
    customer.refresh_from_db()
    assert customer.lifecycle == "customer"


def test_the_first_payment_makes_a_customer_and_a_payment_told_late_moves_the_day():
    customer = make_customer()
    make_order(customer, status="pending", at=day(1, 1))
    customer.refresh_from_db()
    assert customer.lifecycle == "prospect"
    make_order(customer, at=day(3, 1))
    make_order(customer, at=day(2, 1))
    make_order(customer, at=day(4, 1))
    customer.refresh_from_db()
    step = customer.lifecycle_events.get()
    assert (customer.lifecycle, step.from_lifecycle, step.to_lifecycle, step.at) == (
        "customer",
        "prospect",
        "customer",
        day(2, 1),
    )
    assert customer.acquired_on is None


def test_a_voided_order_takes_back_the_conversion_it_made():
    """The lead of 1 January paid on the 5th and the 9th; without the first order it converted on the 9th."""
    customer = make_customer()
    make_lead(at=day(1, 1), customer=customer)
    first, second = make_order(customer, 10, at=day(1, 5)), make_order(customer, 10, at=day(1, 9))
    assert Lead.objects.get().converted_at == day(1, 5)
    void_order(first)
    assert Lead.objects.get().converted_at == day(1, 9)
    void_order(second)
    assert Lead.objects.get().converted_at is None
