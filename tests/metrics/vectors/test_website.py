"""Carts, campaigns, contracts and offers: examples others published, built as records and asked of the product."""

from datetime import timedelta
from decimal import Decimal

import pytest

from metrics.measures.lifecycle import ActiveCustomers, MRRMovements, MRRRevaluations
from metrics.measures.pipeline import DealsBegun, DealsEnded, StagesReached
from metrics.measures.retention import OffersMade
from metrics.measures.sales import DealsClosed, DealsCreated, SalesCycles
from metrics.measures.website import Carts
from sales.models import Cart, Deal, Offer, Order, StageChange
from sales.services.subscriptions import change_subscription, end_subscription
from tests.makers import make_pipeline
from tests.metrics.asked import number, series, settle, value
from tests.metrics.vectors.crowd import at, closed_deals, customers, leave, subscribers

pytestmark = pytest.mark.django_db

MARCH = ("2025-03-01", "2025-04-01")
DEC_31 = at(12, 31, 2024)


def test_t008_textbook_retention() -> None:
    """200 at the start, 220 at the end, 40 of them new."""
    leave(subscribers(200, 10, since=DEC_31)[:20], at(3, 15))
    subscribers(40, 10, since=at(3, 20))
    settle(ActiveCustomers, MRRMovements)
    assert number("retention_textbook", *MARCH) == Decimal("0.9")
    assert number("churn_rate", *MARCH) == Decimal("0.1")


def test_t014_t015_gross_and_net_mrr_churn() -> None:
    """100 at the start; 10 leave, 10 shrink away, 10 come on top."""
    gone, smaller, bigger = (subscribers(1, mrr, since=DEC_31)[0] for mrr in (10, 40, 50))
    end_subscription(gone, at=at(3, 5))
    change_subscription(smaller, price=Decimal(30), at=at(3, 6))
    change_subscription(bigger, price=Decimal(60), at=at(3, 7))
    settle(MRRMovements, MRRRevaluations)
    assert number("gross_mrr_churn", *MARCH) == Decimal("0.2")
    assert number("net_mrr_churn", *MARCH) == Decimal("0.1")


def test_t016_a_day_that_grows_by_itself_has_less_than_no_churn() -> None:
    """100 in the morning, 120 at night, 10 of it new: 10 grew, so −10 % net, as another product has it."""
    (standing,) = subscribers(1, 100, since=DEC_31)
    change_subscription(standing, price=Decimal(110), at=at(3, 10))
    subscribers(1, 10, since=at(3, 10))
    settle(MRRMovements, MRRRevaluations)
    day = ("2025-03-10", "2025-03-11")
    assert series("mrr", "2025-03-09", "2025-03-11", "day") == [100, 120]
    assert number("net_mrr_churn", *day) == Decimal("-0.1")
    assert number("gross_mrr_churn", *day) == 0


@pytest.mark.parametrize(
    ("offered", "bought", "kind", "rate"),
    [(500, 250, "upsell", "0.5"), (200, 50, "cross_sell", "0.25")],
    ids=["t073", "t074"],
)
def test_offers_accepted(offered: int, bought: int, kind: str, rate: str) -> None:
    made = at(3, 3)
    Offer.objects.bulk_create(
        Offer(customer=one, kind=kind, made_at=made, accepted_at=made + timedelta(days=2) if i < bought else None)
        for i, one in enumerate(customers(offered))
    )
    settle(OffersMade)
    assert number("offer_acceptance", *MARCH) == Decimal(rate)


def test_t077_cart_abandonment() -> None:
    """2,500 are left, 650 are bought."""
    when = at(3, 3)
    orders = Order.objects.bulk_create(Order(customer=one, placed_at=when) for one in customers(650))
    Cart.objects.bulk_create(
        Cart(created_at=when, last_activity_at=when, order=order) for order in [*orders, *[None] * 2_500]
    )
    settle(Carts)
    assert number("cart_abandonment", *MARCH, places=4) == Decimal("0.7937")


def test_t055_of_40_deals_opened_10_are_won() -> None:
    """Thirty are still open: the value may still grow, and says so."""
    pipeline = make_pipeline()
    closed_deals(10, "won", on=at(5, 3), open_for=timedelta(days=60), pipeline=pipeline)
    Deal.objects.bulk_create(
        Deal(name="Open", pipeline=pipeline, stage=pipeline.stages.first(), created_at=at(3, 20)) for _ in range(30)
    )
    settle(DealsCreated)
    assert number("pipeline_conversion", *MARCH) == Decimal("0.25")
    assert value("pipeline_conversion", *MARCH).status == "maturing"


def test_t059_ten_enter_a_stage_and_six_move_on() -> None:
    pipeline = make_pipeline()
    new, offer, *_ = pipeline.stages.all()
    for i in range(10):
        stage = offer if i < 6 else new
        deal = Deal.objects.create(name="Deal", pipeline=pipeline, stage=stage, created_at=at(3, 3))
        moved = at(3, 5) if i < 6 else None
        StageChange.objects.create(deal=deal, to_stage=new, at=at(3, 3), left_at=moved)
        if moved:
            StageChange.objects.create(deal=deal, from_stage=new, to_stage=offer, at=moved)
    settle(StagesReached)
    assert number("stage_conversion", *MARCH, where={"stage": ["New"]}) == Decimal("0.6")
    assert number("stage_conversion", *MARCH, where={"stage": ["Offer"]}) == 0


@pytest.mark.parametrize(
    ("still_open", "amount", "won", "lost", "days", "pace"),
    [
        (18, 42_000, 6, 19, 78, "2326.15"),
        (18, 42_000, 6, 19, 65, "2791.38"),
        (40, 25_000, 5, 15, 90, "2777.78"),
    ],
    ids=["t070", "t070 faster", "t071"],
)
def test_sales_velocity(still_open: int, amount: int, won: int, lost: int, days: int, pace: str) -> None:
    pipeline = make_pipeline()
    closed_deals(won, "won", on=at(3, 20), amount=amount, open_for=timedelta(days=days), pipeline=pipeline)
    closed_deals(lost, "lost", on=at(3, 20), pipeline=pipeline)
    Deal.objects.bulk_create(
        Deal(name="Open", pipeline=pipeline, stage=pipeline.stages.first(), created_at=at(3, 20))
        for _ in range(still_open)
    )
    settle(DealsBegun, DealsEnded, DealsClosed, SalesCycles)
    assert number("sales_velocity", *MARCH, places=2) == Decimal(pace)
