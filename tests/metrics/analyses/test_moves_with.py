"""What moves together, on deals counted by hand."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from rest_framework.test import APIClient

from customers.models import User
from metrics.analyses.moves_with import NO_CAUSE
from metrics.mathematics.correlation import associations
from metrics.measures.sales import DealsClosed, DealsCreated
from tests.makers import make_pipeline
from tests.metrics.analyses.asked import figures, file, find, page, printed, rows
from tests.metrics.analyses.months import won
from tests.metrics.asked import settle

pytestmark = pytest.mark.usefixtures("mid_month")

MANY = [1, 3, 2, 5, 1, 4, 2, 6, 3, 1, 5, 2, 4, 1, 6, 2, 3, 5]  # deals won, month by month


@pytest.fixture
def deals(owner: User) -> None:
    """As many deals won as above, each opened five days before in the same month, for 100 each."""
    make_pipeline(is_default=True)
    for ago, many in zip(range(len(MANY), 0, -1), MANY, strict=True):
        for _ in range(many):
            won(owner, 100, ago, day=10)
    settle(DealsClosed, DealsCreated)


def test_only_pairs_of_one_number_are_tried_and_it_comes_first() -> None:
    series = {name: [float((i * step) % 7) for i in range(30)] for name, step in (("a", 3), ("b", 5), ("c", 2))}
    assert {(one.first, one.second) for one in associations(series, of="b")} == {("b", "a"), ("b", "c")}


@pytest.mark.django_db
def test_deals_opened_move_with_deals_won_in_the_same_month(deals: None) -> None:
    found = find("moves_with", **{"kpi": "deals_won", "with": "opened_deals"})
    told = {row[0]: row[1:] for row in rows(found, "moves")}
    assert told["Opened deals"][0] == "together, in the same month"
    assert told["Opened deals"][1] == pytest.approx(1.0)
    assert told["Opened deals"][7:9] == [16, "yes"]  # of 18 months the first is no whole one; 17 change 16 times
    assert figures(found)["strength"] == pytest.approx(1.0)
    assert len(found.charts[0].lines[0].points) == 16


@pytest.mark.django_db
def test_it_says_that_it_is_no_cause(deals: None) -> None:
    assert NO_CAUSE in find("moves_with", **{"kpi": "deals_won", "with": "opened_deals"}).honesty


@pytest.mark.django_db
def test_numbers_of_the_same_records_are_left_out(deals: None) -> None:
    found = find("moves_with", kpi="deals_won")
    assert "Won revenue" not in [row[0] for row in rows(found, "moves")]
    assert "counted from the same records are left out" in found.remarks[0]


@pytest.mark.django_db
def test_too_short_a_past_is_refused(owner: User) -> None:
    make_pipeline(is_default=True)
    won(owner, 100, 2, day=1)
    settle(DealsClosed, DealsCreated)
    found = find("moves_with", kpi="deals_won")
    assert found.refusal == "This needs 13 settled months of Deals won and of other numbers."


@pytest.mark.django_db
def test_only_numbers_one_may_see_are_held_against_it(deals: None, agent: User, owner: User) -> None:
    with pytest.raises(ValidationError, match="There is no KPI"):
        find("moves_with", agent, kpi="deals_won")
    shown = [row[0] for row in rows(find("moves_with", owner, kpi="deals_won"), "moves")]
    assert "Opened deals" in shown
    assert "New tickets" not in shown


@pytest.mark.django_db
def test_every_door_says_the_same(
    deals: None, manager: User, staff: Callable[[User], Client], api: Callable[[User], APIClient]
) -> None:
    said = {"kpi": "deals_won", "with": "opened_deals"}
    over_api = api(manager).get("/api/v1/analyses/moves_with/", said).json()["tables"][0]["rows"]
    assert printed("moves_with", **said)["tables"][0]["rows"] == over_api
    assert [line[0] for line in file(staff(manager), "moves_with", "moves", **said)[1:]] == [
        row["number"] for row in over_api
    ]
    assert NO_CAUSE in page(staff(manager), "moves_with", **said)
