"""Control charts draw the printed limits, and call news what is news."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.mathematics.control import Kind, Signal, control_chart, count_chart, limits_of, share_chart


def test_the_limits_of_nist_6_3_2_2() -> None:
    limits = limits_of([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    assert (round(limits.centre, 2), round(limits.low, 4), round(limits.high, 4)) == (50.81, 45.8159, 55.8041)


def test_the_limits_of_the_jets() -> None:
    first = [78.4, 80.1, 84.4, 79.1, 80.4, 83.5, 73.8, 83.5, 75.0, 76.8]
    later = [70.5, 80.3, 82.4, 79.4, 86.4, 90.5, 77.7, 82.5, 79.9, 83.2]
    assert tuple(round(each, 2) for each in limits_of([*first, *later])) == (66.22, 80.39, 94.56)


def test_a_point_beyond_the_noise_is_a_signal() -> None:
    chart = control_chart([10, 11, 10, 9, 10, 11, 10, 9, 10, 11, 10, 20])
    assert chart.signals == (Signal(11, Kind.ABOVE),)
    assert control_chart([10, 11, 10, 9, 10, 11, 10, 9, 10, 11, 10, 9]).signals == ()


def test_eight_on_one_side_are_a_lasting_shift_and_the_chart_starts_anew() -> None:
    before, after = [10, 12, 11, 9, 10, 11, 9, 10, 12, 10] * 2, [14, 15, 13, 14, 15, 14, 13, 14]
    chart = control_chart([*before, *after])
    assert chart.signals == (Signal(20, Kind.HIGHER),)
    assert chart.limits[0].centre == 10.4
    assert chart.limits[-1].centre == 14
    assert control_chart([*before, *after[:7]]).limits[-1].centre == 10.4


def test_a_fall_is_a_fall() -> None:
    assert control_chart([9, 8, 9, 8, 9, 8, 9, 8, 3, 2, 3, 2, 3, 2, 3, 2]).signals == (Signal(8, Kind.LOWER),)


def test_gaps_stay_gaps() -> None:
    chart = control_chart([10, None, 11, 10, 9, None, 10, 20])
    assert chart.limits[1] is None
    assert chart.limits[2] is not None


def test_too_few_points_have_no_limits() -> None:
    assert control_chart([1, 2, 900]).limits == (None, None, None)


def test_a_share_from_few_has_wide_limits() -> None:
    chart = share_chart([10, 20, 3, 0], [100, 200, 10, 0])
    assert chart.signals == ()
    assert chart.values[3] is None
    assert chart.limits[0].centre == pytest.approx(33 / 310)
    assert chart.limits[2].high > chart.limits[0].high > chart.limits[1].high
    assert share_chart([10, 20, 60], [100, 200, 100]).signals[-1] == Signal(2, Kind.ABOVE)


def test_small_counts_have_poissons_limits() -> None:
    """P(X ≤ 7) = .998903 and P(X ≤ 6) = .995466 for a mean of 2; the first at or above .99865 is 7."""
    chart = count_chart([2, 1, 3, 2, 2, 1, 3, 2])
    assert tuple(chart.limits[0]) == (0, 2, 7)
    assert count_chart([1, 1, 1, 1, 1, 1, 1, 1, 9]).signals == (Signal(8, Kind.ABOVE),)


@given(st.lists(st.one_of(st.none(), st.integers(-100, 100)), max_size=80))
def test_every_series_has_a_chart(values: list[int | None]) -> None:
    chart = control_chart(values)
    assert len(chart.limits) == len(values)
    assert all(limits is None or limits.low <= limits.centre <= limits.high for limits in chart.limits)
