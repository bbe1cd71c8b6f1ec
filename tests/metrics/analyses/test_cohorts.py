"""Four customers who began in January and February 2025 and what became of them, counted by hand."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from rest_framework.test import APIClient

from customers.models import User
from metrics.analyses.shape import Named
from metrics.measures.lifecycle import ActiveCustomers, MRRMovements
from metrics.measures.sales import Purchases
from tests.makers import make_customer, make_order
from tests.metrics.analyses.asked import file, find, page, printed, rows
from tests.metrics.asked import settle

pytestmark = pytest.mark.django_db


def at(month: int, day: int) -> datetime:
    return datetime(2025, month, day, 12, tzinfo=UTC)


@pytest.fixture
def shop(owner: User, colleague: User) -> None:
    """Ada (January) buys in January, February and April, Bob (January) once, Eve (February) in February and March."""
    ada, bob = make_customer("Ada", owner=owner), make_customer("Bob", owner=colleague)
    eve = make_customer("Eve", owner=owner)
    for customer, month, net, seller in (
        (ada, 1, 100, owner),
        (ada, 2, 50, owner),
        (ada, 4, 30, owner),
        (bob, 1, 300, colleague),
        (eve, 2, 80, owner),
        (eve, 3, 20, owner),
    ):
        make_order(net, customer=customer, owner=seller, placed_at=at(month, 10))
    settle(Purchases, ActiveCustomers, MRRMovements)


def first(found: Any, table: str, columns: int) -> list[list[Any]]:
    return [row[:columns] for row in rows(found, table)]


def test_a_cohort_is_followed_month_by_month(shop: None) -> None:
    found = find("cohorts", who="buyers")
    assert first(found, "customers", 6)[:2] == [
        ["Jan 2025", 2, 1.0, 0.5, 0.0, 0.5],
        ["Feb 2025", 1, 1.0, 1.0, 0.0, 0.0],
    ]
    assert first(found, "customers", 4)[2] == ["All", 3, 1.0, pytest.approx(2 / 3)]


def test_revenue_stands_beside_the_first_month(shop: None) -> None:
    found = find("cohorts", who="buyers")
    assert first(found, "revenue", 6)[0] == ["Jan 2025", 2, 1.0, 0.125, 0.0, 0.075]
    assert first(found, "revenue", 4)[1] == ["Feb 2025", 1, 1.0, 0.25]


def test_a_cohort_opens_to_its_customers(shop: None) -> None:
    found = find("cohorts", who="buyers", cohort="2025-01")
    assert [row[0] for row in rows(found, "members")] == ["Ada", "Bob"]


def test_people_follow_only_customers_they_see(shop: None, owner: User) -> None:
    found = find("cohorts", owner, who="buyers")
    assert first(found, "customers", 3) == [["Jan 2025", 1, 1.0], ["Feb 2025", 1, 1.0], ["All", 2, 1.0]]
    opened = find("cohorts", owner, who="buyers", cohort="2025-01").tables[0]
    assert [cell.words for row in opened.rows for cell in row if isinstance(cell, Named)] == ["Ada"]


def test_what_an_agent_may_not_see_does_not_exist(shop: None, agent: User, staff: Callable[[User], Client]) -> None:
    assert staff(agent).get("/kpis/analyses/cohorts/").status_code == 404
    assert "Cohorts" not in staff(agent).get("/kpis/analyses/").content.decode().split("k-catalogue")[-1]


def test_every_door_says_the_same(
    shop: None, manager: User, staff: Callable[[User], Client], api: Callable[[User], APIClient]
) -> None:
    told = api(manager).get("/api/v1/analyses/cohorts/", {"who": "buyers"}).json()
    at_the_command_line = printed("cohorts", who="buyers")
    assert told["tables"] == at_the_command_line["tables"]
    saved = file(staff(manager), "cohorts", "customers", who="buyers")
    of_the_api = [["" if cell is None else str(cell) for cell in row.values()] for row in told["tables"][0]["rows"]]
    assert saved[1:] == of_the_api
    assert "Feb 2025" in page(staff(manager), "cohorts", who="buyers")


def test_a_word_that_makes_no_sense_is_refused(shop: None, manager: User, staff: Callable[[User], Client]) -> None:
    with pytest.raises(ValidationError):
        find("cohorts", who="buyers", cohort="soon")
    assert staff(manager).get("/kpis/analyses/cohorts/?who=nobody").status_code == 400


def test_an_empty_house_says_what_to_do(manager: User, staff: Callable[[User], Client]) -> None:
    said = page(staff(manager), "cohorts")
    assert "Nothing yet. It needs customers who began in a month that is over." in said
