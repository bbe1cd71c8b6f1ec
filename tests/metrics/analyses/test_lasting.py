"""Four subscriptions and four leads, and how long each lasted, counted by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from rest_framework.test import APIClient

from customers.models import User
from metrics.measures.lifecycle import ActiveBuyers, ActiveCustomers, MRRMovements
from metrics.measures.marketing import LeadsConverted, LeadsCreated
from sales.models import Subscription
from sales.services.subscriptions import end_subscription, start_subscription
from tests.makers import make_customer, make_lead, make_plan
from tests.metrics.analyses.asked import figures, file, find, page, printed, rows
from tests.metrics.asked import settle

pytestmark = pytest.mark.django_db

NEW_YEAR = datetime(2024, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def lives(owner: User, colleague: User) -> None:
    """Ada stays 100 days, Bob 200, Eve 300, and Dan is still here. The owner looks after Ada and Bob."""
    for name, days, seller in (
        ("Ada", 100, owner),
        ("Bob", 200, owner),
        ("Eve", 300, colleague),
        ("Dan", 0, colleague),
    ):
        customer = make_customer(name, owner=seller, segment="small" if days else "large")
        made = Subscription(customer=customer, price=Decimal(10), owner=seller, plan=make_plan())
        started = start_subscription(made, at=NEW_YEAR)
        if days:
            end_subscription(started, at=NEW_YEAR + timedelta(days=days))
    settle(ActiveCustomers, ActiveBuyers, MRRMovements)


@pytest.fixture
def leads(owner: User, colleague: User) -> None:
    """Of four leads one pays after 10 days and one after 40; two are still waiting."""
    for days, seller in ((10, owner), (40, colleague), (0, owner), (0, colleague)):
        became = {"converted_at": NEW_YEAR + timedelta(days=days), "customer": make_customer()} if days else {}
        make_lead(created_at=NEW_YEAR, owner=seller, **became)
    settle(LeadsCreated, LeadsConverted)


def test_half_the_customers_stay_two_hundred_days(lives: None) -> None:
    found = find("lifetimes")
    assert found.n == 4
    assert figures(found)["median"] == 200
    assert figures(found)["ended"] == 3
    assert rows(found, "groups")[-1][:4] == ["All", 4, 3, 200]
    assert rows(found, "groups")[-1][6:] == pytest.approx([1, 0.75, 0.25, 0.25])


def test_the_curve_falls_where_somebody_left(lives: None) -> None:
    line = find("lifetimes").charts[0].lines[0]
    assert [round(point.y or 0, 2) for point in line.points][:4] == [1, 0.75, 0.5, 0.25]
    assert [round(point.x * 365.25 / 12) for point in line.points][1:4] == [100, 200, 300]


def test_groups_too_small_to_tell_stand_only_in_all(lives: None) -> None:
    found = find("lifetimes", by="segment")
    assert [row[0] for row in rows(found, "groups")] == ["All"]
    assert "2 smaller groups stand only in All" in found.tables[0].note


def test_people_see_the_lives_of_their_own_customers(lives: None, owner: User) -> None:
    found = find("lifetimes", owner)
    assert (found.n, figures(found)["median"]) == (2, 100)


def test_half_the_leads_convert_within_forty_days(leads: None) -> None:
    found = find("conversion_times")
    assert (found.n, found.of) == (4, "leads")
    assert figures(found) == {"median": 40, "half": 10, "ninety": 0.5}
    assert rows(found, "groups")[-1][6:] == pytest.approx([0, 0.25, 0.5, 0.5, 0.5])


def test_a_rep_sees_the_own_leads(leads: None, owner: User, agent: User) -> None:
    assert find("conversion_times", owner).n == 2


def test_every_door_says_the_same(
    leads: None, lives: None, manager: User, staff: Callable[[User], Client], api: Callable[[User], APIClient]
) -> None:
    for key in ("lifetimes", "conversion_times"):
        told = api(manager).get(f"/api/v1/analyses/{key}/").json()
        at_the_command_line = printed(key)
        for part in ("n", "honesty", "figures", "charts", "tables"):
            assert told[part] == at_the_command_line[part]
        saved = file(staff(manager), key, "groups")
        assert saved[1] == ["" if cell is None else str(cell) for cell in told["tables"][0]["rows"][0].values()]
        assert told["honesty"].replace("'", "&#x27;") in page(staff(manager), key)


def test_without_any_the_pages_say_what_to_do(manager: User, staff: Callable[[User], Client]) -> None:
    assert "It needs customers who came before the last night." in page(staff(manager), "lifetimes")
    assert "It needs leads that came in before the last night." in page(staff(manager), "conversion_times")
