"""MRR, its movements and what is kept of it: examples others published, built as records and asked of the product."""

from datetime import datetime
from decimal import Decimal

import pytest

from metrics.language import Reason
from metrics.measures.lifecycle import ActiveCustomers, MRRMovements, MRRRevaluations, PayingCustomers
from metrics.measures.sales import ProductCosts, ProductsSold
from sales.choices import Interval
from sales.models import Subscription
from sales.services.subscriptions import (
    change_subscription,
    end_subscription,
    pause_subscription,
    resume_subscription,
    start_subscription,
)
from tests.makers import make_customer, make_order, make_order_line
from tests.metrics.asked import number, series, settle, value
from tests.metrics.vectors.crowd import at, happens, leave, subscribers

pytestmark = pytest.mark.django_db

MARCH = ("2025-03-01", "2025-04-01")
DEC_31 = at(12, 31, 2024)


def night() -> None:
    settle(MRRMovements, MRRRevaluations, ActiveCustomers, PayingCustomers, ProductsSold, ProductCosts)


def subscribe(mrr: int, *, since: datetime = DEC_31, **fields: object) -> Subscription:
    return start_subscription(Subscription(customer=make_customer(), price=Decimal(mrr), **fields), at=since)


def movements(*, new: int = 0, expansion: int = 0, churn: int = 0, contraction: int = 0, start: int = 0) -> None:
    """A March in which just this happens, to as many customers as it takes, on top of what stands at its start."""
    if new:
        subscribe(new, since=at(3, 5))
    if expansion:
        change_subscription(subscribe(1_000), price=Decimal(1_000 + expansion), at=at(3, 6))
        start -= 1_000
    if contraction:
        change_subscription(subscribe(contraction + 1), price=Decimal(1), at=at(3, 7))
        start -= contraction + 1
    if churn:
        end_subscription(subscribe(churn), at=at(3, 8))
        start -= churn
    if start > 0:
        subscribe(start)


def test_t011_churn_of_500_customers_down_to_450() -> None:
    leave(subscribers(500, 10, since=DEC_31)[:50], at(3, 15))
    settle(ActiveCustomers)
    assert number("churn_rate", *MARCH) == Decimal("0.1")
    assert number("retention_rate", *MARCH) == Decimal("0.9")


def test_t012_lifetime_value_at_100_a_month_and_5_percent_churn() -> None:
    """Of 20 customers one leaves every month and one comes; products cost nothing."""
    months = [at(month, 1, 2024) for month in range(1, 8)]
    subscribers(19, 100, since=months[0])
    for begun, over in zip(months, [*months[1:], None], strict=True):
        (passing,) = subscribers(1, 100, since=begun)
        if over:
            leave([passing], over)
    make_order_line(order=make_order(placed_at=at(6, 1, 2024)), net=Decimal(100), cost=Decimal(0))
    ProductsSold.model.objects.get().lines.filter(cost=None).delete()
    night()
    assert series("churn_rate", "2024-02-01", "2024-08-01", "month") == [Decimal("0.05")] * 6
    assert number("arpa", "2024-08-01", "2024-09-01") == 100
    assert number("ltv", "2024-08-01", "2024-09-01") == 2_000


def test_t013_without_churn_there_is_no_lifetime_value() -> None:
    subscribers(3, 100, since=DEC_31)
    make_order_line(order=make_order(placed_at=at(2, 1)), net=Decimal(100), cost=Decimal(0))
    night()
    found = value("ltv", *MARCH)
    assert (found.value, found.reason) == (None, Reason.NO_LOSSES)


def test_t018_a_lasting_discount_is_taken_off() -> None:
    subscribe(120, interval=Interval.YEAR, discount=Decimal("0.10"))
    night()
    assert number("mrr", *MARCH) == 9


def test_t019_a_year_counts_a_twelfth_a_month() -> None:
    subscribe(1_200, interval=Interval.YEAR)
    night()
    assert number("mrr", *MARCH) == 100


@pytest.mark.parametrize(
    ("won", "lost", "ratio"), [(24_000, 4_000, 6), (30_000, 10_000, 3), (40_000, 20_000, 2)], ids=["a", "b", "c"]
)
def test_t023_quick_ratio(won: int, lost: int, ratio: int) -> None:
    movements(new=won, churn=lost)
    night()
    assert number("quick_ratio", *MARCH) == ratio


