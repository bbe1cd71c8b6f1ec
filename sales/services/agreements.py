"""What is agreed with a subscriber: the terms, and how long they are contracted for."""

from datetime import date
from decimal import Decimal

from sales.models import Plan, Subscription, Term
from sales.services.moments import refuse

LARGEST = Decimal(10) ** 12

CHANGEABLE = {"plan", "quantity", "price", "discount", "interval", "interval_count", "currency", "owner"}


def take_list_price(subscription: Subscription, plan: Plan) -> None:
    subscription.price, subscription.currency = plan.price, plan.currency
    subscription.interval, subscription.interval_count = plan.interval, plan.interval_count


def refuse_odd_terms(subscription: Subscription) -> None:
    if subscription.price is None or subscription.price < 0:
        raise refuse("price", "Name a price of 0 or more.", "below-zero")
    if not 0 <= subscription.discount <= 1:
        raise refuse("discount", "A discount is between 0 and 1.", "out-of-range")
    if subscription.interval_count < 1:
        raise refuse("interval_count", "An interval has at least one unit.", "below-one")
    if subscription.mrr >= LARGEST:
        raise refuse("price", "This is more than a subscription can cost.", "too-much")


def begin_term(subscription: Subscription, *, starts_on: date, ends_on: date, mrr: Decimal | None = None) -> Term:
    if ends_on <= starts_on:
        raise refuse("ends_on", "A term ends after it starts.", "too-early")
    mrr = subscription.mrr if mrr is None else mrr
    return Term.objects.create(subscription=subscription, starts_on=starts_on, ends_on=ends_on, mrr=mrr)
