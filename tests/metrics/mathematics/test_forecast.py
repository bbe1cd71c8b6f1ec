"""Forecasts say what the books say, choose what did best, and own up to how well."""

import random
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.mathematics.enough import TooFew
from metrics.mathematics.forecast import Kind, forecast, go_on
from metrics.mathematics.methods import Guess, Method


def test_the_dow_jones_as_the_book_has_it() -> None:
    """FPP 3.5: the last close is 3830, the differences' size 22.00."""
    closes = [3830 - 22.0, 3830 + 0.0, 3830 + 22.0, 3830.0]
    assert Method.SAME.go_on(closes, 1) == [Guess(3830, 22)]
    step = go_on(Method.SAME, closes, 1)[0]
    assert [round(each) for each in step.nearly_sure] == [3787, 3873]
    assert [round(each) for each in step.likely] == [3802, 3858]


def test_errors_grow_as_the_book_says() -> None:
    quarters = [10.0, 20, 30, 40, 11, 21, 31, 41, 12, 22, 32, 42]
    ago = Method.SEASON_AGO.go_on(quarters, 9, 4)
    assert [guess.value for guess in ago] == [12, 22, 32, 42, 12, 22, 32, 42, 12]
    assert [guess.deviation for guess in ago] == pytest.approx([1] * 4 + [sqrt(2)] * 4 + [sqrt(3)])
    assert [guess.deviation for guess in Method.SAME.go_on([0, 2, 0], 4)] == pytest.approx([2, sqrt(8), sqrt(12), 4])
    drift = Method.DRIFT.go_on([0, 1, 2, 4], 2)
    assert [guess.value for guess in drift] == pytest.approx([16 / 3, 20 / 3])


def months(n: int, seed: int = 1) -> list[float]:
    noise = random.Random(seed)
    return [200 + 3 * i + (60 if i % 12 == 11 else 0) + noise.gauss(0, 5) for i in range(n)]


def test_a_season_is_found_where_there_is_one() -> None:
    found = forecast(months(48), 12, season=12)
    assert found.method.is_seasonal
    assert found.score.error < 0.5
    assert [score.error for score in found.scores] == sorted(score.error for score in found.scores)
    assert found.steps[11].value > found.steps[10].value + 40
    assert found.steps[0].nearly_sure.holds(200 + 3 * 48)


def test_no_season_before_two_full_ones_and_three_trials() -> None:
    assert {score.method for score in forecast(months(26), 3, season=12).scores} == {
        Method.SAME, Method.DRIFT, Method.LEVEL, Method.SLOPE
    }  # fmt: skip
    assert len(forecast(months(27), 3, season=12).scores) == 7


def test_its_own_words_on_how_often_the_bands_held() -> None:
    found = forecast(months(60), 1, season=12)
    assert found.score.trials == 8
    assert found.score.held_80 * 8 == round(found.score.held_80 * 8)
    assert found.score.held_95 >= found.score.held_80


def test_the_bands_hold_about_as_often_as_they_say() -> None:
    """A hundred random walks, one step on: 80 and 95 of each hundred, give or take."""
    held_80 = held_95 = 0
    for seed in range(100):
        noise = random.Random(seed)
        walk = [0.0]
        for _ in range(30):
            walk.append(walk[-1] + noise.gauss(0, 1))
        step = go_on(Method.SAME, walk[:-1], 1)[0]
        held_80 += step.likely.holds(walk[-1])
        held_95 += step.nearly_sure.holds(walk[-1])
    assert 70 <= held_80 <= 90
    assert 89 <= held_95 <= 100


def test_counts_stay_above_nothing_and_shares_between_0_and_1() -> None:
    falling = forecast([50, 40, 32, 20, 11, 3], 6, kind=Kind.COUNT)
    assert all(step.nearly_sure.low >= 0 for step in falling.steps)
    rate = forecast([0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 1.0], 6, kind=Kind.SHARE)
    assert all(0 < step.nearly_sure.low <= step.value <= step.nearly_sure.high < 1 for step in rate.steps)


def test_five_periods_are_too_few() -> None:
    with pytest.raises(TooFew, match="at least 6 settled periods; there are 5"):
        forecast([1, 2, 3, 4, 5], 1)


def test_nothing_moves_and_nothing_breaks() -> None:
    found = forecast([7.0] * 30, 3, season=12)
    assert found.method is Method.SAME
    assert [step.value for step in found.steps] == [7, 7, 7]
    assert found.steps[0].nearly_sure == (7, 7)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=6, max_size=18))
def test_every_series_has_a_forecast_inside_its_bands(values: list[int]) -> None:
    for step in forecast(values, 2, season=4, kind=Kind.COUNT).steps:
        assert 0 <= step.nearly_sure.low <= step.likely.low <= step.value <= step.likely.high <= step.nearly_sure.high
