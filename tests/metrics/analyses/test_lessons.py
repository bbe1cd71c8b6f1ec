"""What models learn of rows drawn once and for all, and who is told what of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from customers.choices import Role
from customers.models import User
from metrics.analyses import lessons
from metrics.analyses.learning import learn_all
from metrics.analyses.leaving import Leaving
from metrics.analyses.subscribers import past_of
from metrics.analyses.values import CustomerValues
from metrics.mathematics.enough import TooFew
from metrics.measures.lifecycle import ActiveCustomers, MRRMovements
from metrics.measures.marketing import LeadsConverted, LeadsCreated
from metrics.measures.support import TicketsCreated
from metrics.models import AnalysisResult, Run
from sales.models import Lead, Subscription
from sales.services.subscriptions import change_subscription, end_subscription, start_subscription
from tests.makers import make_customer, make_lead, make_ticket, make_user
from tests.metrics.analyses.asked import figures, file, find, page, printed, rows
from tests.metrics.asked import settle


def drawn(n: int = 1_000) -> tuple[dict[str, list[Any]], list[bool]]:
    """One in ten leave; of those whose colour is red, one in two. Size does not matter."""
    draw = Random(3)
    colour = [draw.choice(["red", "blue", "blue", "blue"]) for _ in range(n)]
    size = [draw.random() for _ in range(n)]
    return {"colour": colour, "size": size}, [draw.random() < (0.5 if one == "red" else 0.1) for one in colour]


def test_what_matters_is_found_and_what_does_not_may_be_chance() -> None:
    traits, happened = drawn()
    found = lessons.learned(traits, traits, happened, [i >= 700 for i in range(1_000)])
    terms = {lessons.in_words(term, {"size": "one more of size"}): term for term in found["terms"]}
    assert set(terms) == {"colour red, against blue", "one more of size"}
    assert terms["colour red, against blue"]["is_sure"]
    assert not terms["one more of size"]["is_sure"]
    assert found["leaves"][0]["rules"][0] in ("colour is red", "colour is not blue")
    assert found["honesty"]["n"] == 300
    assert found["honesty"]["auc"] > 0.6
    assert "it is better than saying the same rate of everybody" in lessons.trust(found, "rows")


def test_noise_is_called_noise() -> None:
    traits, _ = drawn()
    draw = Random(5)
    happened = [draw.random() < 0.3 for _ in range(1_000)]
    found = lessons.learned(traits, traits, happened, [i >= 700 for i in range(1_000)])
    assert "Do not rely on it." in lessons.trust(found, "rows")


def test_too_few_are_refused() -> None:
    traits, happened = drawn(60)
    with pytest.raises(TooFew):
        lessons.learned(traits, traits, happened, [i >= 40 for i in range(60)])


def test_of_several_limits_the_narrowest_is_said() -> None:
    rules = ["MRR at most 500", "plan is not no", "MRR at most 90", "segment is not A", "segment is not B"]
    assert lessons.shortest(rules) == ["MRR at most 90", "plan is yes", "segment is not A", "segment is not B"]


@pytest.mark.django_db
def test_the_past_of_a_subscriber_is_what_was_known_on_the_day() -> None:
    """Ada begins at 64, has two tickets in March, goes down to 32 in April and leaves in June."""

    def at(month: int, day: int = 1) -> datetime:
        return datetime(2025, month, day, 12, tzinfo=UTC)

    ada = make_customer("Ada", segment="small")
    made = start_subscription(Subscription(customer=ada, price=Decimal(64)), at=at(1))
    for day in (3, 20):
        make_ticket(customer=ada, created_at=at(3, day))
    change_subscription(made, price=Decimal(32), at=at(4))
    end_subscription(made, at=at(6))
    settle(ActiveCustomers, MRRMovements, TicketsCreated)
    past = past_of(date(2025, 7, 1), {})
    march = past.traits(ada.pk, date(2025, 3, 10))
    assert (march["size of MRR"], march["tickets of 90 days"], march["less MRR lately"]) == (6, 1, 0)
    may = past.traits(ada.pk, date(2025, 5, 1))
    assert (may["size of MRR"], may["tickets of 90 days"], may["less MRR lately"], may["segment"]) == (
        5,
        2,
        1,
        "small",
    )
    assert past.there(date(2025, 6, 1)) == [ada.pk]
    assert past.there(date(2025, 6, 2)) == []
    assert past.leaves(ada.pk, date(2025, 4, 1), timedelta(days=90))
    assert not past.leaves(ada.pk, date(2025, 2, 1), timedelta(days=90))


@pytest.fixture
def learned(owner: User, colleague: User) -> dict[str, int]:
    """Ada of the owner and Bob of the colleague are likely to leave, Eve is not; Dan has not bought for long."""
    make_lead(created_at=datetime(2024, 1, 1, tzinfo=UTC))
    settle(LeadsCreated, LeadsConverted)
    run = Run.objects.get()
    who = {
        name: make_customer(name, owner=owner if name in "Ada Eve" else colleague).pk
        for name in ("Ada", "Bob", "Eve", "Dan")
    }
    term = {
        "trait": "size of MRR",
        "word": "",
        "against": "",
        "weight": -0.7,
        "low": -1.0,
        "high": -0.4,
        "is_sure": True,
    }
    test: dict[str, Any] = {"n": 40, "hits": 4, "auc": 0.7, "brier": 0.08, "guessing": 0.09, "is_useful": True}
    test["bins"] = [{"said": 0.1, "hits": 4, "n": 40}]
    reasons = [
        {"words": "the term ends within 90 days", "family": "sales"},
        {"words": "3 tickets in the last 90 days", "family": "support"},
    ]
    subscribers = [
        {"customer": who["Ada"], "mrr": 100.0, "chance": 0.4, "reasons": reasons},
        {"customer": who["Bob"], "mrr": 10.0, "chance": 0.5, "reasons": []},
        {"customer": who["Eve"], "mrr": 500.0, "chance": 0.1, "reasons": reasons},
    ]
    found = {"n": 100, "hits": 10, "base": 0.0, "terms": [term], "honesty": test, "tree": test, "leaves": []}
    AnalysisResult.objects.create(analysis=Leaving.key, run=run, found={**found, "customers": subscribers})
    buyer = {"bought": 9, "last": "2025-01-01", "pace": 30.0, "spent": 900.0, "spend": 100.0, "purchases": 2.0}
    bought = [{**buyer, "customer": who["Dan"], "alive": 0.5, "value": 200.0}]
    of_buying = {"n": 300, "repeaters": 200, "margin": None, "discount": 0.1, "correlation": 0.0, "of_new": 1.0}
    held = {"refusal": "too few."}
    made = {**of_buying, "held_out": held, "customers": bought}
    AnalysisResult.objects.create(analysis=CustomerValues.key, run=run, found=made)
    return who


@pytest.mark.django_db
def test_who_is_at_risk_comes_with_a_reason_and_what_is_at_stake(learned: dict[str, int]) -> None:
    """Ada 0.4 of 1,200; Dan 0.5 of 400; Bob 0.5 of 120. Eve leaves no likelier than usual."""
    found = find("customers_at_risk")
    told = rows(found, "customers")
    assert [(row[0], row[2], row[3], row[4]) for row in told] == [
        ("Ada", 0.4, 1_200, 480),
        ("Dan", 0.5, 400, 200),
        ("Bob", 0.5, 120, 60),
    ]
    assert told[0][1] == "The term ends within 90 days, and 3 tickets in the last 90 days."
    assert told[1][1].startswith("Used to buy every 30 days, and last did ")
    assert told[2][1] == "Leaves with 5.0 times the usual chance."
    assert figures(found) == {"stake": 1_720, "expected": 740}


@pytest.mark.django_db
def test_a_reason_from_records_one_may_not_see_is_not_told(learned: dict[str, int], owner: User) -> None:
    """A rep sees no tickets, and only customers of their own."""
    assert [row[:2] for row in rows(find("customers_at_risk", owner), "customers")] == [
        ["Ada", "The term ends within 90 days."]
    ]
    assert [row[0] for row in rows(find("leaving", owner), "customers")] == ["Ada", "Eve"]


@pytest.mark.django_db
def test_every_door_says_the_same(
    learned: dict[str, int],
    manager: User,
    agent: User,
    staff: Callable[[User], Client],
    api: Callable[[User], APIClient],
) -> None:
    for key in ("leaving", "customers_at_risk"):
        told = api(manager).get(f"/api/v1/analyses/{key}/").json()
        at_the_command_line = printed(key)
        for part in ("n", "honesty", "figures", "tables"):
            assert told[part] == at_the_command_line[part]
        saved = file(staff(manager), key, "customers")
        assert saved[1][1] in page(staff(manager), key)
        assert [line[1] for line in saved[1:]] == [row["customer"]["name"] for row in told["tables"][-1]["rows"]]
        assert staff(agent).get(f"/kpis/analyses/{key.replace('_', '-')}/").status_code == 404


@pytest.mark.django_db
def test_with_too_few_the_pages_say_why(manager: User, staff: Callable[[User], Client]) -> None:
    assert "This is worked out after the night." in page(staff(manager), "customers_at_risk")
    make_lead(created_at=datetime(2024, 1, 1, tzinfo=UTC))
    settle(LeadsCreated, LeadsConverted)
    learn_all()
    assert "Nobody subscribed a quarter ago." in page(staff(manager), "leaving")
    assert "Nobody subscribed a quarter ago. This needs at least 200 customers" in page(
        staff(manager), "customers_at_risk"
    )
    assert "No lead has had its 90 days." in page(staff(manager), "converting")


@pytest.fixture
def leads(owner: User, colleague: User) -> None:
    """Of 120 leads of last spring every other from the fair pays, and one in six of the others; three are open now."""
    today = datetime.now(UTC)
    for i in range(120):
        at = today - timedelta(days=300 - i)
        source, pays = ("Fair", i % 4 == 0) if i % 2 == 0 else ("Web", i % 12 == 1)
        paid = {"converted_at": at + timedelta(days=9), "customer": make_customer()} if pays else {}
        make_lead(created_at=at, lead_source=source, **paid)
    for name, source, user in (
        ("Open fair", "Fair", owner),
        ("Open web", "Web", owner),
        ("Not mine", "Fair", colleague),
    ):
        make_lead(name=name, created_at=today - timedelta(days=9), lead_source=source, owner=user)
    settle(LeadsCreated, LeadsConverted)
    learn_all()


@pytest.mark.django_db
def test_open_leads_are_ordered_by_what_happened_to_their_like(
    leads: None, owner: User, api: Callable[[User], APIClient]
) -> None:
    found = find("converting")
    assert figures(found)["rate"] == pytest.approx(40 / 120)
    told = rows(found, "leads")
    assert [row[0] for row in told] == ["Open fair", "Not mine", "Open web"]
    assert told[0][4] == pytest.approx(0.5, abs=0.01)
    assert told[2][4] == pytest.approx(1 / 6, abs=0.01)
    assert rows(found, "weights")[0][0] in ("lead source Web, against Fair", "lead source Fair, against Web")
    assert [row[0] for row in rows(find("converting", owner), "leads")] == ["Open fair", "Open web"]


@pytest.mark.django_db
def test_a_lead_that_was_given_up_or_came_in_today_is_not_listed(leads: None) -> None:
    Lead.objects.filter(name="Not mine").update(disqualified_at=datetime.now(UTC))
    assert [row[0] for row in rows(find("converting"), "leads")] == ["Open fair", "Open web"]


@pytest.mark.django_db
def test_marketers_see_leads_and_no_subscribers(leads: None, marketer: User, staff: Callable[[User], Client]) -> None:
    assert "Open fair" in page(staff(marketer), "converting")
    assert staff(marketer).get("/kpis/analyses/leaving/").status_code == 404
    assert staff(make_user("nobody", Role.AGENT)).get("/kpis/analyses/converting/").status_code == 404
