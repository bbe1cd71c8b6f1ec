"""Logistic regression agrees with a worked example, and is honest about rows it has not seen."""

import csv
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.mathematics.enough import TooFew
from metrics.mathematics.honesty import auc, honesty, keep_some
from metrics.mathematics.logistic import fit, fit_all
from tests.imports.sets import SETS, needs

HOURS = "0.50 0.75 1.00 1.25 1.50 1.75 1.75 2.00 2.25 2.50 2.75 3.00 3.25 3.50 4.00 4.25 4.50 4.75 5.00 5.50"
PASSED = "0 0 0 0 0 0 1 0 1 0 1 0 1 0 1 1 1 1 1 1"


def test_hours_of_study_and_passing() -> None:
    """The textbook's twenty students."""
    model = fit_all({"hours": [float(each) for each in HOURS.split()]}, [each == "1" for each in PASSED.split()])
    hours = model.terms[0]
    assert (round(model.base.weight, 4), round(hours.weight, 4)) == (-4.0777, 1.5046)
    assert (round(model.base.error, 4), round(hours.error, 4)) == (1.7610, 0.6287)
    assert round(hours.chance, 4) == 0.0167
    assert hours.is_sure
    assert [round(each, 2) for each in model.chances({"hours": [1.0, 2.0, 3.0, 4.0, 5.0]})] == [
        0.07, 0.26, 0.61, 0.87, 0.97
    ]  # fmt: skip


def test_with_one_word_the_chances_are_the_rates() -> None:
    needs("telco")
    with next((SETS / "telco").glob("*.csv")).open() as file:
        rows = list(csv.DictReader(file))
    model = fit({"contract": [row["Contract"] for row in rows]}, [row["Churn"] == "Yes" for row in rows])
    said = model.chances({"contract": ["Month-to-month", "One year", "Two year"]})
    assert [round(each, 6) for each in said] == [0.427097, 0.112695, 0.028319]
    assert (model.n, model.hits) == (7043, 1869)
    assert model.honesty is not None
    assert 0.70 < model.honesty.auc < 0.77
    assert model.honesty.is_useful


def people(n: int, pull: float) -> tuple[list[float], list[bool]]:
    draw = random.Random(3)
    ages = [draw.gauss(0, 1) for _ in range(n)]
    return ages, [draw.random() < 1 / (1 + 2.718281828 ** (1 - pull * age)) for age in ages]


def test_what_matters_is_found_and_judged() -> None:
    ages, left = people(2000, 1.5)
    model = fit({"age": ages}, left)
    assert model.terms[0].interval.holds(1.5)
    assert model.honesty.is_useful
    assert model.honesty.n == pytest.approx(600, abs=1)
    assert all(one.interval.low - 0.05 <= one.said <= one.interval.high + 0.05 for one in model.honesty.bins)


def test_what_does_not_matter_is_owned_up_to() -> None:
    ages, left = people(2000, 0)
    model = fit({"age": ages}, left)
    assert not model.terms[0].is_sure
    assert not model.honesty.is_useful


def test_what_is_not_known_has_a_term_of_its_own() -> None:
    ages, left = people(1000, 1.5)
    some = [float("nan") if i % 4 == 0 else age for i, age in enumerate(ages)]
    model = fit_all({"age": some}, left)
    assert [term.name for term in model.terms] == ["age", "age: not known"]
    known = [(age, came) for age, came in zip(some, left, strict=True) if age == age]
    alone = fit_all({"age": [age for age, _ in known]}, [came for _, came in known])
    assert model.terms[0].weight == pytest.approx(alone.terms[0].weight, abs=1e-4)
    rate = sum(left[::4]) / 250
    assert model.chances({"age": [float("nan")]})[0] == pytest.approx(rate, abs=1e-4)


def test_too_few_for_so_many_traits() -> None:
    with pytest.raises(TooFew, match="at least 20 rows where it happened; there are 3"):
        fit({"a": [1.0] * 100, "b": [2.0] * 100}, [True] * 3 + [False] * 97)


def test_traits_that_say_the_same_or_nothing_break_nothing() -> None:
    ages, left = people(500, 1)
    model = fit({"age": ages, "same age": ages, "one": [1.0] * 500}, left)
    assert sum(term.weight for term in model.terms[:2]) == pytest.approx(fit({"age": ages}, left).terms[0].weight)
    sure = fit_all({"x": [float(i) for i in range(40)]}, [i >= 20 for i in range(40)])
    assert sure.chances({"x": [0.0, 39.0]}) == pytest.approx([0, 1], abs=1e-3)


def test_the_area_under_the_curve_by_hand() -> None:
    assert auc([0.1, 0.4, 0.35, 0.8], [False, False, True, True]) == 0.75
    assert auc([0.5, 0.5], [True, False]) == 0.5
    assert auc([0.5], [True]) is None


def test_said_against_happened() -> None:
    found = honesty([0.1] * 10 + [0.6] * 10, [False] * 9 + [True] + [True] * 6 + [False] * 4, bins=2)
    assert [(one.said, one.rate) for one in found.bins] == [(pytest.approx(0.1), 0.1), (pytest.approx(0.6), 0.6)]
    assert found.brier == pytest.approx((9 * 0.01 + 0.81 + 6 * 0.16 + 4 * 0.36) / 20)
    assert found.guessing == pytest.approx(0.35 * 0.65)


@given(st.lists(st.booleans()), st.integers(0, 5))
def test_what_is_kept_is_not_learnt_from(happened: list[bool], seed: int) -> None:
    learn, kept = keep_some(happened, seed=seed)
    assert sorted([*learn, *kept]) == list(range(len(happened)))
