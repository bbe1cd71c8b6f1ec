"""What the models of buying say of 240 customers drawn once and for all, and to whom."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from customers.models import Customer, User
from metrics.analyses.buyers import buyers
from metrics.analyses.learning import learn, learn_all
from metrics.analyses.values import CustomerValues
from metrics.mathematics import lifetime, spend
from metrics.mathematics.lifetime import Histories
from metrics.measures.sales import MoneyBack, Purchases
from metrics.models import AnalysisResult, Run
from sales.models import Order, OrderLine
from tests.makers import make_customer, make_order, make_refund
from tests.metrics.analyses.asked import figures, file, find, page, printed, rows
from tests.metrics.asked import settle

pytestmark = pytest.mark.django_db

FIRST, UNTIL = date(2024, 1, 1), date(2025, 1, 1)
Bought = dict[int, list[tuple[date, int]]]


def bought(customers: list[Customer]) -> Bought:
    """Each buys at a pace of their own and stops after any purchase with one chance in six."""
    draw, found = Random(7), {}
    for customer in customers:
        day, pace, own = FIRST + timedelta(days=draw.randrange(180)), draw.uniform(10, 60), []
        while day < UNTIL:
            own.append((day, draw.randrange(20, 200)))
            if draw.random() < 1 / 6:
                break
            day += timedelta(days=1 + int(draw.expovariate(1 / pace)))
        found[customer.pk] = own
    return found


@pytest.fixture
def shop(owner: User, colleague: User) -> Bought:
    """240 customers of two reps, learned from as if 2025 were about to begin."""
    customers = [make_customer(f"Customer {i}", owner=owner if i < 40 else colleague) for i in range(240)]
    found = bought(customers)
    made = {customer.pk: customer for customer in customers}
    orders = [
        (
            Order(
                customer=made[who],
                owner=made[who].owner,
                placed_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
            ),
            net,
        )
        for who, own in found.items()
        for day, net in own
    ]
    Order.objects.bulk_create([order for order, _ in orders])
    OrderLine.objects.bulk_create([OrderLine(order=order, net=Decimal(net)) for order, net in orders])
    settle(Purchases)
    run = Run.objects.get()
    AnalysisResult.objects.create(analysis=CustomerValues.key, run=run, found=CustomerValues.learn(UNTIL))
    return found


def by_customer(found: Any) -> dict[str, list[Any]]:
    return {row[0]: row[1:] for row in rows(found, "customers")}


def test_each_customer_is_told_what_the_models_say_of_their_orders(shop: Bought) -> None:
    last = date(2024, 12, 31)
    repeats = [len(own) - 1 for own in shop.values()]
    recency = [(own[-1][0] - own[0][0]).days / 7 for own in shop.values()]
    known = Histories.of(repeats, recency, [(last - own[0][0]).days / 7 for own in shop.values()])
    spends = [sum(net for _, net in own[1:]) / max(len(own) - 1, 1) for own in shop.values()]
    model, purse = lifetime.fit(known), spend.fit(repeats, spends)
    told = by_customer(find("customer_values"))
    for place, who in enumerate(shop):
        bought, last_day, at_once, alive, expected, _ = told[f"Customer {place}"]
        assert (bought, last_day) == (len(shop[who]), shop[who][-1][0])
        assert alive == pytest.approx(float(model.alive(known)[place]), abs=1e-3)
        assert expected == pytest.approx(float(model.expected(365 / 7, known)[place]), rel=1e-2, abs=1e-3)
        assert at_once == pytest.approx(float(purse.expected(repeats, spends)[place]), rel=1e-2)


def test_the_figures_are_the_sums_of_what_one_sees(shop: Bought, owner: User) -> None:
    found, own = find("customer_values"), find("customer_values", owner)
    assert (found.n, own.n) == (240, 40)
    for result in (found, own):
        assert figures(result)["value"] == pytest.approx(sum(row[-1] for row in rows(result, "customers")))
        assert figures(result)["alive"] == pytest.approx(sum(row[-3] for row in rows(result, "customers")))
    assert set(by_customer(own)) == {f"Customer {i}" for i in range(40)}
    assert by_customer(own).items() <= by_customer(found).items()


def test_a_later_purchase_is_worth_less_and_without_costs_all_of_it_counts(shop: Bought) -> None:
    _, _, at_once, _, expected, value = by_customer(find("customer_values"))["Customer 0"]
    assert value < at_once * expected
    assert value > at_once * expected / 1.1
    assert "no costs are known" in find("customer_values").figures[0].note


def test_it_says_how_far_to_trust_it(shop: Bought) -> None:
    """Nobody had bought a year before, so nothing could be tested."""
    assert "Learned from all 240 buyers" in find("customer_values").honesty
    assert "too little to test it on" in find("customer_values").honesty


def test_every_door_says_the_same(
    shop: Bought, manager: User, agent: User, staff: Callable[[User], Client], api: Callable[[User], APIClient]
) -> None:
    told = api(manager).get("/api/v1/analyses/customer_values/", {"table": "customers", "page_size": "200"}).json()
    at_the_command_line = printed("customer_values")
    assert told["figures"] == at_the_command_line["figures"]
    assert told["tables"][0]["rows"] == at_the_command_line["tables"][0]["rows"][:200]
    saved = file(staff(manager), "customer_values", "customers")
    assert [line[1] for line in saved[1:201]] == [row["customer"]["name"] for row in told["tables"][0]["rows"]]
    assert saved[1][1] in page(staff(manager), "customer_values")
    assert api(agent).get("/api/v1/analyses/customer_values/").status_code == 404


def test_too_few_are_refused_with_the_reason(manager: User, staff: Callable[[User], Client]) -> None:
    make_order(100)
    settle(Purchases)
    assert "This is worked out after the night." in page(staff(manager), "customer_values")
    assert {one.analysis: one.refusal for one in learn_all()}["customer_values"].startswith("This needs at least 200")
    assert "there are 1." in page(staff(manager), "customer_values")


def test_a_night_is_learned_from_once_and_the_last_three_are_kept(db: None) -> None:
    make_order(100)
    settle(Purchases)
    assert learn_all() != []
    assert learn_all() == []
    made = {"kind": Run.Kind.MANUAL, "status": Run.Status.DONE, "through": UNTIL}
    runs = [Run.objects.create(**made) for _ in range(4)]
    for run in runs:
        learn(CustomerValues, run)
    kept = AnalysisResult.objects.filter(analysis="customer_values").order_by("run_id")
    assert [one.run_id for one in kept] == [run.pk for run in runs[1:]]
    assert AnalysisResult.objects.latest_of("customer_values") == kept[2]


def test_what_went_back_is_taken_off_the_spend_of_every_purchase() -> None:
    """100 at first, then 30 and 50; a quarter of the 180 went back: 40 a time becomes 30."""
    ada = make_customer("Ada")
    orders = [
        make_order(net, customer=ada, placed_at=datetime(2025, 1, day, 12, tzinfo=UTC))
        for day, net in ((1, 100), (5, 30), (9, 50))
    ]
    make_refund(order=orders[0], net=Decimal(45), at=datetime(2025, 1, 20, 12, tzinfo=UTC))
    settle(Purchases, MoneyBack)
    assert buyers(date(2025, 2, 1), {})[ada.pk].repeat_spend == pytest.approx(30)
    assert buyers(date(2025, 1, 20), {})[ada.pk].repeat_spend == pytest.approx(40)
