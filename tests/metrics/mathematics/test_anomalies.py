"""Odd values stand out, also where they hide one another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.mathematics.anomalies import anomalies, outlier_tests, outliers

ROSNER = """
-0.25 0.68 0.94 1.15 1.20 1.26 1.26 1.34 1.38 1.43 1.49 1.49 1.55 1.56 1.58 1.65 1.69 1.70 1.76 1.77 1.81 1.91 1.94
1.96 1.99 2.06 2.09 2.10 2.14 2.15 2.23 2.24 2.26 2.35 2.37 2.40 2.47 2.54 2.62 2.64 2.90 2.92 2.92 2.93 3.21 3.26 3.30
3.59 3.68 4.30 4.64 5.34 5.42 6.01
"""


def test_rosners_three_outliers_of_which_two_do_not_stand_out_alone() -> None:
    values = [float(each) for each in ROSNER.split()]
    tests = outlier_tests(values, 10)
    assert [round(test.extreme, 6) for test in tests[:3]] == [3.118906, 2.942973, 3.179424]
    assert [round(test.allowed, 6) for test in tests[:3]] == [3.158794, 3.151430, 3.143890]
    assert sorted(values[at] for at in outliers(values, 10)) == [5.34, 5.42, 6.01]


def test_distance_in_robust_deviations() -> None:
    found = anomalies([10, 11, 9, 10, None, 12, 8, 30])
    assert [(each.at, each.value, each.usual) for each in found] == [(7, 30, 10)]
    assert found[0].distance == pytest.approx(0.6745 * 20 / 1)


def test_among_equals_any_other_is_measured_by_the_mean_distance() -> None:
    found = anomalies([5] * 20 + [6])
    assert [each.at for each in found] == [20]
    assert anomalies([5] * 20) == []


def test_few_values_have_no_odd_one() -> None:
    assert anomalies([1, 2, 900]) == []
    assert outliers([1, 1], 5) == []


@given(st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=30), st.floats(-100, 100))
def test_moving_all_moves_none(values: list[float], by: float) -> None:
    moved = anomalies([round(value) + round(by) for value in values])
    assert [each.at for each in anomalies([round(value) for value in values])] == [each.at for each in moved]
