"""Exponential smoothing agrees with the numbers that R and statsmodels print."""

from math import log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.mathematics.intervals import Z95
from metrics.mathematics.smoothing import Season, State, Weights, fit, smooth

# Oil production in Saudi Arabia, 1996-2007.
OIL = """
446.6565229 454.4733065 455.662974 423.6322388 456.2713279 440.5880501 425.3325201 485.1494479 506.0481621
526.7919833 514.268889 494.2110193
"""
# the same, 1965-2013.
LONG_OIL = """
111.0091346 130.8284341 141.2870879 154.2277747 162.7408654 192.1664835 240.7997253 304.2173901 384.0045673
429.6621566 359.3169299 437.2518544 468.4007898 424.4353365 487.9794299 509.8284478 506.3472527 340.1842374
240.258921 219.0327876 172.0746632 252.5900922 221.0710774 276.5187735 271.1479517 342.6186005 428.3558357
442.3945534 432.7851482 437.2497186 437.2091599 445.3640981 453.1950104 454.409641 422.3789058 456.0371217
440.3866047 425.1943725 486.2051735 500.4290861 521.2759092 508.947617 488.8888577 509.870575 456.7229123
473.8166029 525.9508706 549.8338076 542.3404698
"""
# Passengers in Australia, 1990-2004.
AIR = """
17.5534 21.8601 23.8866 26.9293 26.8885 28.8314 30.0751 30.9535 30.1857 31.5797 32.577569 33.477398 39.021581
41.386432 41.596552
"""
# Nights of visitors to Australia, by quarter, 2005-2010.
VISITS = """
41.727458 24.04185 32.328103 37.328708 46.213153 29.346326 36.48291 42.977719 48.901525 31.180221 37.717881
40.420211 51.206863 31.887228 40.978263 43.772491 55.558567 33.850915 42.076383 45.642292 59.76678 35.191877
44.319737 47.913736
"""


def numbers(text: str) -> list[float]:
    return [float(each) for each in text.split()]


@pytest.mark.parametrize(("weight", "ahead"), [(0.2, 484.802468), (0.6, 501.837461)])
def test_the_level_alone_with_a_given_weight(weight: float, ahead: float) -> None:
    found = smooth(numbers(OIL), Weights(weight), State(446.6565229))
    assert [round(each, 4) for each in found.ahead(2)] == [round(ahead, 4)] * 2


def test_the_weight_that_fits_best() -> None:
    found = fit(numbers(OIL))
    assert found.weights.level == pytest.approx(0.891998, abs=2e-6)
    assert found.first.level == pytest.approx(447.478440, abs=2e-4)
    assert round(found.ahead(1)[0], 4) == 496.4935


def test_the_level_alone_as_r_fits_it() -> None:
    found = fit(numbers(LONG_OIL))
    assert round(found.weights.level, 4) == 0.9999
    assert round(found.variance, 3) == 2405.969
    assert round(found.ahead(1)[0], 5) == 542.34122
    assert round(-len(found.errors) / 2 * log(found.squares), 5) == -285.07846
    assert found.deviations(3) == pytest.approx(
        [sqrt(found.variance * (1 + h * found.weights.level**2)) for h in range(3)]
    )


def test_one_step_ahead_of_the_oil() -> None:
    """statsmodels divides the squares by their number, which makes its 95 % band 448.19 to 636.50."""
    found = fit(numbers(LONG_OIL))
    half = Z95 * sqrt(found.squares / len(found.errors))
    assert (round(found.ahead(1)[0] - half, 2), round(found.ahead(1)[0] + half, 2)) == (448.19, 636.50)


def test_a_level_that_moves_on() -> None:
    air = numbers(AIR)
    found = smooth(air, Weights(0.8, 0.2), State(air[0], air[1] - air[0]))
    assert [round(each, 2) for each in found.ahead(5)] == [43.76, 45.59, 47.43, 49.27, 51.10]


def test_a_season_that_multiplies() -> None:
    found = fit(numbers(VISITS), slope=True, season=4, kind=Season.TIMES)
    assert found.ahead(4) == pytest.approx([61.3083, 37.3730, 46.9652, 51.5578], abs=1e-3)


def test_a_pure_season_on_a_slope_is_gone_on_with() -> None:
    series = [100 + 2 * i + (0, 30, -10, -20, 5, 7, -12)[i % 7] for i in range(35)]
    ahead = fit(series, slope=True, season=7).ahead(7)
    assert ahead == pytest.approx([100 + 2 * i + (0, 30, -10, -20, 5, 7, -12)[i % 7] for i in range(35, 42)], abs=0.5)


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=20), st.floats(0.01, 0.99))
def test_smoothing_the_level_stays_between_the_extremes(values: list[float], weight: float) -> None:
    ahead = smooth(values, Weights(weight), State(values[0])).ahead(1)[0]
    assert min(values) - 1e-6 <= ahead <= max(values) + 1e-6
