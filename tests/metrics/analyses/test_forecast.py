"""What comes next, on months counted by hand."""

from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from customers.models import User
from metrics.analyses.outlook import look_ahead
from metrics.kpis import sales
from metrics.measures.sales import DealsClosed
from metrics.periods import Grain, short
from tests.makers import make_pipeline
from tests.metrics.analyses.asked import file, find, page, printed, rows
from tests.metrics.analyses.months import month, past, won
from tests.metrics.asked import settle

pytestmark = pytest.mark.usefixtures("mid_month")


@pytest.fixture
def growing(owner: User) -> None:
    """100 was won ten months ago, 200 nine months ago, up to 1,000 last month."""
    make_pipeline(is_default=True)
    for ago in range(10, 0, -1):
        won(owner, 100 * (11 - ago), ago, day=1)
    settle(DealsClosed)


@pytest.mark.django_db
def test_a_straight_line_goes_on_with_the_running_month_first(growing: None) -> None:
    found = rows(find("forecast", kpi="won_revenue"), "steps")
    assert [row[0] for row in found] == [short(month(-i).start, Grain.MONTH) for i in range(4)]
    assert [row[2] for row in found] == pytest.approx([1_100, 1_200, 1_300, 1_400])


@pytest.mark.django_db
def test_its_score_is_said(growing: None) -> None:
    found = find("forecast", kpi="won_revenue")
    assert "which of 4 ways missed least in 6 trials on the past" in found.honesty
    assert found.n == 10
    assert next(row[0] for row in rows(found, "ways")) == "On as so far"


def test_it_is_refused_with_a_reason_where_the_past_is_short() -> None:
    told = look_ahead(past(sales.WonRevenue, [1.0, 2.0, 3.0]))
    assert told.told is None
    assert told.refusal == "This needs at least 6 settled periods; there are 3."


def test_a_gap_ends_what_it_goes_on_from() -> None:
    told = look_ahead(past(sales.WinRate, [0.5, 0.5, 0.5, 0.5, None, 0.4, 0.5, 0.4]))
    assert told.refusal == "This needs at least 6 settled periods; there are 3, without a gap since Jun 2026."


def test_nothing_settled_is_nothing_to_go_on_from() -> None:
    assert look_ahead(past(sales.WinRate, [])).refusal == "There is nothing settled to go on from."


def test_no_band_of_a_share_leaves_0_and_1() -> None:
    told = look_ahead(past(sales.WinRate, [0.9, 0.99, 0.7, 1.0, 0.8, 1.0, 0.9, 0.99]))
    assert all(0 <= step.nearly_sure.low <= step.value <= step.nearly_sure.high <= 1 for _, step in told.steps)


def test_a_count_is_never_foretold_below_0() -> None:
    told = look_ahead(past(sales.DealsWon, [9.0, 8.0, 7.0, 5.0, 4.0, 3.0, 1.0, 0.0]))
    assert all(step.nearly_sure.low >= 0 for _, step in told.steps)


@pytest.mark.django_db
def test_every_door_says_the_same(
    growing: None, manager: User, staff: Callable[[User], Client], api: Callable[[User], APIClient]
) -> None:
    said = {"kpi": "won_revenue"}
    over_api = api(manager).get("/api/v1/analyses/forecast/", said).json()
    values = [row["value"] for row in over_api["tables"][0]["rows"]]
    assert [row["value"] for row in printed("forecast", **said)["tables"][0]["rows"]] == values
    assert [float(line[2]) for line in file(staff(manager), "forecast", "steps", **said)[1:]] == values
    assert "€1,100" in page(staff(manager), "forecast", **said)
    assert "€1,100" in staff(manager).get("/kpis/won-revenue/?grain=month").content.decode()


@pytest.mark.django_db
def test_the_page_of_a_young_number_says_why_there_is_none(owner: User, staff: Callable[[User], Client]) -> None:
    make_pipeline(is_default=True)
    won(owner, 100, 2, day=1)
    settle(DealsClosed)
    shown = staff(owner).get("/kpis/won-revenue/?grain=month").content.decode()
    assert "No forecast: This needs at least 6 settled periods; there are 2." in shown
