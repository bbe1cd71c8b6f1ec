"""What customers are expected to bring in: learned from all purchases at each month's end, and kept as it was said."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
import time_machine

from customers.models import Customer
from customers.services import merge_customers
from metrics import estimating, night
from metrics.estimating import estimate_lifetimes
from metrics.language import Reason
from metrics.mathematics import lifetime, spend
from metrics.measures.lifetimes import LifetimesExpected
from metrics.measures.sales import MoneyBack, ProductCosts, ProductsSold, Purchases
from metrics.models import LifetimeEstimate, Run, Snapshot
from metrics.registry import kpi_of
from sales.models import Order, OrderLine
from tests.makers import make_refund
from tests.metrics.asked import by_member, number, settle, value
from tests.metrics.vectors.crowd import at, customers

pytestmark = pytest.mark.django_db

MAY = ("2025-05-01", "2025-06-01")
FIRST, END = date(2024, 6, 1), date(2025, 6, 1)
LAST_DAY = date(2025, 5, 31)
BOUGHT = (ProductsSold, ProductCosts, MoneyBack, Purchases)


@pytest.fixture(autouse=True)
def short_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three months of the past are estimated at first, not twelve."""
    monkeypatch.setattr(estimating, "PAST", 3)


def shop(count: int) -> dict[Customer, list[tuple[date, int]]]:
    """So many customers, some of whom come back now and then; 40 of every 100 are margin."""
    dice, told = Random(7), {}
    for one in customers(count):
        days = {FIRST + timedelta(days=dice.randrange(200))}
        while dice.random() < 0.55:
            days.add(max(days) + timedelta(days=dice.randrange(5, 60)))
        told[one] = [(day, dice.randrange(20, 200)) for day in sorted(days) if day < END]
    orders = Order.objects.bulk_create(
        Order(customer=one, placed_at=noon(day)) for one, bought in told.items() for day, _ in bought
    )
    spent = [amount for bought in told.values() for _, amount in bought]
    OrderLine.objects.bulk_create(
        OrderLine(order=order, net=amount, cost=Decimal(amount) * Decimal("0.6"))
        for order, amount in zip(orders, spent, strict=True)
    )
    return told


def noon(day: date) -> datetime:
    return at(day.month, day.day, day.year)


def expected(told: dict[Customer, list[tuple[date, int]]]) -> list[float]:
    """The same by the papers alone, from the purchases as they were told."""
    known = lifetime.Histories.of_days([[day.toordinal() for day, _ in b] for b in told.values()], END.toordinal())
    later = [[amount for _, amount in bought[1:]] for bought in told.values()]
    mean = [sum(each) / len(each) if each else 0 for each in later]
    models = lifetime.fit(known), spend.fit(known.repeats, mean)
    words: dict[str, Any] = {"periods": 5, "step": 365.25 / 7, "discount": 0.1, "margin": 0.4}
    return list(spend.lifetime_value(*models, known, mean, **words))


@pytest.fixture
def told() -> dict[Customer, list[tuple[date, int]]]:
    found = shop(260)
    settle(*BOUGHT)
    return found


def test_what_customers_are_worth_is_what_the_papers_say(told: dict[Customer, list[tuple[date, int]]]) -> None:
    """As seen on 3 June: May's end is the last there was, and 260 were estimated at it."""
    made = estimate_lifetimes(on=date(2025, 6, 3))
    assert made == LifetimeEstimate.objects.count() > LifetimeEstimate.objects.filter(estimated_on=LAST_DAY).count()
    settle(LifetimesExpected)
    worth = expected(told)
    assert number("clv_predicted", *MAY, places=3) == round(Decimal(sum(worth) / 260), 3)
    assert value("clv_predicted", *MAY).n == 260
    best = max(range(260), key=worth.__getitem__)
    assert LifetimeEstimate.objects.filter(estimated_on=LAST_DAY).first().customer == list(told)[best]
    won = by_member("clv_predicted", *MAY, by="cohort")
    assert set(won) == {f"{date(2024, month, 1):%b %Y}" for month in range(6, 13)}


