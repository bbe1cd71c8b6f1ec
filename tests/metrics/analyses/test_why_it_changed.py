"""Why a number changed, on deals of two months counted by hand."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from rest_framework.test import APIClient

from customers.models import User
from metrics.measures.sales import DealsClosed
from tests.makers import make_pipeline
from tests.metrics.analyses.asked import figures, file, find, page, printed, rows
from tests.metrics.analyses.months import month, won
from tests.metrics.asked import settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_month")]


@pytest.fixture
def deals(owner: User, colleague: User) -> None:
    """The owner won 1 of 2, then 3 of 3; the colleague 2 of 2, then 1 of 4.

    In all 3 of 4 (75 %), then 4 of 7 (57.1 %): −17.86 points. Mean of the two: 66.07 %.
    Owner: rate ½(1/2 + 3/7) · (1 − 1/2) = +23.21 points.
    Colleague: rate ½(1/2 + 4/7) · (1/4 − 1) = −40.18 points.
    """
    make_pipeline(is_default=True)
    for ago, who, wins, losses in ((2, owner, 1, 1), (2, colleague, 2, 0), (1, owner, 3, 0), (1, colleague, 1, 3)):
        for i in range(wins + losses):
            won(who, 100 * (i + 1), ago, is_won=i < wins)
    settle(DealsClosed)


def days() -> dict[str, str]:
    last, before = month(1), month(2)
    return {
        "start": last.start.isoformat(),
        "end": last.end.isoformat(),
        "against": f"{before.start}/{before.end}",
        "by": "owner",
    }


def test_a_sum_changes_by_what_each_part_brings(deals: None) -> None:
    """The owner won 100, then 100 + 200 + 300; the colleague 100 + 200, then 100."""
    found = find("why_it_changed", kpi="won_revenue", **days())
    assert [(row[0], row[1], row[2], row[3]) for row in rows(found, "parts")] == [
        ("owner", 100, 600, 500),
        ("colleague", 300, 100, -200),
    ]
    assert figures(found)["change"] == 300


def test_a_share_changes_by_rate_and_mix_that_sum_to_the_change(deals: None) -> None:
    found = find("why_it_changed", kpi="win_rate", **days())
    told = {row[0]: row[1:] for row in rows(found, "parts")}
    assert told["owner"][:2] == [0.5, 1.0]
    assert told["owner"][3] == pytest.approx(0.232143, abs=1e-6)
    assert told["colleague"][3] == pytest.approx(-0.401786, abs=1e-6)
    assert sum(row[2] for row in told.values()) == pytest.approx(4 / 7 - 3 / 4)
    assert figures(found)["change"] == pytest.approx(4 / 7 - 3 / 4)
    assert "The parts sum to the change exactly." in found.honesty


def test_each_term_of_the_formula_adds_its_part(deals: None) -> None:
    """3 ÷ 4 → 4 ÷ 7. One more win first: +25 points, or last: +1/7; three more deals: the rest."""
    found = rows(find("why_it_changed", kpi="win_rate", **days()), "terms")
    assert [row[:3] for row in found] == [
        ["number of deals closed (won)", 3, 4],
        ["number of deals closed", 4, 7],
    ]
    assert found[0][3] == pytest.approx((1 / 4 + 1 / 7) / 2)
    assert found[0][3] + found[1][3] == pytest.approx(4 / 7 - 3 / 4)


def test_without_days_it_is_the_last_month_against_the_one_before(deals: None) -> None:
    assert figures(find("why_it_changed", kpi="won_revenue", by="owner"))["change"] == 300


def test_what_does_not_add_up_is_not_divided(deals: None) -> None:
    found = find("why_it_changed", kpi="sales_cycle_median", **days())
    assert found.refusal or "do not add up over members" in found.remarks[0]


def test_nothing_to_compare_is_said(deals: None) -> None:
    earlier = month(9)
    found = find("why_it_changed", kpi="win_rate", **{**days(), "against": f"{earlier.start}/{earlier.end}"})
    assert found.refusal.startswith("There is no value in one of the two stretches of days")


def test_people_see_why_their_own_number_changed(deals: None, owner: User) -> None:
    found = find("why_it_changed", owner, kpi="won_revenue", **days())
    assert [row[0] for row in rows(found, "parts")] == ["owner"]


def test_wrong_words_are_named(deals: None) -> None:
    with pytest.raises(ValidationError, match="first day and the day after"):
        find("why_it_changed", kpi="win_rate", against="yesterday")
    with pytest.raises(ValidationError, match="cannot be cut by weather"):
        find("why_it_changed", kpi="win_rate", by="weather")


def test_every_door_says_the_same(
    deals: None, manager: User, staff: Callable[[User], Client], api: Callable[[User], APIClient]
) -> None:
    said = {"kpi": "won_revenue", **days()}
    over_api = api(manager).get("/api/v1/analyses/why_it_changed/", said).json()
    told = [row["adds"] for row in over_api["tables"][0]["rows"]]
    assert told == [500, -200]
    assert [row["adds"] for row in printed("why_it_changed", **said)["tables"][0]["rows"]] == told
    assert [float(line[3]) for line in file(staff(manager), "why_it_changed", "parts", **said)[1:]] == told
    assert "€500.00" in page(staff(manager), "why_it_changed", **said)


def test_the_page_of_a_number_shows_a_bridge_that_closes(
    deals: None, manager: User, staff: Callable[[User], Client]
) -> None:
    address = "/kpis/won-revenue/?period=last_month&by=owner"
    shown = " ".join(staff(manager).get(address).content.decode().split())
    assert "Why it changed: +€300.00" in shown
    assert "The parts sum to the change exactly." in shown
