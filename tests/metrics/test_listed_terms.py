"""Terms that list customers, deals and days themselves: small worlds counted by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from customers.choices import Role
from metrics.measures.growth import LinesBought, LinesSubscribed, RepsJoined, RepsLeft, SubscriptionRaises
from metrics.measures.lifecycle import ActiveCustomers, MRRMovements, MRRRevaluations, NewCustomers
from metrics.measures.marketing import Costs, LeadsConverted, LeadsCreated
from metrics.measures.newcomers import NewcomerRefunds, NewcomerSales
from metrics.measures.pipeline import StagesEntered, ValueEntered, ValueLeft, ValueRevalued
from metrics.measures.sales import DealsClosed, MoneyBack, ProductsSold, Purchases, StageStays
from sales.models import AmountChange, Deal, OrderLine, Subscription
from sales.services.deals import change_amount, lose_deal, move_deal, open_deal, win_deal
from sales.services.orders import refund_order
from sales.services.subscriptions import change_subscription, start_subscription
from tests.makers import (
    make_cost,
    make_customer,
    make_deal,
    make_fx_rate,
    make_lead,
    make_line,
    make_lost_reason,
    make_membership,
    make_order,
    make_pipeline,
    make_product,
    make_team,
    make_user,
)
from tests.metrics.asked import by_member, number, question, series, settle, value
from tests.metrics.vectors.crowd import at, closed_deals

pytestmark = pytest.mark.django_db

MARCH = ("2025-03-01", "2025-04-01")


def subscribe(price: int, **fields: Any) -> Subscription:
    customer = make_customer(**fields)
    return start_subscription(Subscription(customer=customer, price=Decimal(price)), at=at(1, 1))


def upsell_measures() -> None:
    settle(ActiveCustomers, SubscriptionRaises, DealsClosed, LinesBought, LinesSubscribed)


def test_taking_more_is_an_upsell_once_and_a_higher_price_of_ours_is_none() -> None:
    """Of four, one takes more twice, one wins us an upsell deal, one pays a price we raised."""
    twice, by_deal, dearer, still = (subscribe(10, segment=segment) for segment in ("a", "b", "a", "b"))
    change_subscription(twice, quantity=2, at=at(3, 5))
    change_subscription(twice, quantity=3, at=at(3, 20))
    change_subscription(dearer, price=Decimal(12), reason="price", at=at(3, 5))
    change_subscription(still, quantity=2, at=at(4, 5))
    closed_deals(1, "won", on=at(3, 9), kind="upsell", customer=by_deal.customer)
    upsell_measures()
    assert number("upsell_rate", *MARCH) == Decimal("0.5")
    assert by_member("upsell_rate", *MARCH, "segment") == {"a": Decimal("0.5"), "b": Decimal("0.5")}
    asked = question("upsell_rate", *MARCH)
    names = [row.name for row in asked.every_row(asked.components()[0])]
    assert sorted(names) == sorted([twice.customer.name, by_deal.customer.name])


def test_a_line_they_did_not_have_is_a_cross_sell() -> None:
    """Of three subscribers one buys a new line, one the line they bought in February; a stranger does not count."""
    new, again, neither = (subscribe(10).customer for _ in range(3))
    product = make_product(line=make_line())
    for customer, when in ((new, at(3, 5)), (again, at(2, 5)), (again, at(3, 6)), (make_customer(), at(3, 7))):
        order = make_order(customer=customer, placed_at=when)
        OrderLine.objects.filter(order=order).update(product=product)
    upsell_measures()
    assert neither.orders.count() == 0
    assert number("cross_sell_rate", *MARCH, places=4) == Decimal("0.3333")


def test_revenue_is_shared_among_those_who_bought_or_subscribed() -> None:
    """90 and 30 from two buyers, 20 given back, and a subscriber who bought nothing: 100 ÷ 3."""
    subscribe(50)
    order = make_order(90, placed_at=at(3, 3))
    make_order(30, placed_at=at(3, 4))
    refund_order(order, net=Decimal(20), at=at(3, 9))
    settle(Purchases, ProductsSold, MoneyBack, MRRMovements, MRRRevaluations)
    assert number("arpu", *MARCH, places=2) == Decimal("33.33")


def test_the_top_fifth_is_rounded_up_and_gini_is_counted_from_the_ranks() -> None:
    """60, 20, 10, 10, 10 and 10 of six buyers, 20 of the first given back: the top two bring 60 of 100."""
    first, *_ = [make_order(net, placed_at=at(3, 3)) for net in (60, 20, 10, 10, 10, 10)]
    refund_order(first, net=Decimal(20), at=at(3, 9))
    settle(ProductsSold, MoneyBack)
    assert number("pareto_share", *MARCH) == Decimal("0.6")
    # Σ (2i − n − 1)·x over 10, 10, 10, 10, 20, 40: −50 − 30 − 10 + 10 + 60 + 200 = 180, over 6 × 100.
    assert number("gini", *MARCH) == Decimal("0.3")


def test_where_all_bring_in_the_same_nothing_is_concentrated() -> None:
    for _ in range(5):
        make_order(10, placed_at=at(3, 3))
    settle(ProductsSold, MoneyBack)
    assert (number("gini", *MARCH), number("pareto_share", *MARCH)) == (0, Decimal("0.2"))


def test_the_cost_of_a_customer_may_be_that_of_30_days_earlier() -> None:
    """600 are spent on 10 February, 900 on 20 March, and two customers come in March: 300 each, not 450."""
    for day, amount in ((date(2025, 2, 10), 600), (date(2025, 3, 20), 900)):
        make_cost(amount=Decimal(amount), starts_on=day)
    for day in (12, 13):
        make_order(placed_at=at(3, day))
    settle(Costs, NewCustomers)
    assert (number("cac_lagged", *MARCH), number("cac", *MARCH)) == (300, 450)


def test_growth_is_against_the_month_before_and_of_a_running_month_against_as_many_days() -> None:
    """100 on 5 February, 300 on the 20th; 150 on 5 March. By 11 March that is half as much again as by 11 February."""
    for month, day, net in ((2, 5, 100), (2, 20, 300), (3, 5, 150)):
        make_order(net, placed_at=at(month, day))
    with time_machine.travel("2025-03-11T10:00Z"):
        settle(ProductsSold, MoneyBack)
        assert number("sales_growth", *MARCH) == Decimal("0.5")
    settle(ProductsSold, MoneyBack)
    assert number("sales_growth", *MARCH) == Decimal("-0.625")
    assert number("sales_growth", "2025-02-01", "2025-03-01") is None


def test_new_customers_revenue_is_their_first_order_or_a_subscribers_first_month() -> None:
    """A buyer's first 100 of 120; a subscriber's 30 and 40 within 30 days, and not the 50 after; 10 go back."""
    buyer, subscriber = make_customer(), subscribe(10).customer
    first = make_order(100, customer=buyer, placed_at=at(1, 5))
    make_order(20, customer=buyer, placed_at=at(1, 6))
    for month, day, net in ((1, 10, 30), (1, 20, 40), (2, 20, 50)):
        make_order(net, customer=subscriber, placed_at=at(month, day))
    refund_order(first, net=Decimal(10), at=at(2, 1))
    settle(NewcomerSales, NewcomerRefunds)
    assert series("revenue_new_customers", "2025-01-01", "2025-03-01", "month") == [170, -10]


def test_whoever_is_told_to_have_bought_before_is_not_new_on_their_first_order_here() -> None:
    """One was won in 2022, another told to be won in the January of their first order of 70."""
    for told, net in ((date(2022, 2, 6), 50), (date(2025, 1, 5), 70)):
        make_order(net, customer=make_customer(acquired_on=told), placed_at=at(1, 5))
    settle(NewcomerSales, NewcomerRefunds)
    assert number("revenue_new_customers", "2025-01-01", "2025-02-01") == 70


def open_one(amount: int, pipeline: Any, when: Any, **fields: Any) -> Deal:
    return open_deal(Deal(name="Deal", pipeline=pipeline, amount=Decimal(amount), **fields), at=when)


def test_the_pipeline_is_what_is_open_stage_by_stage() -> None:
    """1,000 moves on in February and is won in March; 500 is lost in February; 300 stays."""
    pipeline = make_pipeline()
    offer = pipeline.stages.get(name="Offer")
    won = open_one(1_000, pipeline, at(1, 10, hour=23))
    lost, _ = open_one(500, pipeline, at(1, 11)), open_one(300, pipeline, at(1, 12))
    move_deal(won, to=offer, at=at(2, 3))
    lose_deal(lost, reason=make_lost_reason(), at=at(2, 9))
    win_deal(won, at=at(3, 9))
    settle(ValueEntered, ValueLeft, ValueRevalued)
    months = ("2025-01-01", "2025-04-01", "month")
    assert series("pipeline_value", *months) == [1_800, 1_300, 300]
    assert series("pipeline_value", *months, where={"stage": ["Offer"]}) == [0, 1_000, 0]


def test_a_foreign_deal_leaves_nothing_of_itself_in_the_pipeline() -> None:
    """100 dollars enter at 0.90 and are lost at 0.50."""
    make_fx_rate(base="USD", quote="EUR", on=date(2025, 1, 1), rate=Decimal("0.90"))
    make_fx_rate(base="USD", quote="EUR", on=date(2025, 2, 1), rate=Decimal("0.50"))
    deal = open_one(100, make_pipeline(), at(1, 10), currency="USD")
    lose_deal(deal, reason=make_lost_reason(), at=at(2, 9))
    settle(ValueEntered, ValueLeft, ValueRevalued)
    assert series("pipeline_value", "2025-01-01", "2025-03-01", "month") == [90, 0]


def test_another_amount_counts_from_the_day_somebody_says_so() -> None:
    """1,000 from January, 1,500 from 10 February; in the next stage from 6 March, 400 from 8 March; won for 450."""
    pipeline = make_pipeline()
    deal = open_one(1_000, pipeline, at(1, 10))
    quarter = ("2025-01-01", "2025-04-01", "month")
    deal = change_amount(deal, amount=Decimal(1_500), at=at(2, 10))
    settle(ValueEntered, ValueLeft, ValueRevalued)
    assert series("pipeline_value", *quarter) == [1_000, 1_500, 1_500]
    deal = move_deal(deal, to=pipeline.stages.get(name="Offer"), at=at(3, 6))
    change_amount(deal, amount=Decimal(400), at=at(3, 8))
    settle(ValueEntered, ValueLeft, ValueRevalued)
    assert series("pipeline_value", *quarter) == [1_000, 1_500, 400]
    days = ("2025-03-05", "2025-03-10", "day")
    assert series("pipeline_value", *days, where={"stage": ["Offer"]}) == [0, 1_500, 1_500, 400, 400]
    win_deal(deal, at=at(3, 9), amount=Decimal(450))
    settle(ValueEntered, ValueLeft, ValueRevalued)
    assert series("pipeline_value", *days) == [1_500, 1_500, 1_500, 400, 0]


def test_an_amount_written_over_is_that_of_the_stay_and_stays_so_when_the_deal_moves_on() -> None:
    """A script writes 700 over 1,000 in the first stage; in the next it is 900."""
    pipeline = make_pipeline()
    deal = open_one(1_000, pipeline, at(1, 10))
    Deal.objects.filter(pk=deal.pk).update(amount=700)
    settle(ValueEntered, ValueLeft, ValueRevalued)
    quarter = ("2025-01-01", "2025-04-01", "month")
    assert series("pipeline_value", *quarter) == [700, 700, 700]
    deal = move_deal(deal, to=pipeline.stages.get(name="Offer"), at=at(2, 3))
    change_amount(deal, amount=Decimal(900), at=at(2, 3))
    settle(ValueEntered, ValueLeft, ValueRevalued)
    assert series("pipeline_value", *quarter) == [700, 900, 900]
    assert not AmountChange.objects.exists()


def test_what_is_on_the_way_is_valued_at_each_months_end_and_what_rates_did_is_told_by_itself() -> None:
    """1,000 dollars come at 0.90 and stand at 0.80 when January ends, at 0.85 in February; won on 9 March at 0.70."""
    rates = (
        (date(2025, 1, 1), "0.90"),
        (date(2025, 1, 31), "0.80"),
        (date(2025, 2, 15), "0.85"),
        (date(2025, 3, 5), "0.70"),
    )
    for on, rate in rates:
        make_fx_rate(base="USD", quote="EUR", on=on, rate=Decimal(rate))
    pipeline = make_pipeline()
    deal = open_one(1_000, pipeline, at(1, 10), currency="USD")
    open_one(10, pipeline, at(1, 11))
    move_deal(deal, to=pipeline.stages.get(name="Offer"), at=at(2, 20))
    settle(ValueEntered, ValueLeft, ValueRevalued)
    quarter = ("2025-01-01", "2025-04-01", "month")
    assert series("pipeline_value", *quarter)[:2] == [810, 860]
    # −100 in January; 50 of it won back until 20 February, and nothing more in the next stage.
    assert series("pipeline_fx", *quarter)[:2] == [-100, 50]
    assert series("pipeline_fx", *quarter, where={"stage": ["Offer"]})[:2] == [0, 0]
    win_deal(deal, at=at(3, 9))
    settle(ValueEntered, ValueLeft, ValueRevalued)
    assert series("pipeline_value", *quarter) == [810, 860, 10]
    assert series("pipeline_fx", *quarter) == [-100, 50, -150]


def test_the_age_of_open_deals_is_read_at_the_end_of_the_period() -> None:
    """In Berlin's March: entered on the 2nd, 12th and 22nd at midnight, the second left on the 30th."""
    pipeline = make_pipeline()
    deals = [open_one(10, pipeline, at(3, day, hour=23)) for day in (1, 11, 21)]
    move_deal(deals[1], to=pipeline.stages.get(name="Offer"), at=at(3, 29, hour=23))
    settle(StagesEntered, StageStays)
    # Ages 30, 10 and 2 days, of which the clock change took an hour: the median is 10 days less an hour.
    assert number("stage_age", *MARCH, places=4) == Decimal("9.9583")


