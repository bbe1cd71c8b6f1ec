"""Five buyers who cannot be confused, and the segments they fall into."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from rest_framework.test import APIClient

from customers.models import User
from metrics.measures.sales import Purchases
from tests.makers import make_customer, make_order
from tests.metrics.analyses.asked import file, find, page, printed, rows
from tests.metrics.asked import settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyers(owner: User, colleague: User) -> None:
    """Ada buys last, most often and for the most; each of the others a little less of all three."""
    for place, name in enumerate(("Eve", "Dan", "Cid", "Bob", "Ada")):
        seller = owner if name in ("Ada", "Eve") else colleague
        customer = make_customer(name, owner=seller)
        for times in range(place + 1):
            at = datetime(2025, 1 + place, 1 + times, 12, tzinfo=UTC)
            make_order(100, customer=customer, owner=seller, placed_at=at)
    settle(Purchases)


def test_the_best_of_all_three_is_a_champion(buyers: None) -> None:
    found = find("rfm")
    assert (found.n, found.of) == (5, "buyers")
    assert [row[:3] for row in rows(found, "customers")] == [
        ["Ada", "Champions", "555"],
        ["Bob", "Champions", "444"],
        ["Cid", "Loyal", "333"],
        ["Dan", "Need attention", "222"],
        ["Eve", "Lost", "111"],
    ]


def test_segments_count_their_customers_and_their_money(buyers: None) -> None:
    assert [row[:5] for row in rows(find("rfm"), "segments")] == [
        ["Champions", 2, 0.4, 900, 0.6],
        ["Loyal", 1, 0.2, 300, 0.2],
        ["Need attention", 1, 0.2, 200, pytest.approx(2 / 15)],
        ["Lost", 1, 0.2, 100, pytest.approx(1 / 15)],
    ]


def test_a_segment_opens_to_its_customers(buyers: None, manager: User, staff: Callable[[User], Client]) -> None:
    assert [row[0] for row in rows(find("rfm", group="Champions"), "customers")] == ["Ada", "Bob"]
    assert "/kpis/analyses/rfm/?group=Champions" in page(staff(manager), "rfm")
    with pytest.raises(ValidationError):
        find("rfm", group="Everybody")


def test_orders_of_one_day_are_one_purchase(owner: User) -> None:
    customer = make_customer("Ada")
    for net in (10, 20):
        make_order(net, customer=customer, placed_at=datetime(2025, 1, 1, 12, tzinfo=UTC))
    settle(Purchases)
    assert rows(find("rfm"), "customers")[0][4:] == [1, 30]


def test_a_rep_scores_the_own_customers(
    buyers: None, owner: User, agent: User, staff: Callable[[User], Client]
) -> None:
    assert [row[0] for row in rows(find("rfm", owner), "customers")] == ["Ada", "Eve"]
    assert staff(agent).get("/kpis/analyses/rfm/").status_code == 404


def test_every_door_says_the_same(
    buyers: None, manager: User, staff: Callable[[User], Client], api: Callable[[User], APIClient]
) -> None:
    told = api(manager).get("/api/v1/analyses/rfm/").json()
    assert told["tables"] == printed("rfm")["tables"]
    saved = file(staff(manager), "rfm", "customers")
    assert saved[0] == ["customer_id", "customer", "segment", "score", "last", "purchases", "spent"]
    assert [line[1] for line in saved[1:]] == [row["customer"]["name"] for row in told["tables"][1]["rows"]]
    assert [float(line[6]) for line in saved[1:]] == [row["spent"] for row in told["tables"][1]["rows"]]


def test_without_orders_it_says_what_to_do(manager: User, staff: Callable[[User], Client]) -> None:
    assert "It needs paid orders." in page(staff(manager), "rfm")


def test_a_long_table_is_read_page_by_page(
    manager: User, staff: Callable[[User], Client], api: Callable[[User], APIClient]
) -> None:
    for i in range(60):
        make_order(i + 1, customer=make_customer(f"Customer {i + 1:02}"))
    settle(Purchases)
    among_others = page(staff(manager), "rfm")
    assert "Customer 46" in among_others
    assert "Customer 45" not in among_others
    alone = page(staff(manager), "rfm", table="customers")
    assert "Customer 11" in alone
    assert "Customer 10" not in alone
    assert "Customer 10" in page(staff(manager), "rfm", table="customers", **{"from": "50"})
    client = api(manager)
    first = client.get("/api/v1/analyses/rfm/", {"table": "customers", "page_size": "40"}).json()
    rest = client.get(first["next"]).json()
    assert len(first["tables"][0]["rows"]) + len(rest["tables"][0]["rows"]) == first["tables"][0]["count"] == 60
    assert rest["next"] is None
    assert client.get("/api/v1/analyses/rfm/", {"table": "customers", "cursor": "x"}).status_code == 400
