"""Which way a number goes, on twelve months counted by hand."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from rest_framework.test import APIClient

from customers.models import User
from metrics.analyses.past import past_of
from metrics.analyses.trends import read
from metrics.asking import ask
from metrics.kpis import lifecycle, sales
from metrics.measures.sales import DealsClosed
from metrics.periods import Grain
from tests.makers import make_pipeline
from tests.metrics.analyses.asked import figures, file, find, page, printed, rows
from tests.metrics.analyses.months import month, past, won
from tests.metrics.asked import settle

pytestmark = pytest.mark.usefixtures("mid_month")

RISING = [100.0 * i for i in range(1, 13)]


@pytest.fixture
def growing(owner: User, colleague: User) -> None:
    """Twelve months ago the owner won 100, a month later 200, last month 1,200; before and since then fragments."""
    make_pipeline(is_default=True)
    won(owner, 7, 13, day=20)  # begins in the middle of a month
    for ago in range(12, 0, -1):
        won(owner, 100 * (13 - ago), ago)
    won(colleague, 5_000, 6)
    settle(DealsClosed)


# ── What is read ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_only_whole_settled_months_are_read(growing: None) -> None:
    found = past_of(ask(sales.WonRevenue), Grain.MONTH)
    assert [period.start for period in found.periods] == [month(ago).start for ago in range(12, 0, -1)]
    assert found.numbers[0] == 100
    assert found.numbers[6] == 5_700
    assert found.open == (month(0),)


@pytest.mark.django_db
def test_a_month_without_a_value_is_a_gap_and_no_zero(owner: User) -> None:
    make_pipeline(is_default=True)
    for ago in (5, 3, 2, 1):
        won(owner, 100, ago, day=1)
    settle(DealsClosed)
    found = past_of(ask(sales.WinRate), Grain.MONTH)
    assert found.numbers == (1, None, 1, 1, 1)
    assert found.unbroken.numbers == (1, 1, 1)
    assert past_of(ask(sales.DealsWon), Grain.MONTH).numbers == (1, 0, 1, 1, 1)


@pytest.mark.django_db
def test_an_empty_house_says_what_is_missing() -> None:
    settle(DealsClosed)
    assert find("trend", kpi="won_revenue").refusal.startswith("Won revenue has 0 months settled; a trend needs five.")


# ── In plain words ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kpi", "verdict", "tone"),
    [(sales.WonRevenue, "Improving", "better"), (lifecycle.ChurnRate, "Getting worse", "worse")],
)
def test_better_comes_from_the_kpi_never_from_the_sign(kpi, verdict: str, tone: str) -> None:
    reading = read(past(kpi, RISING))
    assert (reading.verdict, reading.tone) == (verdict, tone)
    assert reading.needs_attention is (tone == "worse")


def test_the_slope_is_told_in_the_unit_people_read() -> None:
    assert (
        "it moved by +€100.00 a month, for 95 % between +€100.00 and +€100.00"
        in read(past(sales.WonRevenue, RISING)).sentences[0]
    )


def test_noise_is_called_steady() -> None:
    reading = read(past(sales.WinRate, [0.5, 0.52, 0.49, 0.51, 0.5, 0.48, 0.52, 0.5]))
    assert reading.verdict == "Steady"
    assert not reading.needs_attention
    assert reading.marks == {}


def test_a_step_beyond_the_noise_is_news_for_the_worse() -> None:
    reading = read(past(sales.WinRate, [0.5, 0.52, 0.49, 0.51, 0.5, 0.48, 0.52, 0.5, 0.2]))
    assert reading.needs_attention
    assert reading.sentences[1].startswith("Sep 2026, 20.0 %, is lower than its noise reaches (")
    assert reading.sentences[1].endswith("), for the worse.")
    assert list(reading.marks.values()) == ["beyond its noise, low, for the worse"]


def test_eight_on_another_level_are_a_shift() -> None:
    reading = read(past(sales.WinRate, [0.5, 0.52, 0.48, 0.5, 0.51, 0.49, 0.5, 0.52, 0.48] + [0.8, 0.81, 0.79] * 3))
    assert "a higher level begins, for the better" in reading.marks.values()


def test_too_few_months_say_so() -> None:
    assert read(past(sales.WinRate, [0.5, 0.6])).sentences == ["Win rate has 2 months settled; a trend needs five."]


# ── At every door ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_every_door_says_the_same(
    growing: None, manager: User, staff: Callable[[User], Client], api: Callable[[User], APIClient]
) -> None:
    said = {"kpi": "won_revenue"}
    over_api = api(manager).get("/api/v1/analyses/trend/", said).json()
    at_the_line = printed("trend", **said)
    assert over_api["figures"] == at_the_line["figures"]
    assert over_api["tables"][0]["rows"] == at_the_line["tables"][0]["rows"]
    values = [row["value"] for row in over_api["tables"][0]["rows"]]
    assert values[:2] == [1_200, 1_100]
    assert [float(line[2]) for line in file(staff(manager), "trend", "steps", **said)[1:]] == values
    assert "€5,700" in page(staff(manager), "trend", **said)


@pytest.mark.django_db
def test_people_read_the_trend_of_what_they_may_see(growing: None, owner: User) -> None:
    found = find("trend", owner, kpi="won_revenue")
    assert [row[2] for row in rows(found, "steps")] == [1_200 - 100 * i for i in range(12)]
    assert figures(found)["slope"] == pytest.approx(100)
    assert "Over your records." in found.honesty


@pytest.mark.django_db
def test_what_is_none_of_ones_business_does_not_exist(
    growing: None, agent: User, staff: Callable[[User], Client]
) -> None:
    with pytest.raises(ValidationError, match="There is no KPI 'won_revenue'"):
        find("trend", agent, kpi="won_revenue")
    answer = staff(agent).get("/kpis/analyses/trend/?kpi=won_revenue")
    assert answer.status_code == 400


@pytest.mark.django_db
def test_only_a_part_can_be_read(growing: None, colleague: User) -> None:
    found = find("trend", kpi="won_revenue", where=f"owner={colleague.pk}")
    assert [row[2] for row in rows(found, "steps")] == [0, 0, 0, 0, 0, 5_000]
    assert "Only owner colleague." in found.honesty


@pytest.mark.django_db
def test_the_page_of_a_number_says_it_in_words(growing: None, owner: User, staff: Callable[[User], Client]) -> None:
    shown = " ".join(staff(owner).get("/kpis/won-revenue/?period=last_month&grain=month").content.decode().split())
    assert '<b class="k-badge is-better">Improving</b>' in shown
    assert "Over the last 12 months it moved by +€100.00 a month" in shown


def test_the_noise_of_a_share_stays_between_0_and_1() -> None:
    reading = read(past(sales.WinRate, [0.1, 0.9, 0.1, 0.9, 0.1, 0.9]))
    assert {(one.low, one.high) for one in reading.noise if one} == {(0.0, 1.0)}
