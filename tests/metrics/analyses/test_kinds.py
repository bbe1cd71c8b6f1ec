"""Two kinds of buyers nobody could confuse: many small purchases of late, and one large one long ago."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from rest_framework.test import APIClient

from customers.models import User
from metrics.analyses.learning import learn_all
from metrics.measures.sales import Purchases
from tests.makers import make_customer, make_order
from tests.metrics.analyses.asked import figures, file, find, page, printed, rows
from tests.metrics.asked import settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(owner: User, colleague: User) -> None:
    """12 buy four times for 10 in the last weeks, 11 once for 1,000 two years ago; the owner has one of each."""
    today = datetime.now(UTC)
    for i in range(23):
        is_small = i < 12
        seller = owner if i in (0, 12) else colleague
        customer = make_customer(f"{'Small' if is_small else 'Large'} {i}", owner=seller)
        for times in range(4 if is_small else 1):
            ago = 10 + 20 * times if is_small else 700 + i
            placed = today - timedelta(days=ago)
            make_order(10 if is_small else 1_000, customer=customer, owner=seller, placed_at=placed)
    settle(Purchases)
    learn_all()


def test_two_kinds_are_found_and_said_in_words(shop: None) -> None:
    found = find("kinds")
    assert found.n == 23
    told = rows(found, "kinds")
    assert [row[:3] for row in told] == [
        ["1: Active, often, small purchases, new", 12, pytest.approx(12 / 23)],
        ["2: Long quiet, seldom, large purchases, long with us", 11, pytest.approx(11 / 23)],
    ]
    assert [row[4:6] for row in told] == [[4, 10], [1, 1_000]]
    assert (figures(found)["silhouette"] or 0) > 0.9
    assert "The groups stand clearly apart." in found.honesty


def test_a_kind_opens_to_its_customers(shop: None) -> None:
    assert {row[0].split()[0] for row in rows(find("kinds", kind="2"), "customers")} == {"Large"}
    with pytest.raises(ValidationError):
        find("kinds", kind="3")


def test_one_sees_the_own_customers_in_kinds_of_all(
    shop: None, owner: User, agent: User, staff: Callable[[User], Client]
) -> None:
    found = find("kinds", owner)
    assert [row[1] for row in rows(found, "kinds")] == [1, 1]
    assert {row[0] for row in rows(found, "customers")} == {"Small 0", "Large 12"}
    assert staff(agent).get("/kpis/analyses/kinds/").status_code == 404


def test_every_door_says_the_same(
    shop: None, manager: User, staff: Callable[[User], Client], api: Callable[[User], APIClient]
) -> None:
    told = api(manager).get("/api/v1/analyses/kinds/").json()
    at_the_command_line = printed("kinds")
    assert (told["tables"], told["figures"]) == (at_the_command_line["tables"], at_the_command_line["figures"])
    assert len(file(staff(manager), "kinds", "customers")) == 24
    assert "Long quiet, seldom" in page(staff(manager), "kinds")


def test_a_handful_is_refused(manager: User, staff: Callable[[User], Client]) -> None:
    make_order(100)
    settle(Purchases)
    learn_all()
    assert "This needs at least 20 customers; there are 1." in page(staff(manager), "kinds")
