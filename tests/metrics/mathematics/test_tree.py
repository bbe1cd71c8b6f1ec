"""A tree finds the question that was put there, counts whom each rule fits, and is judged on rows it has not seen."""

import csv
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.mathematics.enough import TooFew
from metrics.mathematics.tree import grow, information_gain
from tests.imports.sets import SETS, needs

# Outlook, temperature, humidity, wind, and whether they played tennis (Quinlan 1986).
DAYS = """
sunny hot high weak no; sunny hot high strong no; overcast hot high weak yes; rain mild high weak yes;
rain cool normal weak yes; rain cool normal strong no; overcast cool normal strong yes; sunny mild high weak no;
sunny cool normal weak yes; rain mild normal weak yes; sunny mild normal strong yes; overcast mild high strong yes;
overcast hot normal weak yes; rain mild high strong no
"""


def test_what_the_weather_tells_of_tennis() -> None:
    days = [day.split() for day in DAYS.strip().split(";")]
    outlook, temperature, humidity, wind, played = zip(*days, strict=True)
    gains = [information_gain([p == "yes" for p in played], w) for w in (outlook, humidity, wind, temperature)]
    assert [round(gain, 5) for gain in gains] == [0.24675, 0.15184, 0.04813, 0.02922]


def test_who_leaves_a_telephone_company() -> None:
    needs("telco")
    with next((SETS / "telco").glob("*.csv")).open() as file:
        rows = list(csv.DictReader(file))
    traits = {
        "contract": [row["Contract"] for row in rows],
        "months": [float(row["tenure"]) for row in rows],
        "internet": [row["InternetService"] for row in rows],
    }
    tree = grow(traits, [row["Churn"] == "Yes" for row in rows])
    assert tree.root.question.yes == "contract is Month-to-month"
    assert (tree.root.yes.n, tree.root.yes.hits) == (3875, 1655)
    assert sum(leaf.n for leaf in tree.leaves) == 7043
    assert sum(leaf.hits for leaf in tree.leaves) == 1869
    assert tree.leaves[0].rate > 0.6
    assert tree.honesty.is_useful
    assert tree.honesty.auc > 0.78


def test_the_question_that_was_put_there() -> None:
    days = [float(i) for i in range(200)]
    tree = grow({"noise": [0.0] * 200, "days quiet": days}, [day > 120 for day in days])
    assert tree.root.question.yes == "days quiet at most 120.5"
    assert [(leaf.rules, leaf.n, leaf.rate) for leaf in tree.leaves] == [
        (("days quiet above 120.5",), 79, 1.0),
        (("days quiet at most 120.5",), 121, 0.0),
    ]
    assert tree.chances({"noise": [0.0, 0.0], "days quiet": [10.0, 180.0]}) == [0, 1]


def test_noise_grows_no_rules_worth_having() -> None:
    draw = random.Random(5)
    rows = [draw.random() for _ in range(600)]
    assert not grow({"x": rows}, [draw.random() < 0.3 for _ in rows]).honesty.is_useful


def test_what_is_not_known_answers_no() -> None:
    values = [1.0] * 60 + [float("nan")] * 60
    tree = grow({"x": values}, [True] * 60 + [False] * 60)
    assert [leaf.rules for leaf in tree.leaves] == [("x at most 1",), ("x above 1",)]


def test_sixty_rows_are_the_least() -> None:
    with pytest.raises(TooFew, match="at least 60 rows; there are 10"):
        grow({"x": [1.0] * 10}, [True] * 10)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abc"), st.booleans()), min_size=20, max_size=80))
def test_every_row_is_in_one_leaf_of_the_least_size(rows: list[tuple[int, str, bool]]) -> None:
    numbers, words, happened = (list(column) for column in zip(*rows, strict=True))
    tree = grow({"n": numbers, "w": words}, happened, least=10)
    assert sum(leaf.n for leaf in tree.leaves) == len(rows)
    assert all(leaf.n >= 10 for leaf in tree.leaves)
    assert np.mean(tree.chances({"n": numbers, "w": words})) == pytest.approx(np.mean(happened))
