"""Many records at once, as raw rows: the examples count in hundreds and thousands."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from customers.models import Customer
from sales.models import Deal, Order, OrderLine, Pipeline, Subscription, SubscriptionEvent
from tests.makers import make_pipeline


def at(month: int, day: int, year: int = 2025, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def customers(count: int) -> list[Customer]:
    return Customer.objects.bulk_create(Customer(name=f"Customer {i}") for i in range(count))


def subscribers(count: int, mrr: int | Decimal, *, since: datetime) -> list[Subscription]:
    """As many customers, each with one subscription."""
    made = Subscription.objects.bulk_create(
        Subscription(customer=customer, price=mrr, started_at=since) for customer in customers(count)
    )
    happens(made, "start", mrr, since)
    return made


def happens(subscriptions: Iterable[Subscription], kind: str, mrr: int | Decimal, when: datetime) -> None:
    """The same event for all of them, and the MRR each has from then on."""
    SubscriptionEvent.objects.bulk_create(
        SubscriptionEvent(subscription=one, kind=kind, at=when, mrr=mrr) for one in subscriptions
    )


def leave(subscriptions: Iterable[Subscription], when: datetime) -> None:
    happens(subscriptions, "end", 0, when)


def purchases(buyers: Iterable[Customer], net: int | Decimal, when: datetime, **fields: Any) -> list[Order]:
    """One paid order of each, with one line."""
    orders = Order.objects.bulk_create(Order(customer=buyer, placed_at=when, **fields) for buyer in buyers)
    OrderLine.objects.bulk_create(OrderLine(order=order, net=net) for order in orders)
    return orders


def closed_deals(
    count: int,
    outcome: str,
    *,
    on: datetime,
    amount: int = 100,
    open_for: timedelta = timedelta(days=10),
    pipeline: Pipeline | None = None,
    **fields: Any,
) -> list[Deal]:
    pipeline = pipeline or make_pipeline()
    stage = pipeline.stages.get(kind=outcome)
    return Deal.objects.bulk_create(
        Deal(
            name=f"Deal {i}",
            pipeline=pipeline,
            stage=stage,
            amount=amount,
            created_at=on - open_for,
            closed_at=on,
            outcome=outcome,
            credited_to=fields.get("owner"),
            **fields,
        )
        for i in range(count)
    )
