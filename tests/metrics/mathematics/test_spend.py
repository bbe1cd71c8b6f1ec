"""Gamma-Gamma agrees with its paper on the 946 CDNOW customers who bought again."""

import csv
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.mathematics.enough import TooFew
from metrics.mathematics.lifetime import Buying, Histories
from metrics.mathematics.spend import Spending, fit, lifetime_value
from tests.imports.sets import SETS, needs

PAPER = Spending(6.25, 3.74, 15.44)
BUYING = Buying(0.243, 4.414, 0.793, 2.426)


def summary() -> tuple[np.ndarray, np.ndarray]:
    """Repeat purchases and their mean value."""
    needs("cdnow")
    with (SETS / "cdnow/cdnow_customers_summary_with_transactions.csv").open() as file:
        rows = list(csv.DictReader(file))
    return np.array([float(row["x"]) for row in rows]), np.array([float(row["zbar"]) for row in rows])


def spent() -> tuple[list[int], list[float]]:
    """The same from the purchases themselves, without the summary's rounding to cents."""
    needs("cdnow")
    by_day: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for line in (SETS / "cdnow/CDNOW_sample.txt").read_text().splitlines():
        _, customer, day, _, amount = line.split()
        if day <= "19970930":
            by_day[customer][day] += float(amount)
    repeats = [[amounts[day] for day in sorted(amounts)][1:] for amounts in by_day.values()]
    return [len(each) for each in repeats], [sum(each) / len(each) if each else 0 for each in repeats]


def test_the_fit_is_the_papers() -> None:
    model = fit(*spent())
    assert (round(model.p, 2), round(model.q, 2), round(model.v, 2)) == (6.25, 3.74, 15.44)
    assert round(model.log_likelihood, 4) == -4055.9177
    assert model.customers == 946


def test_what_single_customers_spend() -> None:
    x, z = summary()
    assert PAPER.expected(x[[0, 1, 5]], z[[0, 1, 5]]) == pytest.approx([24.664, 18.917, 71.470], abs=5e-4)
    assert round(PAPER.mean, 3) == 35.219


def test_no_purchase_again_means_the_mean_of_all() -> None:
    assert PAPER.expected([0], [0])[0] == pytest.approx(PAPER.mean)
    assert PAPER.expected([0], [float("nan")])[0] == pytest.approx(PAPER.mean)


def test_the_fit_does_not_depend_on_the_currencys_size() -> None:
    x, z = summary()
    euros, cents = fit(x, z), fit(x, z * 100)
    assert (cents.p, cents.q, cents.v / 100) == pytest.approx((euros.p, euros.q, euros.v), rel=1e-4)


def test_a_value_today_without_interest_is_purchases_times_spend() -> None:
    known = Histories.of([2, 0], [30.43, 0], [38.86, 38.86])
    worth = lifetime_value(BUYING, PAPER, known, [22.35, 0], periods=3, step=13, discount=0, margin=0.5)
    assert worth[0] == pytest.approx(0.5 * 1.2260 * 24.664, abs=2e-3)
    later = lifetime_value(BUYING, PAPER, known, [22.35, 0], periods=3, step=13, discount=0.1, margin=0.5)
    assert (later < worth).all()


def test_too_few_are_refused() -> None:
    with pytest.raises(TooFew, match="at least 50 customers who bought again; there are 2"):
        fit([1, 2, 0], [10, 20, 0])


@given(x=st.integers(1, 500), z=st.floats(0.01, 1e6))
def test_a_customers_mean_is_drawn_towards_everybodys(x: int, z: float) -> None:
    expected = float(PAPER.expected([x], [z])[0])
    low, high = sorted([PAPER.mean, z])
    assert low - 1e-9 <= expected <= high * (1 + 1e-9)
