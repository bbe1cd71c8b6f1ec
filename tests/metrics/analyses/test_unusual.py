"""Which numbers strayed, on pasts told by hand and on deals counted by hand."""

from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from customers.models import User
from metrics.analyses.unusual import FALSE, rank
from metrics.kpis import lifecycle, sales
from metrics.mathematics.anomalies import surprise
from metrics.measures.sales import DealsClosed
from tests.makers import make_pipeline
from tests.metrics.analyses.asked import file, find, page, printed
from tests.metrics.analyses.months import past, won
from tests.metrics.asked import settle

pytestmark = pytest.mark.usefixtures("mid_month")

CALM = [10.0, 12.0, 11.0, 9.0, 10.0, 12.0, 8.0, 11.0, 10.0, 12.0]  # 105 in ten months


def test_the_last_value_is_held_against_the_mean_of_those_before() -> None:
    told = surprise([*CALM, 30.0])
    assert told is not None
    assert (told.expected, told.n, told.is_up) == (10.5, 10, True)
    assert told.chance < 0.000_001


def test_where_they_surely_rise_it_is_held_against_their_line() -> None:
    told = surprise([1, 2, 3, 4, 5, 6, 7, 8.1, 9, 10, 11])
    assert told is not None
    assert told.expected == pytest.approx(11.03, abs=0.01)
    assert told.chance > 0.3


@pytest.mark.parametrize("values", [[], [None], [1.0, 2.0, 3.0], [5.0] * 12, [*CALM, None]])
def test_nothing_is_said_of_too_few_of_still_or_of_missing_values(values: list[float | None]) -> None:
    assert surprise(values) is None


def test_they_are_ranked_and_the_chance_counts_how_many_were_looked_at() -> None:
    pasts = [past(sales.WonRevenue, [*CALM, 11.0]), past(sales.DealsWon, [*CALM, 30.0])]
    first, second = rank(pasts)
    assert (first.past.kpi, first.verdict, first.is_unusual) == (
        sales.DealsWon,
        "unusually high, for the better",
        True,
    )
    assert first.adjusted == pytest.approx(2 * first.surprise.chance)
    assert not second.is_unusual
    assert second.adjusted > FALSE


def test_up_is_worse_where_less_is_better() -> None:
    one = rank([past(lifecycle.ChurnRate, [*CALM, 30.0])])[0]
    assert one.verdict == "unusually high, for the worse"


def test_a_share_of_few_rows_is_never_judged() -> None:
    assert rank([past(sales.WinRate, [*CALM, 30.0], n=29)]) == []
    assert len(rank([past(sales.WinRate, [*CALM, 30.0], n=30)])) == 1
    assert len(rank([past(sales.DealsWon, [*CALM, 30.0], n=3)])) == 1  # a count is exact however small


@pytest.fixture
def jump(owner: User, colleague: User) -> None:
    """The colleague wins about 100 a month, and 5,000 last month; the owner always about 100."""
    make_pipeline(is_default=True)
    for ago in range(12, 0, -1):
        won(owner, 100 + ago % 3, ago, day=1)
        won(colleague, 5_000 if ago == 1 else 100 + ago % 2, ago, day=1)
    settle(DealsClosed)


@pytest.mark.django_db
def test_every_door_ranks_the_same(
    jump: None, manager: User, staff: Callable[[User], Client], api: Callable[[User], APIClient]
) -> None:
    over_api = api(manager).get("/api/v1/analyses/unusual/").json()
    table = over_api["tables"][0]
    assert table["rows"][0]["number"] in ("Won revenue", "Average won deal")
    assert "Won revenue" in [row["number"] for row in table["rows"]]
    assert printed("unusual")["tables"][0]["rows"] == table["rows"]
    assert [line[0] for line in file(staff(manager), "unusual", "unusual")[1:]] == [r["number"] for r in table["rows"]]
    assert "unusually high, for the better" in page(staff(manager), "unusual")


@pytest.mark.django_db
def test_what_is_usual_in_ones_own_records_is_usual(jump: None, owner: User) -> None:
    assert "Won revenue" not in [row[0].words for row in find("unusual", owner).tables[0].rows]


@pytest.mark.django_db
def test_an_empty_house_says_what_is_needed() -> None:
    settle(DealsClosed)
    assert find("unusual").refusal == "Nothing yet. It needs some months that are settled."