def test_a_rep_makes_as_many_days_as_they_were_in_a_team() -> None:
    """One all of March, one the last ten days, one who left on the 6th: 31, 10 and 5 days for 4,600."""
    north = make_team("North")
    for first, last in ((date(2025, 1, 1), None), (date(2025, 3, 22), None), (date(2025, 2, 1), date(2025, 3, 6))):
        rep = make_user("", Role.REP)
        make_membership(user=rep, team=north, joined_on=first, left_on=last)
        make_deal(owner=rep)
    make_membership(user=make_user("", Role.AGENT), team=north)
    closed_deals(1, "won", on=at(3, 9), amount=4_600)
    settle(DealsClosed, RepsJoined, RepsLeft)
    assert number("sales_productivity", *MARCH) == 100


def test_the_time_leads_take_counts_those_who_have_not_paid() -> None:
    """Four leads of 1 March: two pay after 5 and 20 days, one never, and one of the year before does not count."""
    for paid in (at(3, 6), at(3, 21), None):
        make_lead(created_at=at(3, 1), converted_at=paid, customer=paid and make_customer())
    make_lead(created_at=at(3, 20))  # Has waited for eleven days and a half when March ends.
    make_lead(created_at=at(3, 1, 2024), converted_at=at(3, 2, 2024), customer=make_customer())
    settle(LeadsCreated, LeadsConverted)
    # On day 5 three of four are left, on day 20 one of the two still known of: 0.75 × 0.5.
    assert number("time_to_conversion_all", *MARCH) == 20
    assert number("time_to_conversion", *MARCH) == Decimal("12.5")
    # In the middle of March one of three had paid.
    early = value("time_to_conversion_all", "2025-03-01", "2025-03-16")
    assert (early.value, early.reason) == (None, "too_few")
    asked = question("time_to_conversion_all", *MARCH)
    (term,) = asked.components()
    assert len(list(asked.every_row(term))) == 4
