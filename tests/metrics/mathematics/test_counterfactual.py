"""A jump at a date is measured against the trend before it; a trend that merely goes on is no effect."""

import random

import pytest

from metrics.mathematics.counterfactual import effect
from metrics.mathematics.enough import TooFew
from metrics.mathematics.forecast import Kind


def months(n: int, jump: float = 0, seed: int = 2) -> list[float]:
    """Growing by 2 a month, with a jump after the 30th."""
    noise = random.Random(seed)
    return [100 + 2 * i + (jump if i >= 30 else 0) + noise.gauss(0, 2) for i in range(n)]


def test_a_jump_of_twenty() -> None:
    series = months(36, jump=20)
    found = effect(series[:30], series[30:])
    assert found.difference == pytest.approx(20, abs=4)
    assert found.total == pytest.approx(6 * found.difference)
    assert found.interval.holds(20)
    assert found.share == pytest.approx(20 / 165, abs=0.03)
    assert found.is_clear
    assert found.chance <= 1 / 15
    assert found.score.trials == 8


def test_growth_that_goes_on_is_no_effect() -> None:
    """The plain difference of the means is 36 here, and means nothing."""
    series = months(36)
    found = effect(series[:30], series[30:])
    assert sum(series[30:]) / 6 - sum(series[:30]) / 30 > 30
    assert abs(found.difference) < 5
    assert not found.is_clear


def test_december_after_the_date_is_no_effect() -> None:
    noise = random.Random(3)
    year = [100, 90, 100, 101, 99, 100, 98, 97, 100, 101, 110, 180]
    series = [value + noise.gauss(0, 2) for value in year * 4]
    found = effect(series[:42], series[42:], season=12)
    assert found.score.method.is_seasonal
    assert not found.is_clear
    assert abs(found.difference) < 5


def test_with_little_before_little_can_be_said() -> None:
    found = effect([10, 11, 10, 12, 11, 10], [30.0])
    assert found.placebos == 0
    assert found.chance == 1
    assert not found.is_clear
    with pytest.raises(TooFew, match="at least 6 settled periods"):
        effect([10, 11], [30.0])
    with pytest.raises(TooFew, match="at least 1 periods after the date"):
        effect([10.0] * 12, [])


def test_shares_and_counts_stay_inside_their_bounds() -> None:
    found = effect([0.5, 0.52, 0.49, 0.51, 0.5, 0.53, 0.48, 0.5], [0.9, 0.92], kind=Kind.SHARE)
    assert all(0 < step.value < 1 for step in found.expected)
    assert 0.3 < found.difference < 0.5
    assert effect([0.0] * 8, [0.0], kind=Kind.COUNT).share is None
