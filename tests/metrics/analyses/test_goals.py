"""Goals: how far, on pace, how likely, and what they still take, counted by hand."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from rest_framework.test import APIClient

from customers.models import User
from metrics.analyses.goals import prospect_of
from metrics.measures.sales import DealsClosed
from metrics.models import Goal
from metrics.pace import pace_of
from metrics.sight import COMPANY
from sales.models import Deal
from sales.services.deals import lose_deal, open_deal, win_deal
from tests.makers import make_customer, make_goal, make_lost_reason, make_pipeline
from tests.metrics.analyses.asked import figures, file, find, page, printed, rows
from tests.metrics.asked import settle

pytestmark = pytest.mark.django_db
TODAY = date(2025, 3, 16)  # a Sunday: the 15th is settled


def closed(owner: User, day: date, *, is_won: bool = True) -> None:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    made = Deal(name=f"{day}", customer=make_customer(), amount=Decimal(100), owner=owner)
    opened = open_deal(made, at=at - timedelta(days=2))
    if is_won:
        win_deal(opened, at=at)
    else:
        lose_deal(opened, reason=make_lost_reason(), at=at)


@pytest.fixture
def march(owner: User, colleague: User) -> Iterator[Goal]:
    """In the 31 days before March 8 deals were won by the 15th day and 2 later; in March 3 so far, and 7 lost."""
    with time_machine.travel(datetime(2025, 3, 16, 6, tzinfo=UTC), tick=False):
        make_pipeline(is_default=True)
        first = date(2025, 1, 29)
        for day in (0, 2, 4, 6, 8, 10, 12, 14, 20, 30):
            closed(owner, first + timedelta(days=day))
        for day in (3, 10, 14):
            closed(owner, date(2025, 3, day))
        for _ in range(7):
            closed(colleague, date(2025, 3, 12), is_won=False)
        settle(DealsClosed)
        yield make_goal(
            name="Win twelve",
            kpi="deals_won",
            target=12,
            starts_on=date(2025, 3, 1),
            ends_on=date(2025, 3, 31),
            why="They pay for the summer.",
        )


def test_pace_is_held_against_the_share_earlier_stretches_had(march: Goal) -> None:
    """By tenths of a stretch: of 10 deals 8 fell on its first 15 days, so 9.6 of 12 were to be expected."""
    pace = pace_of(march, on=date(2025, 3, 15))
    assert pace is not None
    assert pace.actual == 3
    assert pace.share == pytest.approx(0.8, abs=0.05)
    assert pace.pace == pytest.approx(3 / (12 * pace.share))
    assert pace.landing == pytest.approx(3 / pace.share)


def test_it_is_told_in_two_words(march: Goal) -> None:
    found = prospect_of(march, sight=COMPANY, until=TODAY)
    assert (found.verdict, found.tone, found.days_left) == ("behind", "worse", 16)
    march.target = Decimal(3)
    assert prospect_of(march, sight=COMPANY, until=TODAY).verdict == "reached"
    march.starts_on = date(2025, 3, 20)
    assert prospect_of(march, sight=COMPANY, until=TODAY).verdict == "not begun"


def test_nine_more_deals_take_as_many_as_the_win_rate_says(march: Goal) -> None:
    """13 of 20 were won in the last year: 9 ÷ 0.65 = 13.8, so 14 deals."""
    found = figures(find("goals", goal=str(march.pk)))
    assert found["needed"] == 14
    assert (found["so_far"], found["target"]) == (3, 12)


def test_a_goal_that_moves_a_level_has_no_pace(march: Goal) -> None:
    march.kpi, march.target = "win_rate", Decimal("0.5")
    assert pace_of(march, on=date(2025, 3, 15)) is None
    assert prospect_of(march, sight=COMPANY, until=TODAY).chance is not None


def test_its_page_says_all_five(march: Goal, manager: User, staff: Callable[[User], Client]) -> None:
    make_goal(name="Summer", parent=None, why="Sun.")
    shown = " ".join(staff(manager).get(f"/kpis/goals/{march.pk}/").content.decode().split())
    for words in ("Deals won to 12 by 31 March 2025", "25 % of the way", "They pay for the summer.", "16 days left"):
        assert words in shown
    assert "14 at a win rate of 65 %" in shown
    assert "Goal: <a" in staff(manager).get("/kpis/deals-won/?start=2025-03-01&end=2025-04-01").content.decode()


def test_everybody_reads_it_within_what_they_may_see(
    march: Goal, owner: User, colleague: User, agent: User, staff: Callable[[User], Client]
) -> None:
    assert rows(find("goals", owner), "goals")[0][3].value == 3
    assert rows(find("goals", colleague), "goals")[0][3].value == 0
    assert find("goals", agent).refusal
    assert staff(agent).get(f"/kpis/goals/{march.pk}/").status_code == 404
    assert staff(owner).get("/kpis/goals/999999/").status_code == 404


def test_a_goal_whose_number_is_gone_is_left_out(march: Goal, manager: User, staff: Callable[[User], Client]) -> None:
    Goal.objects.filter(pk=march.pk).update(kpi="happiness")
    assert find("goals").refusal.startswith("Nothing yet. Set one under Goals")
    assert staff(manager).get(f"/kpis/goals/{march.pk}/").status_code == 404


def test_every_door_says_the_same(
    march: Goal, manager: User, staff: Callable[[User], Client], api: Callable[[User], APIClient]
) -> None:
    over_api = api(manager).get("/api/v1/analyses/goals/").json()["tables"][0]["rows"]
    assert over_api[0]["so_far"] == 3
    assert printed("goals")["tables"][0]["rows"] == over_api
    assert file(staff(manager), "goals", "goals")[1][0] == "Win twelve"
    assert "Win twelve" in page(staff(manager), "goals")
