"""Scores by rank, counted by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.mathematics.rfm import Score, fifths, rfm


def test_ten_values_make_five_pairs() -> None:
    assert fifths([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_the_same_values_share_the_middle() -> None:
    """Six of ten bought once: their middle rank is 3.5, in the second fifth."""
    assert fifths([1, 1, 1, 1, 1, 1, 2, 3, 4, 9]) == [2, 2, 2, 2, 2, 2, 4, 4, 5, 5]
    assert fifths([7, 7, 7]) == [3, 3, 3]
    assert fifths([]) == []


def test_the_latest_buyer_is_the_best() -> None:
    scores = rfm([1, 10, 20, 30, 300], [9, 7, 5, 3, 1], [900, 700, 50, 30, 10])
    assert [score.digits for score in scores] == ["555", "444", "333", "222", "111"]
    assert [score.segment for score in scores] == ["Champions", "Champions", "Loyal", "Need attention", "Lost"]


@pytest.mark.parametrize(
    ("score", "name"),
    [
        (Score(1, 5, 5), "Cannot lose them"),
        (Score(2, 4, 4), "At risk"),
        (Score(5, 1, 1), "New"),
        (Score(4, 2, 3), "Promising"),
        (Score(3, 1, 1), "About to sleep"),
        (Score(1, 2, 3), "Hibernating"),
        (Score(1, 1, 1), "Lost"),
    ],
)
def test_names_people_know(score: Score, name: str) -> None:
    assert score.segment == name


@given(st.lists(st.integers(0, 5), min_size=1))
def test_more_is_never_scored_lower(values: list[int]) -> None:
    scores = fifths(values)
    assert all(1 <= score <= 5 for score in scores)
    assert [score for _, score in sorted(zip(values, scores, strict=True))] == sorted(scores)
