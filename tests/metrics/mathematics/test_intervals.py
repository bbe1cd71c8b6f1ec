"""Intervals agree with the numbers their papers printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.mathematics.intervals import promoter_error, wilson
from metrics.mathematics.student import t_below, t_quantile


@pytest.mark.parametrize(
    ("hits", "n", "low", "high", "places"),
    [
        (81, 263, 0.2553, 0.3662, 4),  # Newcombe 1998
        (15, 148, 0.0624, 0.1605, 4),
        (0, 20, 0, 0.1611, 4),
        (1, 29, 0.0061, 0.1718, 4),
        (100, 200, 0.4313609, 0.5686391, 7),
    ],
)
def test_wilson_as_newcombe_printed_it(hits: int, n: int, low: float, high: float, places: int) -> None:
    interval = wilson(hits, n)
    assert round(interval.low, places) == low
    assert round(interval.high, places) == high


@given(n=st.integers(1, 10**6), data=st.data())
def test_wilson_holds_the_share_and_stays_inside_0_and_1(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    low, high = wilson(hits, n)
    assert 0 <= low <= high <= 1
    assert low - 1e-12 <= hits / n <= high + 1e-12


def test_the_error_of_a_promoter_score() -> None:
    assert round(promoter_error(60, 25, 15), 3) == 7.399
    assert round(1.96 * promoter_error(60, 25, 15), 2) == 14.50


@pytest.mark.parametrize(
    ("freedom", "chance", "t"), [(1, 0.975, 12.7062), (2, 0.975, 4.3027), (10, 0.975, 2.2281), (30, 0.95, 1.6973)]
)
def test_t_as_in_every_table(freedom: int, chance: float, t: float) -> None:
    assert round(t_quantile(chance, freedom), 4) == t
    assert round(t_quantile(1 - chance, freedom), 4) == -t
    assert round(t_below(t, freedom), 4) == chance
