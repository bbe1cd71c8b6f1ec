"""Segments by rule: what a rule may say, who fits, and who joined and left from night to night."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from customers.models import Customer, User
from metrics.measures.lifecycle import ActiveCustomers, MRRMovements
from metrics.measures.sales import Purchases
from metrics.measures.support import TicketsCreated
from metrics.models import Night, RuleSegment, Run, SegmentStay
from metrics.segments import everything_known, fitting, keep_segments, read_rule
from sales.models import Subscription
from sales.services.subscriptions import start_subscription
from tests.makers import make_customer, make_order, make_rule_segment, make_tag, make_ticket
from tests.metrics.analyses.asked import figures, file, find, page, printed, rows
from tests.metrics.asked import settle

FIRST, SECOND = date(2025, 3, 10), date(2025, 3, 11)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("", "Write at least one condition"),
        ("customers we like", "is no condition"),
        ("height at least 3", "Nothing is known as “height”. Ask for segment"),
        ("mrr is 100", "Of mrr a rule can ask at least or below."),
        ("country at least 3", "Of country a rule can ask is or is not."),
        ("mrr at least much", "mrr is a number, as in 100."),
        ("mrr at least nan", "mrr is a number, as in 100."),
        ("country is DE\nmrr above 3", "“mrr above 3” is no condition"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_in_words(rule: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said.split("(")[0]):
        read_rule(rule)


def test_all_conditions_of_a_rule_must_hold() -> None:
    known: dict[int, dict[str, Any]] = {
        1: {"country": "DE", "mrr": 100.0, "tag": ["vip", "old"]},
        2: {"country": "de", "mrr": 99.9},
        3: {"country": "US", "mrr": 500.0},
        4: {"country": ""},
    }
    assert fitting("mrr at least 100", known) == {1, 3}
    assert fitting("  Country is DE \n\n MRR below 100", known) == {2}
    assert fitting("country is not DE", known) == {3, 4}
    assert fitting("tag is VIP", known) == {1}
    assert fitting("tag is not vip", known) == {2, 3, 4}


@pytest.fixture
def house(db: None, owner: User, colleague: User) -> dict[str, Customer]:
    """Ada of the owner pays 100 a month, Bob of the colleague 40 and bought once; both are here since January."""
    start = datetime(2025, 1, 1, 12, tzinfo=UTC)
    who = {"Ada": make_customer("Ada", owner=owner, country="DE"), "Bob": make_customer("Bob", owner=colleague)}
    for name, mrr in (("Ada", 100), ("Bob", 40)):
        start_subscription(Subscription(customer=who[name], price=Decimal(mrr)), at=start)
    make_order(70, customer=who["Bob"], placed_at=datetime(2025, 3, 1, 12, tzinfo=UTC))
    make_ticket(customer=who["Ada"], created_at=datetime(2025, 3, 2, 12, tzinfo=UTC))
    who["Ada"].tags.add(make_tag("vip"))
    settle(ActiveCustomers, MRRMovements, Purchases, TicketsCreated)
    Night.objects.all().delete()
    return who


def night(day: date) -> int:
    """The night after a day is over, of which only this is left to do."""
    Night.objects.create(day=day, run=Run.objects.latest("pk"))
    return keep_segments()


def test_what_a_rule_may_ask_is_known_as_of_the_last_night(house: dict[str, Customer]) -> None:
    known = everything_known(date(2025, 3, 11))
    ada, bob = known[house["Ada"].pk], known[house["Bob"].pk]
    assert (ada["mrr"], ada["tickets of 90 days"], ada["last nps"], ada["tag"]) == (100, 1, None, ["vip"])
    assert ada["months subscribed"] == pytest.approx(2.3, abs=0.05)
    assert (bob["purchases"], bob["spent"], bob["days since purchase"]) == (1, 70, 9)
    assert "purchases" not in ada


def test_who_joins_and_leaves_is_kept_with_the_night(house: dict[str, Customer]) -> None:
    german = make_rule_segment(name="German", rule="country is DE")
    assert night(FIRST) == 1
    assert keep_segments() == 0
    Customer.objects.filter(name="Ada").update(country="AT")
    Customer.objects.filter(name="Bob").update(country="DE")
    assert keep_segments() == 0, "What changes in the day waits for the night."
    assert night(SECOND) == 2
    assert [*german.stays.values_list("customer__name", "joined_on", "left_on").order_by("pk")] == [
        ("Ada", FIRST, SECOND),
        ("Bob", SECOND, None),
    ]
    assert [*SegmentStay.objects.on(FIRST).values_list("customer__name", flat=True)] == ["Ada"]
    assert [*SegmentStay.objects.on(SECOND).values_list("customer__name", flat=True)] == ["Bob"]


@time_machine.travel(datetime(2025, 3, 12, 9, tzinfo=UTC))
def test_the_page_shows_size_over_nights_and_who_joined_or_left(house: dict[str, Customer]) -> None:
    make_rule_segment(name="Paying", rule="mrr at least 50")
    night(FIRST)
    RuleSegment.objects.update(rule="mrr at least 10")
    night(SECOND)
    found = find("segments")
    assert rows(found, "segments") == [["Paying", "mrr at least 10", 2, 1, 0, FIRST]]
    assert [(point.x - FIRST.toordinal(), point.y) for point in found.charts[0].lines[0].points] == [(0, 1), (1, 2)]
    one = find("segments", segment="Paying")
    assert figures(one) == {"size": 2, "joined": 1, "left": 0}
    assert rows(one, "members") == [["Ada", FIRST], ["Bob", SECOND]]
    assert rows(one, "moves") == [[SECOND, "Bob", "joined"]]


@time_machine.travel(datetime(2025, 3, 12, 9, tzinfo=UTC))
def test_people_see_the_customers_and_the_rules_that_are_theirs(
    house: dict[str, Customer], owner: User, agent: User
) -> None:
    make_rule_segment(name="Paying", rule="mrr at least 10")
    make_rule_segment(name="Asking", rule="tickets of 90 days at least 1")
    night(FIRST)
    assert [row[:3] for row in rows(find("segments", owner), "segments")] == [["Paying", "mrr at least 10", 1]]
    assert rows(find("segments", owner, segment="Paying"), "members") == [["Ada", FIRST]]
    assert [row[0] for row in rows(find("segments", agent), "segments")] == ["Asking"]
    with pytest.raises(ValidationError):
        find("segments", agent, segment="Paying")


@time_machine.travel(datetime(2025, 3, 12, 9, tzinfo=UTC))
def test_every_door_says_the_same(
    house: dict[str, Customer], manager: User, staff: Callable[[User], Client], api: Callable[[User], APIClient]
) -> None:
    segment = make_rule_segment(name="Paying", rule="mrr at least 10")
    night(FIRST)
    for said in ({}, {"segment": str(segment.pk)}):
        told = api(manager).get("/api/v1/analyses/segments/", said).json()
        assert told["tables"] == printed("segments", **said)["tables"]
        assert told["charts"] == printed("segments", **said)["charts"]
    assert [line[1] for line in file(staff(manager), "segments", "members", segment="Paying")[1:]] == ["Ada", "Bob"]
    assert "mrr at least 10" in page(staff(manager), "segments")


def test_segments_are_defined_on_the_staff_page_and_over_the_api(
    manager: User, owner: User, staff: Callable[[User], Client], api: Callable[[User], APIClient]
) -> None:
    door = staff(manager)
    said = {"name": "Large", "rule": "mrr above 100", "why": ""}
    assert "is no condition" in door.post(reverse("admin:metrics_rulesegment_add"), said).content.decode()
    assert door.post(reverse("admin:metrics_rulesegment_add"), {**said, "rule": "mrr at least 1"}).status_code == 302
    refused = api(manager).post("/api/v1/segments/", {"name": "Odd", "rule": "mrr is 1"}, format="json")
    assert refused.status_code == 400
    assert "at least or below" in refused.content.decode()
    made = api(manager).post("/api/v1/segments/", {"name": "German", "rule": "country is DE"}, format="json")
    assert made.status_code == 201
    assert (
        api(owner).post("/api/v1/segments/", {"name": "Mine", "rule": "country is DE"}, format="json").status_code
        == 403
    )
    assert "Define a segment in the staff site" in page(door, "segments")


def test_a_customer_who_goes_takes_their_stays_along(house: dict[str, Customer], admin: User) -> None:
    make_rule_segment(rule="country is DE")
    night(FIRST)
    lonely = make_customer("Eve", country="DE")
    night(SECOND)
    lonely.delete()
    assert SegmentStay.objects.count() == 1
    assert FIRST + timedelta(days=1) == SECOND
