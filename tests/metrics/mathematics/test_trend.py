"""A trend says improving only where the noise cannot explain it, and asks for attention only where it should."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.mathematics.control import Kind, Signal
from metrics.mathematics.line import fit_line
from metrics.mathematics.seasons import seasonal_effects, without_season
from metrics.mathematics.trend import Course, read_trend

ANSCOMBE = {
    "x": [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5],
    "y": [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68],
}


def test_anscombes_line() -> None:
    line = fit_line(ANSCOMBE["x"], ANSCOMBE["y"])
    assert (round(line.intercept, 5), round(line.slope, 6)) == (3.00009, 0.500091)
    assert (round(line.slope_error, 4), round(line.chance, 5)) == (0.1179, 0.00217)
    low, high = line.slope_interval()
    assert (round(low, 4), round(high, 4)) == (0.2334, 0.7668)
    assert line.band(9).low < line.at(9) < line.band(9).high


def noisy(start: float, step: float, n: int = 24) -> list[float]:
    noise = random.Random(4)
    return [start + step * i + noise.gauss(0, 1) for i in range(n)]


@pytest.mark.parametrize(
    ("step", "better", "course"),
    [
        (1, 1, Course.IMPROVING),
        (1, -1, Course.WORSENING),
        (-1, -1, Course.IMPROVING),
        (-1, 0, Course.FALLING),
        (0, 1, Course.STEADY),
    ],
)
def test_the_course(step: float, better: int, course: Course) -> None:
    trend = read_trend(noisy(100, step), better=better)
    assert trend.course is course
    assert trend.needs_attention is (course is Course.WORSENING)
    assert trend.interval.holds(step)


def test_near_a_target_is_better() -> None:
    assert read_trend(noisy(100, -2), target=100).course is Course.WORSENING
    assert read_trend(noisy(54, 2), target=100).course is Course.IMPROVING


def test_a_sudden_fall_needs_attention_though_nothing_slopes() -> None:
    calm = [100.0, 101, 99, 100, 102, 100, 98, 101, 99, 100, 101, 100, 99, 100]
    trend = read_trend([*calm, 80.0])
    assert trend.news == (Signal(14, Kind.BELOW),)
    assert trend.needs_attention
    assert not read_trend([*calm, 120.0]).needs_attention
    assert not read_trend(calm).needs_attention


def test_the_worse_comes_first() -> None:
    slow, fast = read_trend(noisy(100, -0.5)), read_trend(noisy(100, -2))
    assert fast.attention > slow.attention > 0


def test_five_points_are_the_least() -> None:
    assert read_trend([1, None, 2, 3, 4]).course is Course.UNKNOWN
    assert read_trend([1, None, 2, 3, 4, 5]).course is Course.IMPROVING


def test_december_is_no_news() -> None:
    year = [100, 90, 100, 101, 99, 100, 98, 97, 100, 101, 110, 180]
    assert seasonal_effects([*year, *year, *year], 12)[11] == pytest.approx(180 - sum(year) / 12)
    assert not read_trend([*year, *year, *year], better=-1, season=12).news
    assert read_trend([*year, *year, *year], better=-1).news


@given(st.lists(st.integers(-50, 50), min_size=4, max_size=4), st.integers(0, 5))
def test_a_pure_season_leaves_a_straight_line(season: list[int], step: int) -> None:
    series = [step * i + season[i % 4] for i in range(16)]
    flat = without_season(series, 4)
    assert [b - a for a, b in pairwise(flat)] == pytest.approx([step] * 15)


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=40), st.sampled_from([-1, 0, 1]))
def test_every_series_can_be_read(values: list[float | None], better: int) -> None:
    trend = read_trend(values, better=better)
    assert trend.attention >= 0
    assert 0 <= trend.chance <= 1 + 1e-12
