"""What needs attention, on deals counted by hand."""

from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from customers.models import User
from metrics.measures.sales import DealsClosed
from tests.makers import make_pipeline
from tests.metrics.analyses.asked import file, find, page, printed, rows
from tests.metrics.analyses.months import won
from tests.metrics.asked import settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_month")]


@pytest.fixture
def falling(owner: User, colleague: User) -> None:
    """The owner wins 1,200, then 100 less every month; the colleague 10,000, then 1,000 more every month."""
    make_pipeline(is_default=True)
    for ago in range(12, 0, -1):
        won(owner, 100 * ago, ago, day=1)
        won(colleague, 10_000 + 1_000 * (12 - ago), ago, day=1)
    settle(DealsClosed)


def told(user: User | None = None) -> dict[str, list]:
    return {row[0]: row[1:] for row in rows(find("needs_attention", user), "pressing")}


def test_what_falls_where_more_is_better_needs_attention(falling: None, owner: User) -> None:
    found = told(owner)["Won revenue"]
    assert found[1].value == 100
    assert (found[2], found[3]) == ("Getting worse", "−€100.00")
    assert found[5] == pytest.approx(1_100 / 650)  # fell by 1,100 at a level of 650


def test_what_rises_does_not(falling: None, colleague: User) -> None:
    assert "Won revenue" not in told()
    assert "Won revenue" not in told(colleague)


def test_an_empty_house_says_what_is_needed() -> None:
    settle(DealsClosed)
    assert find("needs_attention").refusal == "Nothing yet. It needs some months that are settled."


def test_every_door_says_the_same(
    falling: None, owner: User, staff: Callable[[User], Client], api: Callable[[User], APIClient]
) -> None:
    over_api = api(owner).get("/api/v1/analyses/needs_attention/").json()["tables"][0]["rows"]
    assert "Won revenue" in [row["number"] for row in over_api]
    lines = file(staff(owner), "needs_attention", "pressing")[1:]
    assert [line[0] for line in lines] == [row["number"] for row in over_api]
    assert "Won revenue" in page(staff(owner), "needs_attention")
    assert printed("needs_attention")["tables"][0]["rows"] == []
