"""Customers by the plan they are on and the month they were won in: who moves takes their place with them."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from customers.models import Customer
from metrics.measures.growth import SubscriptionRaises
from metrics.measures.lifecycle import (
    ActiveBuyers,
    ActiveCustomers,
    MRRMovements,
    MRRRevaluations,
    NewCustomers,
    PayingCustomers,
)
from metrics.measures.marketing import Costs
from metrics.measures.sales import DealsClosed, LinesOfOrders, MoneyBack, ProductCosts, ProductsSold
from sales.models import Plan, ProductLine, Subscription
from sales.services.subscriptions import change_subscription, end_subscription, start_subscription
from tests.makers import make_cost, make_customer, make_line, make_order, make_order_line, make_plan, make_product
from tests.metrics.asked import by_member, number, question, settle
from tests.metrics.vectors.crowd import at

pytestmark = pytest.mark.django_db

MARCH, FEBRUARY = ("2025-03-01", "2025-04-01"), ("2025-02-01", "2025-03-01")


def settled() -> None:
    settle(NewCustomers, ActiveCustomers, PayingCustomers, ActiveBuyers, MRRMovements, MRRRevaluations)


def plan(code: str) -> Plan:
    return Plan.objects.filter(code=code).first() or make_plan(code=code, name=code.capitalize())


def subscribe(code: str, mrr: int, month: int = 1, **fields: object) -> Subscription:
    fields = {"customer": None, **fields}
    customer = fields.pop("customer") or make_customer()
    return start_subscription(
        Subscription(customer=customer, plan=plan(code), price=Decimal(mrr), **fields), at=at(month, 10)
    )


def test_customers_and_churn_by_plan() -> None:
    """Three on basic and two on pro in February; one of each leaves, and one goes from basic to pro."""
    basic, pro = [subscribe("basic", 10) for _ in range(3)], [subscribe("pro", 50) for _ in range(2)]
    end_subscription(basic[0], at=at(3, 5))
    end_subscription(pro[0], at=at(3, 6))
    change_subscription(basic[1], plan=plan("pro"), price=Decimal(50), at=at(3, 12))
    settled()
    assert by_member("active_customers", *FEBRUARY, by="plan") == {"Basic": 3, "Pro": 2}
    assert by_member("active_customers", *MARCH, by="plan") == {"Basic": 1, "Pro": 2}
    # Who was on basic when March began is judged there: one of three left, the one who moved did not.
    assert by_member("churn_rate", *MARCH, by="plan", places=4) == {"Basic": Decimal("0.3333"), "Pro": Decimal("0.5")}
    assert by_member("retention_rate", *MARCH, by="plan", places=4) == {
        "Basic": Decimal("0.6667"),
        "Pro": Decimal("0.5"),
    }
    assert by_member("arpa", *MARCH, by="plan") == {"Basic": 10, "Pro": 50}


def test_of_two_plans_the_larger_is_the_customers_own() -> None:
    """A small plan beside the large one; when the large one ends the small one is theirs, and nobody has left."""
    large = subscribe("pro", 50)
    subscribe("basic", 10, 2, customer=large.customer)
    end_subscription(large, at=at(3, 10))
    settled()
    assert by_member("active_customers", *FEBRUARY, by="plan") == {"Pro": 1}
    assert by_member("active_customers", *MARCH, by="plan") == {"Basic": 1, "Pro": 0}
    assert number("churn_rate", *MARCH) == 0
    asked = question("active_customers", *MARCH)
    (stock,) = asked.components()
    assert sum(row.contribution for row in asked.every_row(stock)) == 1


def test_a_plan_left_on_the_very_day_of_another_description_is_left_once() -> None:
    one = subscribe("pro", 50)
    end_subscription(one, at=at(3, 10))
    one.customer.segment = "enterprise"
    one.customer.save()
    settled()
    assert by_member("active_customers", *MARCH, by="plan") == {"Pro": 0}
    assert sum(by_member("active_customers", "2025-01-01", "2025-02-01", by="plan").values()) == 1


def test_recurring_revenue_by_the_month_customers_were_won_in() -> None:
    """Won in January by an order: February's subscription is of January's cohort."""
    early = make_customer()
    make_order(placed_at=at(1, 20), customer=early)
    subscribe("pro", 40, 2, customer=early)
    late = subscribe("pro", 60, 2)
    change_subscription(late, price=Decimal(30), at=at(3, 3))
    settled()
    assert by_member("mrr", *FEBRUARY, by="cohort") == {"Jan 2025": 40, "Feb 2025": 60}
    assert by_member("nrr", *MARCH, by="cohort") == {"Jan 2025": 1, "Feb 2025": Decimal("0.5")}
    assert by_member("contraction_mrr", *MARCH, by="cohort") == {"Feb 2025": -30}
    assert by_member("new_customers", "2025-01-01", "2025-04-01", by="cohort") == {"Jan 2025": 1, "Feb 2025": 1}
    assert by_member("retention_rate", *MARCH, by="cohort") == {"Jan 2025": 1, "Feb 2025": 1}
    make_order(placed_at=at(12, 5, 2024), customer=late.customer)
    settled()
    assert by_member("mrr", *FEBRUARY, by="cohort") == {"Dec 2024": 60, "Jan 2025": 40}


def test_what_it_costs_to_win_a_customer_by_what_they_took_first() -> None:
    """One is won by a plan of software; one by an order of which hardware was the larger part."""
    soft, hard = make_line(code="soft", name="Software"), make_line(code="hard", name="Hardware")
    Plan.objects.filter(pk=plan("app").pk).update(product=make_product(line=soft))
    subscribe("app", 20, 3)
    order = make_order(30, placed_at=at(3, 7))
    make_order_line(order=order, net=Decimal(70), product=make_product(line=hard))
    make_order_line(order=order, net=Decimal(20), product=make_product(line=soft))
    for line, amount in ((soft, 500), (hard, 300)):
        make_cost(amount=Decimal(amount), starts_on=date(2025, 3, 1), line=line)
    settle(NewCustomers, Costs)
    assert by_member("cac", *MARCH, by="line") == {"Software": 500, "Hardware": 300}


def test_what_it_costs_by_the_channel_customers_came_by() -> None:
    """Costs of a channel are those of winning customers by it: so the cost stands against their worth."""
    for channel, amount in (("event", 900), ("paid", 200)):
        make_order(placed_at=at(3, 7), customer=make_customer(acquisition_channel=channel))
        make_cost(amount=Decimal(amount), starts_on=date(2025, 3, 1), channel=channel)
    settle(NewCustomers, Costs)
    assert by_member("cac", *MARCH, by="acquired_by") == {"Event": 900, "Paid advertising": 200}


def test_the_average_order_by_line_is_over_the_orders_that_hold_it() -> None:
    """One order of hardware for 70 and 20 and of software for 30, one of hardware for 10, one of neither for 8."""
    soft, hard = make_line(code="soft", name="Software"), make_line(code="hard", name="Hardware")
    for lines in (((70, hard), (20, hard), (30, soft)), ((10, hard), (0, soft)), ((5, None), (3, None))):
        order = make_order(0, placed_at=at(3, 7))
        order.lines.all().delete()
        for amount, line in lines:
            make_order_line(order=order, net=Decimal(amount), product=line and make_product(line=line))
    settle(LinesOfOrders)
    assert by_member("average_order_line", *MARCH, by="line") == {"Hardware": 50, "Software": 30, "(none)": 8}
    assert number("average_order_line", *MARCH, places=2) == Decimal("34.50")


def test_revenue_per_active_customer_by_line() -> None:
    """Of two who subscribe to software one buys hardware for 90, and a third software for 30."""
    soft, hard = make_line(code="soft", name="Software"), make_line(code="hard", name="Hardware")
    Plan.objects.filter(pk=plan("app").pk).update(product=make_product(line=soft))
    first, _ = subscribe("app", 20), subscribe("app", 20)
    for line, amount, buyer in ((hard, 90, first.customer), (soft, 30, make_customer())):
        order = make_order(amount, placed_at=at(3, 7), customer=buyer)
        order.lines.update(product=make_product(line=line))
    settle(MRRMovements, MRRRevaluations, ProductsSold, MoneyBack)
    assert number("arpu", *MARCH) == 40
    assert by_member("arpu", *MARCH, by="line") == {"Software": 10, "Hardware": 90}
    assert by_member("mrr", *MARCH, by="line") == {"Software": 40}


def buy(amount: int, customer: Customer, moment: datetime, *lines: ProductLine, **fields: object) -> None:
    """One order; its amount is shared equally by the product lines named."""
    order = make_order(0, placed_at=moment, customer=customer, **fields)
    order.lines.all().delete()
    for line in lines or [None]:
        product = line and make_product(line=line)
        make_order_line(order=order, net=Decimal(amount) / max(len(lines), 1), product=product)


def test_what_is_sold_by_the_plan_of_who_buys_and_the_month_they_were_won_in() -> None:
    """Ana is on pro until 20 March, Bo goes from basic to pro on 12 March, Cy only buys."""
    pro, basic, cy = subscribe("pro", 50), subscribe("basic", 10), make_customer()
    change_subscription(basic, plan=plan("pro"), price=Decimal(50), at=at(3, 12))
    end_subscription(pro, at=at(3, 20))
    for amount, buyer, day in ((90, pro, 7), (5, pro, 25), (30, basic, 7), (2, basic, 15)):
        buy(amount, buyer.customer, at(3, day))
    buy(8, cy, at(3, 7))
    settled()
    settle(ProductsSold, MoneyBack)
    assert by_member("revenue", *MARCH, by="plan") == {"Pro": 92, "Basic": 30, "(none)": 13}
    assert by_member("revenue", *MARCH, by="cohort") == {"Jan 2025": 127, "Mar 2025": 8}
    # On pro were Ana and Bo, on basic Bo, on none Ana in the end, and Cy.
    assert by_member("arpu", *MARCH, by="plan") == {"Pro": 46, "Basic": 30, "(none)": Decimal("6.5")}
    asked = question("revenue", *MARCH, where={"plan": [str(plan("pro").pk)]})
    sold, _ = asked.components()
    assert sorted(row.contribution for row in asked.every_row(sold)) == [2, 90]
    assert asked.answer().total[0].value == 92


def test_a_customers_worth_by_what_and_where_they_bought() -> None:
    """Two of long ago stayed a year each; so everybody does, as far as is known."""
    soft, hard = make_line(code="soft", name="Software"), make_line(code="hard", name="Hardware")
    for _ in range(2):
        buy(10, make_customer(), at(1, 5, 2023))
    buy(60, make_customer(), at(3, 7), hard, channel="event")
    buy(60, make_customer(), at(3, 8), hard, soft, channel="paid")
    settle(NewCustomers, ActiveCustomers, ActiveBuyers, LinesOfOrders, ProductsSold, MoneyBack)
    assert number("customer_lifespan", *MARCH) == 365
    assert number("clv_historical", *MARCH) == 60
    assert by_member("clv_historical", *MARCH, by="line") == {"Hardware": 45, "Software": 30}
    assert by_member("clv_historical", *MARCH, by="channel") == {"Event": 60, "Paid advertising": 60}
    assert set(by_member("clv_historical", *MARCH, by="cohort")) == {"Jan 2023", "Mar 2025"}
    # What stands for all opens to all.
    asked = question("clv_historical", *MARCH, where={"line": ["soft"]})
    assert [sum(1 for _ in asked.every_row(term)) for term in asked.components()] == [1, 0, 1, 4]


def test_lifetime_value_by_plan_takes_the_margin_of_all() -> None:
    """From August two are on basic, one of whom leaves in December, and one on pro. Sales leave three quarters."""
    first, _, _ = (
        start_subscription(
            Subscription(customer=make_customer(), plan=plan(code), price=Decimal(mrr)), at=at(8, 10, 2024)
        )
        for code, mrr in (("basic", 10), ("basic", 10), ("pro", 50))
    )
    end_subscription(first, at=at(12, 10, 2024))
    order = make_order(0, placed_at=at(3, 7))
    order.lines.all().delete()
    make_order_line(order=order, net=Decimal(100), cost=Decimal(25))
    settled()
    settle(ProductsSold, ProductCosts)
    # From September to February ten were there at the starts of months, and one left: 10 × 0.75 ÷ 0.1.
    assert by_member("ltv", *MARCH, by="plan") == {"Basic": 75, "Pro": None}


def test_what_it_costs_to_keep_a_customer_by_plan() -> None:
    subscribe("basic", 10), subscribe("basic", 10), subscribe("pro", 50)
    for amount, code in ((90, "basic"), (10, "pro")):
        make_cost(category="retention", amount=Decimal(amount), starts_on=date(2025, 3, 1), plan=plan(code))
    settle(ActiveCustomers, Costs)
    assert by_member("retention_cost", *MARCH, by="plan") == {"Basic": 45, "Pro": 10}


def test_subscribers_by_the_product_line_of_their_plan() -> None:
    """Two on software, of whom one takes more seats in March and one leaves; one on hardware."""
    for code, name in (("app", "Software"), ("box", "Hardware")):
        Plan.objects.filter(pk=plan(code).pk).update(product=make_product(line=make_line(code=code, name=name)))
    more, gone, _ = subscribe("app", 20), subscribe("app", 20), subscribe("box", 70)
    change_subscription(more, quantity=2, at=at(3, 5))
    end_subscription(gone, at=at(3, 6))
    settled()
    settle(SubscriptionRaises, DealsClosed)
    assert by_member("active_customers", *MARCH, by="line") == {"Software": 1, "Hardware": 1}
    assert by_member("arpa", *MARCH, by="line") == {"Software": 40, "Hardware": 70}
    assert by_member("upsell_rate", *MARCH, by="line") == {"Software": Decimal("0.5"), "Hardware": 0}


def test_who_buys_again_by_product_line() -> None:
    """One order of two lines is one purchase; who bought software in January and hardware in March bought twice."""
    soft, hard = make_line(code="soft", name="Software"), make_line(code="hard", name="Hardware")
    once, twice = make_customer(), make_customer()
    buy(20, once, at(3, 7), soft, hard)
    buy(10, twice, at(1, 7), soft)
    buy(10, twice, at(3, 9), hard)
    settle(LinesOfOrders)
    assert number("repeat_rate", *MARCH) == Decimal("0.5")
    assert by_member("repeat_rate", *MARCH, by="line") == {"Software": 0, "Hardware": Decimal("0.5")}
    asked = question("repeat_rate", *MARCH)
    assert [row.record for row in asked.every_row(asked.components()[0])] == [twice.pk]


def test_how_long_customers_stay_by_plan() -> None:
    """One on pro for 30 days, one on basic for 60, one who bought once; and one on pro who bought on the next day."""
    for code, first, last in (("pro", at(1, 10), at(2, 9)), ("basic", at(1, 10), at(3, 11))):
        one = start_subscription(Subscription(customer=make_customer(), plan=plan(code), price=Decimal(10)), at=first)
        end_subscription(one, at=last)
    buy(10, make_customer(), at(1, 5, 2023))
    both = start_subscription(
        Subscription(customer=make_customer(), plan=plan("pro"), price=Decimal(10)), at=at(1, 5, 2024)
    )
    buy(10, both.customer, at(1, 6, 2024))
    end_subscription(both, at=at(2, 1, 2024))
    settle(ActiveCustomers, ActiveBuyers)
    # A purchase counts for 365 days: the fourth stayed for 366.
    assert by_member("customer_lifespan", *MARCH, by="plan") == {"Pro": 198, "Basic": 60, "(none)": 365}
