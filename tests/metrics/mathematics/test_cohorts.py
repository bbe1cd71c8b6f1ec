"""Triangles by hand and of a real shop."""

import json
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.mathematics.cohorts import triangle, triangle_of
from tests.imports.sets import SETS, needs


def test_by_hand() -> None:
    """Four began in January, two in February, none in March."""
    found = triangle_of([[0, 1, 2], [0, 1], [0, 2], [0], [1, 2], [1]], 3)
    assert [(c.size, c.active) for c in found.cohorts] == [
        (4, (4, 2, 2)),
        (2, (2, 1, None)),
        (0, (0, None, None)),
    ]
    assert found.cohorts[1].shares == [1, 0.5, None]
    assert found.shares == [1, 0.5, 0.5]
    assert found.chain == [1, 0.5, 0.5]


def test_nobody_at_all() -> None:
    assert triangle([], {}).shares == []
    assert triangle([0, 0], {}).shares == [None, None]


def test_a_record_shops_buyers_by_month_of_their_first_purchase() -> None:
    needs("cdnow")
    months: dict[str, set[int]] = defaultdict(set)
    for line in (SETS / "cdnow/CDNOW_sample.txt").read_text().splitlines():
        _, customer, day, *_ = line.split()
        months[customer].add((int(day[:4]) - 1997) * 12 + int(day[4:6]) - 1)
    found = triangle_of(months.values(), 18)
    told = json.loads((SETS / "reference/cdnow.json").read_text())["cohort_retention"]
    for cohort, name in zip(found.cohorts, ("1997-01", "1997-02", "1997-03"), strict=False):
        assert cohort.size == told[name]["size"]
        assert [count for count in cohort.active if count is not None] == list(told[name]["active"].values())


@given(st.lists(st.sets(st.integers(0, 5))))
def test_all_are_there_when_they_begin_and_each_is_counted_once(members: list[set[int]]) -> None:
    found = triangle_of(members, 6)
    assert sum(c.size for c in found.cohorts) == sum(bool(each) for each in members)
    assert all(c.active[0] == c.size for c in found.cohorts)
    assert sum(count or 0 for c in found.cohorts for count in c.active) == sum(len(each) for each in members)
    assert found.shares[0] == (pytest.approx(1) if any(members) else None)
