"""MRR and its customers: every movement on its day and under its name, every cut closing, currencies included."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
import time_machine
from django.db import connection
from django.test import override_settings

from customers.choices import Role
from customers.models import Customer
from customers.services import describe_customer
from metrics.measures.lifecycle import ActiveCustomers, MRRMovements, MRRRevaluations, NewCustomers
from metrics.models import Fact, MeasureState
from sales.models import Subscription
from sales.services.subscriptions import (
    change_subscription,
    end_subscription,
    pause_subscription,
    request_cancel,
    resume_subscription,
    start_subscription,
)
from tests.makers import (
    make_customer,
    make_fx_rate,
    make_membership,
    make_order,
    make_plan,
    make_team,
    make_user,
)
from tests.metrics.asked import by_member, number, question, series, settle

pytestmark = pytest.mark.django_db

YEAR = ("2025-01-01", "2026-01-01")


def at(month: int, day: int, year: int = 2025) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def subscribe(customer: Customer, price: int, *, since: datetime, **fields: object) -> Subscription:
    return start_subscription(Subscription(customer=customer, price=price, **fields), at=since)


def night() -> None:
    settle(MRRMovements, MRRRevaluations, ActiveCustomers, NewCustomers)


def months(key: str, first: int, last: int, **words: object) -> list[int]:
    """A KPI's whole-numbered values from month to month of 2025."""
    end = date(2025 + last // 12, last % 12 + 1, 1)
    return [int(v) for v in series(key, date(2025, first, 1), end, "month", 0, **words)]


def test_a_pause_is_neither_churn_nor_reactivation() -> None:
    """50 a month, paused on 1 April, resumed on 1 June."""
    subscription = subscribe(make_customer(), 50, since=at(1, 1))
    pause_subscription(subscription, at=at(3, 10), effective_at=at(4, 1))
    resume_subscription(subscription, at=at(6, 1))
    night()
    assert months("mrr", 1, 6) == [50, 50, 50, 0, 0, 50]
    assert months("paused_mrr", 3, 6) == [0, -50, 0, 0]
    assert months("resumed_mrr", 3, 6) == [0, 0, 0, 50]
    assert months("churned_mrr", 1, 6) == [0] * 6
    assert months("reactivation_mrr", 1, 6) == [0] * 6
    assert months("active_customers", 1, 6) == [1] * 6
    assert number("churn_rate", "2025-04-01", "2025-05-01") == 0


def test_a_pause_of_more_than_90_days_is_churn_on_day_91() -> None:
    """Paused from 1 April; 90 days later, on 30 June, the customer is gone."""
    subscription = subscribe(make_customer(), 50, since=at(1, 1))
    pause_subscription(subscription, at=at(4, 1), effective_at=at(4, 1))
    night()
    assert months("active_customers", 4, 8) == [1, 1, 0, 0, 0]
    assert number("churn_rate", "2025-06-01", "2025-07-01") == 1


def test_ending_one_of_two_subscriptions_is_contraction() -> None:
    customer = make_customer()
    subscribe(customer, 50, since=at(1, 1))
    second = subscribe(customer, 30, since=at(2, 1))
    end_subscription(second, at=at(3, 1))
    night()
    assert months("new_mrr", 1, 3) == [50, 0, 0]
    assert months("expansion_mrr", 1, 3) == [0, 30, 0]
    assert months("contraction_mrr", 1, 3) == [0, 0, -30]
    assert months("churned_mrr", 1, 3) == [0, 0, 0]
    assert months("active_customers", 1, 3) == [1, 1, 1]


def test_who_leaves_and_returns_is_reactivated_not_new() -> None:
    customer = make_customer()
    end_subscription(subscribe(customer, 50, since=at(1, 1)), at=at(2, 10))
    subscribe(customer, 60, since=at(5, 1))
    night()
    assert months("new_mrr", 1, 5) == [50, 0, 0, 0, 0]
    assert months("churned_mrr", 1, 5) == [0, -50, 0, 0, 0]
    assert months("reactivation_mrr", 1, 5) == [0, 0, 0, 0, 60]
    assert months("new_customers", 1, 5) == [1, 0, 0, 0, 0]


def test_a_change_of_plan_moves_what_stands_and_then_expands() -> None:
    """Basic at 50, from March Pro at 80: Pro takes over 50 and grows by 30."""
    basic, pro = make_plan(name="Basic", code="basic"), make_plan(name="Pro", code="pro")
    subscription = subscribe(make_customer(), 50, since=at(1, 1), plan=basic)
    change_subscription(subscription, at=at(3, 5), plan=pro, price=80)
    night()
    march = ("2025-03-01", "2025-04-01")
    assert by_member("mrr", *march, "plan", 0) == {"Basic": 0, "Pro": 80}
    assert by_member("transfer_mrr", *march, "plan", 0) == {"Basic": -50, "Pro": 50}
    assert by_member("expansion_mrr", *march, "plan", 0) == {"Pro": 30}
    assert number("transfer_mrr", *march) == 0


def test_a_customer_described_anew_carries_their_mrr_along() -> None:
    customer = make_customer(segment="small")
    subscription = subscribe(customer, 50, since=at(1, 1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('plumb.at', '2025-03-15 00:00+00', true)")
        Customer.objects.filter(pk=customer.pk).update(segment="large")
        cursor.execute("SELECT set_config('plumb.at', '', true)")
    end_subscription(subscription, at=at(6, 1))
    night()
    assert months("mrr", 2, 6, where={"segment": ["small"]}) == [50, 0, 0, 0, 0]
    assert months("mrr", 2, 6, where={"segment": ["large"]}) == [0, 50, 50, 50, 0]
    assert months("active_customers", 2, 6, where={"segment": ["large"]}) == [0, 1, 1, 1, 0]


def test_foreign_mrr_is_valued_anew_each_month_and_closes_at_nothing() -> None:
    """100 dollars at 0.50, 0.60 from February, 0.40 from April; ended on 10 May."""
    for day, rate in ((date(2024, 12, 1), "0.50"), (date(2025, 2, 1), "0.60"), (date(2025, 4, 1), "0.40")):
        make_fx_rate(base="USD", quote="EUR", on=day, rate=rate)
    subscription = subscribe(make_customer(), 100, since=at(1, 10), currency="USD")
    end_subscription(subscription, at=at(5, 10))
    night()
    assert months("mrr", 1, 6) == [50, 60, 60, 40, 0, 0]
    assert months("fx_mrr", 1, 6) == [0, 10, 0, -20, 0, 0]
    assert months("new_mrr", 1, 6) == [50, 0, 0, 0, 0, 0]
    assert months("churned_mrr", 1, 6) == [0, 0, 0, 0, -40, 0]


def test_mrr_nobody_knew_the_worth_of_counts_from_the_first_rate_on_and_closes_at_nothing() -> None:
    """100 dollars from January, no rate before March: 0, then 50, and 0 again after the end in May."""
    make_fx_rate(base="USD", quote="EUR", on=date(2025, 3, 1), rate="0.50")
    subscription = subscribe(make_customer(), 100, since=at(1, 10), currency="USD")
    end_subscription(subscription, at=at(5, 10))
    night()
    assert months("mrr", 1, 6) == [0, 0, 50, 50, 0, 0]
    assert months("fx_mrr", 1, 6) == [0, 0, 50, 0, 0, 0]


@override_settings(TIME_ZONE="Pacific/Auckland")
def test_a_month_ends_on_its_own_last_day_where_noon_in_greenwich_is_tomorrow() -> None:
    """100 dollars from January are 90 until the end of February, 80 by the rate of its last day, and 70 in March."""
    for day, rate in ((date(2025, 1, 1), "0.90"), (date(2025, 2, 28), "0.80"), (date(2025, 3, 1), "0.70")):
        make_fx_rate(base="USD", quote="EUR", on=day, rate=rate)
    subscribe(make_customer(), 100, since=at(1, 10), currency="USD")
    night()
    assert months("mrr", 1, 3) == [90, 80, 70]
    assert months("fx_mrr", 1, 3) == [0, -10, -10]


@override_settings(TIME_ZONE="Pacific/Auckland")
def test_who_is_told_to_have_been_won_was_won_on_that_day_of_ours() -> None:
    make_customer(acquired_on=date(2025, 3, 31))
    night()
    assert months("new_customers", 3, 4) == [1, 0]


def test_what_stands_goes_along_when_a_person_changes_teams() -> None:
    """Ann leaves North for South on 1 March with 50 a month, which end in June."""
    north, south = make_team("North"), make_team("South")
    ann = make_user("ann", Role.REP)
    make_membership(user=ann, team=north, joined_on=date(2024, 1, 1), left_on=date(2025, 3, 1))
    make_membership(user=ann, team=south, joined_on=date(2025, 3, 1))
    subscription = subscribe(make_customer(owner=ann), 50, since=at(1, 1), owner=ann)
    end_subscription(subscription, at=at(6, 1))
    night()
    for key, one in (("mrr", 50), ("active_customers", 1)):
        assert months(key, 2, 6, where={"team": ["North"]}) == [one, 0, 0, 0, 0]
        assert months(key, 2, 6, where={"team": ["South"]}) == [0, one, one, one, 0]
    assert [fact.day for fact in Fact.objects.filter(team=str(south.pk), value=1)] == [date(2025, 3, 1)]


def test_a_customer_goes_along_to_another_owner() -> None:
    ann, bob = make_user("ann", Role.REP), make_user("bob", Role.REP)
    customer = make_customer(owner=ann)
    subscription = subscribe(customer, 50, since=at(1, 1))
    describe_customer(customer, owner=bob, at=at(3, 15))
    end_subscription(subscription, at=at(6, 1))
    night()
    assert months("active_customers", 2, 6, where={"owner": [str(ann)]}) == [1, 0, 0, 0, 0]
    assert months("active_customers", 2, 6, where={"owner": [str(bob)]}) == [0, 1, 1, 1, 0]


def test_a_customer_grows_into_the_next_age_band() -> None:
    """Born in 2000: 25 from New Year's Day 2025 on."""
    end_subscription(subscribe(make_customer(birth_year=2000), 50, since=at(6, 1, 2024)), at=at(6, 1))
    night()
    for key, one in (("mrr", 50), ("active_customers", 1)):
        assert months(key, 1, 6, where={"age": ["25-34"]}) == [one, one, one, one, one, 0]
        assert by_member(key, "2024-12-01", "2025-01-01", "age", 0) == {"18-24": one}


def test_word_of_the_end_does_not_end_a_pause() -> None:
    """Paused on 1 March, cancelled on the 10th for 20 April: a customer until then."""
    subscription = subscribe(make_customer(), 50, since=at(1, 1))
    pause_subscription(subscription, at=at(3, 1), effective_at=at(3, 1))
    request_cancel(subscription, at=at(3, 10), effective_at=at(4, 20))
    night()
    assert months("active_customers", 2, 5) == [1, 1, 0, 0]


def test_the_bridge_of_every_month_closes_in_every_cut() -> None:
    """Opening and movements come to closing, in all and for every plan, over a year with a bit of everything."""
    make_fx_rate(base="USD", quote="EUR", on=date(2024, 1, 1), rate="0.90")
    make_fx_rate(base="USD", quote="EUR", on=date(2025, 5, 20), rate="0.73")
    basic, pro = make_plan(name="Basic", code="basic"), make_plan(name="Pro", code="pro")
    first = subscribe(make_customer(segment="a"), 33, since=at(1, 5), plan=basic, currency="USD")
    change_subscription(first, at=at(4, 4), plan=pro, price=77)
    second = subscribe(make_customer(segment="b"), 100, since=at(2, 5), plan=pro)
    change_subscription(second, at=at(6, 6), price=40)
    end_subscription(second, at=at(9, 9))
    pause_subscription(first, at=at(10, 1), effective_at=at(10, 1))
    night()
    parts = ("new", "expansion", "contraction", "churned", "reactivation", "paused", "resumed", "transfer")
    keys = [f"{part}_mrr" for part in parts] + ["fx_mrr"]
    for where in (None, {"plan": ["Basic"]}, {"plan": ["Pro"]}, {"segment": ["a"]}, {"segment": ["b"]}):
        closing = series("mrr", "2024-12-01", "2026-01-01", "month", where=where)
        moves = [sum(m) for m in zip(*(series(k, *YEAR, "month", where=where) for k in keys), strict=True)]
        assert [after - before for before, after in pairwise(closing)] == moves, where


def test_churn_and_retention_count_the_customers_of_the_start() -> None:
    """Of four at the start of March one leaves, one leaves and returns, one comes and goes in between."""
    leaver, returner, *stayers = [make_customer() for _ in range(4)]
    subscriptions = {c.pk: subscribe(c, 10, since=at(1, 1)) for c in (leaver, returner, *stayers)}
    end_subscription(subscriptions[leaver.pk], at=at(3, 10))
    end_subscription(subscriptions[returner.pk], at=at(3, 5))
    subscribe(returner, 12, since=at(3, 20))
    end_subscription(subscribe(make_customer(), 9, since=at(3, 2)), at=at(3, 25))
    night()
    march = ("2025-03-01", "2025-04-01")
    assert number("churn_rate", *march) == Decimal("0.25")
    assert number("retention_rate", *march) == Decimal("0.75")
    assert number("nrr", *march) == Decimal("0.8")  # 12 + 10 + 10 of 40
    assert number("grr", *march) == Decimal("0.75")  # 10 + 10 + 10 of 40
    rows = question("churn_rate", *march)
    left, starters = rows.components()
    assert [(row.name, row.contribution) for row in rows.rows(left)] == [(leaver.name, 1)]
    assert len(rows.rows(starters)) == 4


def test_a_year_by_month_is_not_twelve_months() -> None:
    """One of four leaves in each of two months: half of the year's customers, a quarter and a third of the months'."""
    subscriptions = [subscribe(make_customer(), 10, since=at(12, 1, 2024)) for _ in range(4)]
    end_subscription(subscriptions[0], at=at(2, 10))
    end_subscription(subscriptions[1], at=at(3, 10))
    night()
    assert series("churn_rate", "2025-02-01", "2025-04-01", "month") == [Decimal("0.25"), Decimal("0.333333")]
    assert series("churn_rate", *YEAR, "year") == [Decimal("0.5")]


def test_the_first_purchase_or_first_mrr_makes_a_customer_whichever_is_earlier() -> None:
    buyer, both, on_trial = make_customer(), make_customer(), make_customer()
    make_order(10, customer=buyer, placed_at=at(4, 2))
    make_order(10, customer=both, placed_at=at(5, 2))
    subscribe(both, 10, since=at(4, 20))
    subscribe(on_trial, 10, since=at(4, 1), trial_ends_at=at(6, 1))
    night()
    assert months("new_customers", 4, 6) == [2, 0, 1]


def test_a_day_in_the_calendar_holds_each_fact_once() -> None:
    subscribe(make_customer(), 10, since=at(1, 1))
    night()
    state = MeasureState.objects.get(key="mrr_movements")
    assert [(f.day, f.value) for f in Fact.objects.filter(measure=state.pk)] == [(date(2025, 1, 1), 10_000_000)]


def test_a_running_month_counts_what_has_happened() -> None:
    """On 11 June 2025 a subscription that is to end on the 20th still stands, for every door and in its rows."""
    with time_machine.travel("2025-06-11T10:00Z"):
        subscription = subscribe(make_customer(), 50, since=at(1, 1))
        request_cancel(subscription, at=at(6, 2), effective_at=at(6, 20))
        night()
        june = question("mrr", "2025-06-01", "2025-07-01")
        assert june.answer().total[0].value == 50
        assert june.answer().total[0].status == "partial"
        assert sum(row.contribution for row in june.every_row(june.components()[0])) == 50
