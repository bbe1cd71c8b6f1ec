"""Concentration counted by hand, and on a real shop."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.mathematics.concentration import gini, herfindahl, lorenz, members_holding, top_share
from tests.imports.sets import SETS, needs


def test_by_hand() -> None:
    held = [10, 20, 30, 40]
    assert gini(held) == pytest.approx(0.25)
    assert top_share(held, 0.25) == 0.4
    assert top_share(held, 0.26) == 0.7
    assert members_holding(held, 0.7) == 2
    assert herfindahl(held) == pytest.approx(0.3)
    assert lorenz(held, 4) == [(0, 0), (0.25, 0.1), (0.5, 0.3), (0.75, 0.6), (1, 1)]


def test_all_the_same_and_one_alone() -> None:
    assert gini([5, 5, 5]) == 0
    assert gini([0, 0, 0, 8]) == 0.75
    assert gini([]) is gini([0, 0]) is top_share([], 0.1) is herfindahl([0]) is None
    assert members_holding([], 0.8) == 0
    assert lorenz([0]) == []


def test_the_largest_tenth_of_a_record_shop_makes_half() -> None:
    needs("cdnow")
    spent: dict[str, float] = defaultdict(float)
    for line in (SETS / "cdnow/CDNOW_sample.txt").read_text().splitlines():
        _, customer, _, _, amount = line.split()
        spent[customer] += float(amount)
    assert round(top_share(list(spent.values()), 0.1), 5) == 0.50807
    assert 0.6 < gini(list(spent.values())) < 0.7


@given(st.lists(st.integers(0, 1000), min_size=1).filter(any))
def test_bounds(held: list[int]) -> None:
    assert -1e-12 <= gini(held) <= 1 - 1 / len(held) + 1e-12
    assert 1 / len(held) - 1e-12 <= herfindahl(held) <= 1 + 1e-12
    curve = lorenz(held)
    assert curve[-1] == (1, pytest.approx(1))
    assert all(point.amount <= point.members + 1e-12 for point in curve)
    assert sum(sorted(held)[-members_holding(held, 0.8) :]) >= 0.8 * sum(held) - 1e-9