def test_t024_quick_ratio_of_four_movements() -> None:
    movements(new=20_000, expansion=8_000, churn=5_000, contraction=3_000)
    night()
    assert number("quick_ratio", *MARCH) == Decimal("3.5")


def test_t025_quick_ratio_and_net_new_mrr() -> None:
    movements(new=95_000, expansion=28_000, churn=18_000, contraction=7_000)
    night()
    assert number("quick_ratio", *MARCH, places=2) == Decimal("4.92")
    assert number("net_new_mrr", *MARCH) == 98_000


def test_t027_t030_what_is_kept_gross_and_net_contraction_included() -> None:
    """20,000 at the start; leaving contraction out would make 109 % of it."""
    movements(start=20_000, churn=1_200, contraction=800, expansion=3_000)
    night()
    assert number("mrr", "2025-02-01", "2025-03-01") == 20_000
    assert number("grr", *MARCH) == Decimal("0.9")
    assert number("nrr", *MARCH) == Decimal("1.05")


def test_t028_gross_revenue_retention() -> None:
    movements(start=200_000, contraction=10_000, churn=15_000)
    night()
    assert number("grr", *MARCH) == Decimal("0.875")


def test_three_percent_a_month_is_not_36_percent_a_year() -> None:
    """Of 1,000 customers 3 % of those left leave every month: 306 in a year."""
    left = subscribers(1_000, 10, since=DEC_31)
    for month in range(1, 13):
        going = round(len(left) * 0.03)
        leave(left[:going], at(month, 20))
        left = left[going:]
    settle(ActiveCustomers)
    assert len(left) == 694
    assert number("churn_rate", "2025-01-01", "2026-01-01") == Decimal("0.306")


def test_t035_a_cohort_of_ten_over_three_intervals() -> None:
    """9, 7 and 6 of the ten of January are there a month, two and three months on."""
    cohort = subscribers(10, 10, since=at(1, 15))
    for going, month in ((cohort[:1], 2), (cohort[1:3], 3), (cohort[3:4], 4)):
        leave(going, at(month, 10))
    settle(ActiveCustomers)
    since_january = [number("retention_rate", "2025-02-01", f"2025-0{month}-01") for month in (3, 4, 5)]
    assert since_january == [Decimal("0.9"), Decimal("0.7"), Decimal("0.6")]


def test_t084_a_pause_begins_with_the_month_not_paid_for() -> None:
    subscription = subscribe(50, since=at(1, 1, hour=0))
    pause_subscription(subscription, at=at(3, 10))
    resume_subscription(subscription, at=at(6, 1))
    night()
    days = ("2025-03-31", "2025-04-02")
    assert series("mrr", *days, "day") == [50, 0]
    assert series("paused_mrr", *days, "day") == [0, -50]
    assert series("resumed_mrr", "2025-05-31", "2025-06-02", "day") == [0, 50]
    assert number("churned_mrr", "2025-01-01", "2025-07-01") == 0
    assert number("reactivation_mrr", "2025-01-01", "2025-07-01") == 0
    assert series("active_customers", "2025-03-01", "2025-07-01", "month") == [1, 1, 1, 1]


def test_who_pauses_is_no_account_to_spread_revenue_over() -> None:
    """Three subscribe in March, one of them paused: 150 from two of them, 75 each. In June all three pay: 65."""
    subscribe(100)
    subscribe(50)
    paused = subscribe(45, since=at(1, 1, hour=0))
    pause_subscription(paused, at=at(2, 10))
    resume_subscription(paused, at=at(6, 1))
    night()
    assert number("active_customers", *MARCH) == 3
    assert number("arpa", *MARCH) == 75
    assert number("arpa", "2025-06-01", "2025-07-01") == 65


def test_ending_one_of_several_subscriptions_is_not_churn() -> None:
    first = subscribers(1, 50, since=DEC_31)
    more = Subscription.objects.create(customer=first[0].customer, price=30, started_at=DEC_31)
    happens([more], "start", 30, DEC_31)
    leave([more], at(3, 10))
    night()
    assert number("contraction_mrr", *MARCH) == -30
    assert number("churned_mrr", *MARCH) == 0
    assert number("churn_rate", *MARCH) == 0
