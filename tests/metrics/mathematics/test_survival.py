"""The Kaplan-Meier curve agrees with printed examples, ties, late entries and all."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.mathematics.survival import Curve, kaplan_meier
from tests.imports.sets import SETS, needs

# The Multicenter AIDS Cohort Study: years from infection to AIDS (-) or last visit (+), then to the first visit.
AGES = """
7.575+4.575 6.75+3.75 5.986+2.986 5.97+2.97 5.928+2.928 4.688-2.78 5.626+2.626 5.611+2.611 5.55+2.55
5.347+2.347 3.842+2.175 3.655-2.094 3.062-2.089 5.042+2.042 4.653+1.736 2.729-1.616 4.564+1.564 2.897-1.561
4.556+1.556 2.024-1.497 2.4-1.467 3.043-1.363 4.3+1.3 1.169-0.919 3.863+0.863 3.811+0.811 3.788+0.788
3.772+0.772 1.894-0.747 1.951-0.642 3.462+0.462 3.336+0.336 1.125+0.292 1.258-0.266 3.258+0.258 3.202+0.202
3.186+0.186 0.973-0.164 3.128+0.128 1.794-0.097 0.962-0.067 1.255-0.05 2.941+0 1.619-0 2.897+0 1.619-0 2.456-0
1.752-0 2.798+0 2.769+0 0.791-0 2.753+0 2.72+0 1.881+0 2.714+0 1.322-0 2.658+0 1.216-0 0.269-0 2.5-0 2.336+0
2.131+0 2.103+0 0.086+0 2.064+0 2.059+0 1.107-0 0.067+0 1.616+0 1.431+0 1.47+0 0.82-0 0.989+0 0.578+0 0.489+0
0.403+0 0.35+0 0.153+0
"""


def curve(written: str) -> Curve:
    """From the way the books write them: 9 ended, 9+ still went on."""
    marks = written.split()
    return kaplan_meier([float(mark.rstrip("+")) for mark in marks], [not mark.endswith("+") for mark in marks])


def shares(found: Curve, places: int) -> list[float]:
    return [round(step.share, places) for step in found.steps]


def test_bewick_2004() -> None:
    found = curve("1 1 4 5 6+ 9 9+ 22")
    assert shares(found, 3) == [0.75, 0.625, 0.5, 0.333, 0]
    assert [(step.at_risk, step.ended) for step in found.steps] == [(8, 2), (6, 1), (5, 1), (3, 1), (1, 1)]
    assert (found.n, found.ended, found.median) == (8, 6, 5)


def test_the_limits_of_the_glioma_controls() -> None:
    found = curve("34 32 9 19 50+ 48+")
    assert shares(found, 3) == [0.833, 0.667, 0.5, 0.333]
    assert [round(step.low, 4) for step in found.steps] == [0.2731, 0.1946, 0.1109, 0.0461]
    assert [round(step.high, 3) for step in found.steps] == [0.975, 0.904, 0.804, 0.676]


def test_freireich_1963() -> None:
    treated = curve("6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+")
    assert shares(treated, 4) == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert treated.median == 23
    placebo = curve("1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23")
    assert round(placebo.at(10), 3) == 0.381
    assert placebo.median == 8


def test_those_who_came_into_sight_late_count_from_then_on() -> None:
    ages = AGES.split()
    ended = ["-" in age for age in ages]
    pairs = [tuple(map(float, age.replace("-", "+").split("+"))) for age in ages]
    found = kaplan_meier([to for to, _ in pairs], ended, [since for _, since in pairs])
    assert len(ages) == 78
    assert round(found.at(0.791), 7) == 0.9540043


def test_how_long_the_customers_of_a_telephone_company_stay() -> None:
    needs("telco")
    with next((SETS / "telco").glob("*.csv")).open() as file:
        rows = list(csv.DictReader(file))
    found = kaplan_meier([float(row["tenure"]) for row in rows], [row["Churn"] == "Yes" for row in rows])
    assert [round(found.at(month), 6) for month in (1, 12, 24, 36, 48, 60, 72)] == [
        0.945961, 0.843200, 0.788736, 0.748545, 0.708840, 0.664404, 0.592790
    ]  # fmt: skip
    assert found.median is None


def test_the_mean_within_a_horizon_is_the_area_below() -> None:
    found = curve("2 4 6+")
    assert found.restricted_mean(4) == pytest.approx(2 + 2 * 2 / 3)
    assert found.restricted_mean(3) == pytest.approx(2 + 2 / 3)
    assert found.restricted_mean() == pytest.approx(2 + 2 * 2 / 3 + 2 / 3)


def test_what_ended_at_once_counts() -> None:
    assert curve("0 0 5 5+").at(0) == 0.5
    late = kaplan_meier([3, 5, 5], [True, True, False], [3, 0, 0])  # The first was never seen going on.
    assert (late.n, late.at(4), late.at(5)) == (2, 1, 0.5)


def test_nothing_watched_is_an_empty_curve() -> None:
    found = kaplan_meier([], [])
    assert (found.steps, found.at(3), found.median, found.restricted_mean()) == ((), 1.0, None, 0.0)


@given(st.lists(st.tuples(st.integers(1, 50), st.booleans()), min_size=1))
def test_a_curve_only_falls_and_holds_its_interval(rows: list[tuple[int, bool]]) -> None:
    found = kaplan_meier([lasted for lasted, _ in rows], [ended for _, ended in rows])
    levels = [1.0, *(step.share for step in found.steps)]
    assert levels == sorted(levels, reverse=True)
    assert all(0 <= step.low <= step.share <= step.high <= 1 for step in found.steps)


@given(st.lists(st.integers(1, 50), min_size=1))
def test_when_all_have_ended_the_mean_is_the_plain_mean(lasted: list[int]) -> None:
    found = kaplan_meier(lasted, [True] * len(lasted))
    assert found.restricted_mean() == pytest.approx(sum(lasted) / len(lasted))
    assert found.at(10) == pytest.approx(sum(each > 10 for each in lasted) / len(lasted))
