"""BG/NBD agrees with the paper and its later print-outs on the CDNOW sample."""

import csv
from collections import defaultdict
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.mathematics.enough import TooFew
from metrics.mathematics.lifetime import Buying, Histories, calibrate, fit
from tests.imports.sets import SETS, needs

PAPER = Buying(0.243, 4.414, 0.793, 2.426)
PRINTED = Buying(0.2425945, 4.4136019, 0.7929199, 2.4258881)
# The walkthrough of R's BTYD does not print its estimates to enough digits. These four are solved from the seven
# numbers below and give them all to the last printed digit; their likelihood is the maximum's to five digits.
WALKTHROUGH = Buying(0.24259676, 4.41365803, 0.79298647, 2.42615838)


def summary() -> Histories:
    """The published summary of 2,357 customers over 39 weeks."""
    needs("cdnow")
    with (SETS / "cdnow/cdnow_customers_summary.csv").open() as file:
        rows = list(csv.DictReader(file))
    return Histories.of(*([float(row[name]) for row in rows] for name in ("frequency", "recency", "T")))


def days() -> dict[str, list[int]]:
    """The purchase days of every customer."""
    needs("cdnow")
    found = defaultdict(list)
    for line in (SETS / "cdnow/CDNOW_sample.txt").read_text().splitlines():
        _, customer, day, *_ = line.split()
        found[customer].append(date.fromisoformat(day).toordinal())
    return found


def one(repeats: int, recency: float, age: float) -> Histories:
    return Histories.of([repeats], [recency], [age])


def test_the_fit_is_the_papers() -> None:
    model = fit(summary())
    assert (round(model.r, 3), round(model.a, 3), round(model.b, 3)) == (0.243, 0.793, 2.426)
    assert model.alpha == pytest.approx(4.414, abs=6e-4)  # 4.4135 from the rounded summary
    assert round(model.log_likelihood, 1) == -9582.4
    assert (model.customers, model.repeaters) == (2357, 946)


def test_the_fit_from_the_purchases_themselves_is_closer_still() -> None:
    end = date(1997, 9, 30).toordinal()
    known = Histories.of_days(([day for day in each if day <= end] for each in days().values()), end)
    model = fit(known)
    assert round(model.log_likelihood, 3) == -9582.429
    found = (model.r, model.alpha, model.a, model.b)
    assert found == pytest.approx((PRINTED.r, PRINTED.alpha, PRINTED.a, PRINTED.b), rel=1e-5)


def test_purchases_expected_of_one_customer() -> None:
    assert round(float(PAPER.expected(39, one(2, 30.43, 38.86))[0]), 3) == 1.226
    assert round(WALKTHROUGH.expected_of_new(52), 6) == 1.444004
    assert round(float(WALKTHROUGH.expected(52, one(26, 216 / 7, 31))[0]), 5) == 25.75659
    assert round(float(WALKTHROUGH.alive(one(26, 216 / 7, 31))[0]), 7) == 0.9688523


def test_many_purchases_long_ago_mean_fewer_to_come() -> None:
    known = Histories.of([10, 15, 20, 25], [20] * 4, [39] * 4)
    expected = WALKTHROUGH.expected(52, known)
    assert [f"{each:.7g}" for each in expected] == ["0.3474606", "0.04283391", "0.004158973", "0.0003583685"]


def test_the_chance_of_a_number_of_purchases() -> None:
    assert round(PAPER.chance(0, 39), 7) == 0.5737864
    assert PAPER.chance(10, 2) == pytest.approx(1.07869e-07, rel=5e-6)
    assert sum(PAPER.chance(k, 39) for k in range(150)) == pytest.approx(1, abs=1e-6)


def test_the_held_out_weeks_by_earlier_repeats() -> None:
    end = date(1997, 9, 30).toordinal()
    purchases = days()
    known = Histories.of_days(([day for day in each if day <= end] for each in purchases.values()), end)
    later = [len({day for day in each if day > end}) for each in purchases.values()]
    table = calibrate(WALKTHROUGH, known, later, 39)
    assert [(round(row.actual, 4), round(row.expected, 4)) for row in table] == [
        (0.2367, 0.2251),
        (0.6970, 0.5231),
        (1.3925, 1.0441),
        (1.5600, 1.5203),
        (2.5323, 2.1638),
        (2.9474, 2.6538),
        (3.8621, 3.5040),
        (6.3594, 6.1570),
    ]
    assert sum(row.customers for row in table) == 2357


def test_too_few_customers_are_refused_in_words() -> None:
    with pytest.raises(TooFew, match="at least 200 customers; there are 3"):
        fit(Histories.of([1, 0, 2], [1, 0, 2], [5, 5, 5]))


@given(x=st.integers(0, 2000), recency=st.floats(0, 1), age=st.floats(0.1, 500), time=st.floats(0.1, 500))
def test_a_chance_is_a_chance_and_more_time_brings_more(x: int, recency: float, age: float, time: float) -> None:
    known = one(x, age * recency if x else 0, age)
    assert 0 <= PAPER.alive(known)[0] <= 1
    soon, later = PAPER.expected(time, known)[0], PAPER.expected(2 * time, known)[0]
    assert np.isfinite(later)
    assert 0 <= soon + 1e-12 <= later + 1e-9