def test_a_quarter_and_a_running_month_say_what_the_last_month_over_said(
    told: dict[Customer, list[tuple[date, int]]],
) -> None:
    estimate_lifetimes(on=date(2025, 5, 31))
    settle(LifetimesExpected)
    said = number("clv_predicted", *MAY)
    assert said == number("clv_predicted", "2025-04-01", "2025-06-20")
    assert number("clv_predicted", "2025-04-01", "2025-05-20") == number("clv_predicted", "2025-04-01", "2025-05-01")
    assert value("clv_predicted", "2024-07-01", "2024-08-01").reason == Reason.TOO_FEW


def test_refunds_make_customers_worth_less(told: dict[Customer, list[tuple[date, int]]]) -> None:
    estimate_lifetimes(on=date(2025, 5, 31))
    before = {one.customer_id: one.worth for one in LifetimeEstimate.objects.filter(estimated_on=LAST_DAY)}
    LifetimeEstimate.objects.all().delete()
    repeater = next(one for one, bought in told.items() if len(bought) > 3)
    for order in repeater.orders.all():
        make_refund(order=order, net=order.lines.get().net / 2, at=at(5, 3))
    settle(MoneyBack)
    estimate_lifetimes(on=date(2025, 5, 31))
    assert repeater.lifetime_estimates.get(estimated_on=LAST_DAY).worth < before[repeater.pk]


def test_once_said_it_stays_and_a_merge_loses_none_of_it(told: dict[Customer, list[tuple[date, int]]]) -> None:
    estimate_lifetimes(on=date(2025, 5, 31))
    settle(LifetimesExpected)
    said = number("clv_predicted", *MAY)
    assert estimate_lifetimes(on=date(2025, 6, 29)) == 0
    first, second, *_ = told
    merge_customers(first, second)
    settle(LifetimesExpected)
    assert said is not None
    assert abs(number("clv_predicted", *MAY) - said * 260 / 259) < Decimal("0.001")


def test_of_few_nothing_is_said() -> None:
    shop(40)
    settle(*BOUGHT)
    assert estimate_lifetimes(on=date(2025, 5, 31)) == 0


def test_without_a_margin_nothing_is_said(told: dict[Customer, list[tuple[date, int]]]) -> None:
    OrderLine.objects.update(cost=None)
    settle(*BOUGHT)
    assert estimate_lifetimes(on=date(2025, 5, 31)) == 0


def test_the_night_after_a_month_estimates_and_says_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(night, "all_measures", lambda: [*BOUGHT, LifetimesExpected])
    monkeypatch.setattr(night, "all_kpis", lambda: [kpi_of("clv_predicted")])
    shop(260)
    with time_machine.travel(at(6, 1), tick=False):
        run = night.settle_nights()
    assert run is not None
    assert run.status == Run.Status.DONE
    assert [step.key for step in run.steps.filter(kind="outlook")] == ["lifetimes"]
    said = Snapshot.objects.get(kpi="clv_predicted", grain="month", start=date(2025, 5, 1))
    assert (said.run, said.n, said.value > 0) == (run, 260, True)


def test_months_nobody_was_awake_are_estimated_later(told: dict[Customer, list[tuple[date, int]]]) -> None:
    """After March's end nothing ran until June: April's and May's are made then, each from what was bought by then."""
    estimate_lifetimes(on=date(2025, 3, 31))
    before = LifetimeEstimate.objects.count()
    assert estimate_lifetimes(on=date(2025, 6, 3)) == 520
    ends = LifetimeEstimate.objects.order_by("estimated_on").values_list("estimated_on", flat=True).distinct()
    assert list(ends)[-3:] == [date(2025, 3, 31), date(2025, 4, 30), date(2025, 5, 31)]
    assert LifetimeEstimate.objects.count() == before + 520
