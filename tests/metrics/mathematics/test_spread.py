"""Values in their order, worked by hand."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.mathematics.spread import moved, pack, percentile, tilt, top, unpack

VALUES = [-3, 1, 1, 4, 10]
WHOLE = st.integers(-(2**60), 2**60)


def test_a_median_and_a_percentile_lie_between_neighbours() -> None:
    assert percentile(VALUES, 0.5) == 1
    # Place 3.6 of 0 to 4: from 4 it is six tenths of the way to 10.
    assert percentile(VALUES, 0.9) == pytest.approx(7.6)
    assert percentile([7], 0.9) == 7


def test_the_top_and_the_tilt_of_five() -> None:
    """A fifth of five is one; 0.41 of them are three. −4 × −3 − 2 × 1 + 0 × 1 + 2 × 4 + 4 × 10 = 58."""
    assert top(VALUES, Fraction("0.2")) == (10, 1)
    assert top(VALUES, Fraction("0.41")) == (15, 3)
    assert tilt(VALUES) == 58


def test_what_went_is_gone_and_what_came_is_there() -> None:
    assert moved(VALUES, Counter([1, 10]), Counter([2, 11, 11])) == [-3, 1, 2, 4, 11, 11]
    assert moved([], Counter(), Counter([2, 1])) == [1, 2]
    with pytest.raises(ValueError, match="1 is not among them 3 times"):
        moved(VALUES, Counter({1: 3}), Counter())


@given(st.lists(WHOLE), st.lists(WHOLE))
def test_packing_and_moving_keep_every_value(values: list[int], others: list[int]) -> None:
    there = sorted(values)
    assert unpack(pack(there)) == there
    assert moved(there, Counter(values), Counter(others)) == sorted(others)
    assert moved(there, Counter(), Counter(others)) == sorted([*values, *others])
