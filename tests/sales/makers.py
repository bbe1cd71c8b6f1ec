"""The smallest valid rows of sales, and days to put them on."""

from datetime import UTC, datetime
from decimal import Decimal

from django.utils import timezone

from customers.models import Customer, User
from sales.choices import StageKind
from sales.models import Deal, Lead, LostReason, Order, OrderLine, Pipeline, Stage, Subscription
from sales.services.deals import open_deal
from sales.services.leads import take_lead
from sales.services.orders import place_order
from sales.services.subscriptions import start_subscription


def day(month: int, date: int, hour: int = 12, year: int = 2025) -> datetime:
    return datetime(year, month, date, hour, tzinfo=UTC)


def make_user(name: str) -> User:
    return User.objects.create(username=name)


def make_customer(name: str = "Acme", **fields) -> Customer:
    return Customer.objects.create(name=name, **fields)


def make_pipeline(name: str = "Sales", stages: tuple[str, ...] = ("New", "Offer", "Contract"), **fields) -> Pipeline:
    pipeline = Pipeline.objects.create(name=name, **fields)
    kinds = {"Won": StageKind.WON, "Lost": StageKind.LOST}
    for position, stage in enumerate((*stages, "Won", "Lost"), start=1):
        Stage.objects.create(pipeline=pipeline, name=stage, position=position, kind=kinds.get(stage, StageKind.OPEN))
    return pipeline


def stage(name: str) -> Stage:
    return Stage.objects.get(name=name)


def make_deal(*, at: datetime | None = None, by: User | None = None, **fields) -> Deal:
    pipeline = fields.pop("pipeline", None) or Pipeline.objects.first() or make_pipeline()
    at = at or day(1, 1)
    return open_deal(Deal(**{"name": "Deal", "pipeline": pipeline, "amount": Decimal(100), **fields}), at=at, by=by)


def make_lead(*, at: datetime | None = None, **fields) -> Lead:
    return take_lead(Lead(**{"name": "Ada Byron", **fields}), at=at or day(1, 1))


def make_reason(name: str = "Too expensive", **fields) -> LostReason:
    return LostReason.objects.create(name=name, **fields)


def make_subscription(customer: Customer | None = None, *, at: datetime | None = None, **fields) -> Subscription:
    terms = {"price": Decimal(50), "customer": customer or make_customer(), **fields}
    return start_subscription(Subscription(**terms), at=at or day(1, 1))


def make_order(customer: Customer | None = None, *nets: int, at: datetime | None = None, **fields) -> Order:
    lines = [OrderLine(net=Decimal(net), description=f"For {net}") for net in nets or (100,)]
    return place_order(Order(customer=customer or make_customer(), **fields), lines=lines, at=at or day(1, 1))


def stays(deal: Deal) -> list[tuple]:
    """The deal's way: from, to, day entered, day left."""
    rows = deal.stage_changes.select_related("from_stage", "to_stage").order_by("at", "id")
    return [
        (
            row.from_stage.name if row.from_stage else "",
            row.to_stage.name,
            f"{row.at:%m-%d}",
            f"{row.left_at:%m-%d}" if row.left_at else "",
        )
        for row in rows
    ]


def life(subscription: Subscription) -> list[tuple]:
    """The subscription's events: kind, local day, MRR from then on."""
    events = subscription.events.order_by("at", "id")
    return [(event.kind, f"{timezone.localtime(event.at):%m-%d}", event.mrr) for event in events]
