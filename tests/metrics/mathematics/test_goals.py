"""A goal's pace, its chance, and what it takes, counted by hand."""

import random
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.mathematics.enough import TooFew
from metrics.mathematics.goals import (
    Pace,
    Stretch,
    chance_of_rate,
    chance_of_sum,
    chance_of_wins,
    expected_share,
    needed,
    wins,
)


def test_twelve_customers_at_thirty_percent_take_forty_leads() -> None:
    found = needed(12, 30, 100)
    assert (found.count, found.low, found.high) == (40, 31, 55)  # Wilson: 21.9 to 39.6 %
    assert needed(12, 0, 100) is None
    assert needed(0, 30, 100).count == 0


def test_pace_is_held_against_what_earlier_periods_had_by_now() -> None:
    """Earlier ones made three quarters in their second half."""
    earlier = [Stretch(0, [1, 1, 3, 3]), Stretch(4, [2, 2, 6, 6])]
    assert expected_share(earlier, 2, 0, 4) == 0.25
    assert expected_share(earlier, 3, 0, 4) == 0.625
    pace = Pace(actual=30, target=100, share=0.25)
    assert (pace.expected, pace.pace, pace.landing) == (25, 1.2, 120)
    assert Pace(0, 100, 0).pace is None


def test_a_month_that_begins_on_a_weekend_is_not_late_on_its_monday() -> None:
    """Nothing is sold on Saturdays and Sundays."""

    def month(weekday: int, length: int) -> Stretch:
        return Stretch(weekday, [0 if (weekday + i) % 7 > 4 else 5 for i in range(length)])

    earlier = [month(0, 31), month(3, 30), month(5, 31)]
    assert expected_share(earlier, 2, 5, 30) == 0
    assert expected_share(earlier, 2, 0, 30) == pytest.approx(2 / 22, abs=0.01)
    assert expected_share(earlier, 9, 5, 30) == pytest.approx(5 / 20, abs=0.02)


def test_the_start_the_end_and_no_past() -> None:
    assert expected_share([Stretch(0, [1, 3])], 0, 0, 2) == 0
    assert expected_share([Stretch(0, [1, 3])], 2, 0, 2) == 1
    assert expected_share([], 1, 0, 4) == 0.25
    assert expected_share([Stretch(0, [0, 0])], 1, 0, 4) == 0.25


def test_a_shorter_february_is_read_at_the_same_part() -> None:
    assert expected_share([Stretch(0, [1] * 28)], 15, 2, 30) == pytest.approx(0.5)


def test_equal_chances_are_binomial() -> None:
    assert round(chance_of_wins(8, [0.3] * 20), 6) == 0.227728
    assert wins([0.5, 0.5]) == [0.25, 0.5, 0.25]
    assert wins([1, 0.2]) == pytest.approx([0, 0.8, 0.2])
    assert chance_of_wins(0, []) == 1
    assert chance_of_wins(1, []) == 0


def test_a_sum_from_few_windows_and_from_many() -> None:
    assert chance_of_sum(10, [5, 8, 10, 12, 20]) == 3.5 / 6
    assert chance_of_sum(99, [5, 8, 10, 12, 20]) == 0.5 / 6
    assert chance_of_sum(0, []) == 1
    assert chance_of_sum(50, [float(each) for each in range(101)]) == pytest.approx(0.5)
    with pytest.raises(TooFew, match="at least 2 earlier periods"):
        chance_of_sum(10, [5])


def test_of_goals_given_seven_to_eight_in_ten_as_many_are_met() -> None:
    """Four thousand goals of made-up months, each with thirty-six earlier halves to go by."""
    draw = random.Random(6)
    met = []
    for _ in range(4000):
        earlier = [draw.gauss(100, 20) for _ in range(36)]
        missing, came = draw.uniform(60, 140), draw.gauss(100, 20)
        if 0.7 <= chance_of_sum(missing, earlier) < 0.8:
            met.append(came >= missing)
    assert len(met) > 200
    assert 0.70 <= sum(met) / len(met) <= 0.80


def test_a_rate_with_rows_to_come() -> None:
    assert chance_of_rate(0.5, 60, 100, 0) == 1
    assert chance_of_rate(0.5, 40, 100, 0) == 0
    assert chance_of_rate(0.5, 50, 100, 100) == pytest.approx(0.5, abs=0.05)
    assert chance_of_rate(0.9, 1, 2, 10) < chance_of_rate(0.9, 9, 10, 10)


@given(st.lists(st.floats(0, 1), max_size=12), st.integers(0, 12))
def test_wins_are_chances(chances: list[float], missing: int) -> None:
    assert sum(wins(chances)) == pytest.approx(1)
    assert chance_of_wins(missing + 1, chances) <= chance_of_wins(missing, chances) + 1e-12


@given(st.integers(0, 30), st.floats(0, 1), st.integers(0, 30))
def test_poisson_binomial_is_binomial_for_equals(n: int, chance: float, k: int) -> None:
    expected = sum(comb(n, j) * chance**j * (1 - chance) ** (n - j) for j in range(k, n + 1))
    assert chance_of_wins(k, [chance] * n) == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.lists(st.integers(0, 9), min_size=28, max_size=31), max_size=4), st.integers(0, 30))
def test_a_later_day_never_expects_less(earlier: list[list[int]], day: int) -> None:
    known = [Stretch(i, flow) for i, flow in enumerate(earlier)]
    assert 0 <= expected_share(known, day, 3, 31) <= expected_share(known, day + 1, 3, 31) <= 1 + 1e-9
