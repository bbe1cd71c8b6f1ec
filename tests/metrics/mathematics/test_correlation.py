"""Numbers that move together are found, with their lead; numbers that merely both grow are not."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.mathematics.correlation import adjust, associations, interval_of, pearson, ranks, spearman

ANSCOMBE = list(
    zip(
        [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5],
        [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68],
        strict=True,
    )
)


def test_anscombes_first() -> None:
    assert round(pearson(ANSCOMBE), 6) == 0.816421
    assert round(spearman(ANSCOMBE), 6) == 0.818182


def test_anscombes_others_have_the_same_strength_and_another_shape() -> None:
    """Which is why the plot always stands beside the number."""
    x = [each for each, _ in ANSCOMBE]
    curve = [9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74]
    tilted = [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73]
    upright = [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89]
    column = [8, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8]
    pairs = [(x, curve), (x, tilted), (column, upright)]
    assert [round(pearson(list(zip(a, b, strict=True))), 3) for a, b in pairs] == [0.816, 0.816, 0.817]


def test_the_interval_of_fisher() -> None:
    """r = .816421 of 11: atanh 1.14595 ± 1.95996/√8."""
    low, high = interval_of(0.816421, 11)
    assert (round(low, 3), round(high, 3)) == (0.424, 0.951)


def test_the_false_finds_of_benjamini_and_hochberg_1995() -> None:
    """Their table of 15 tests: at 5 % the first four are kept."""
    chances = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    chances += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    adjusted = adjust(chances)
    assert [each <= 0.05 for each in adjusted] == [True] * 4 + [False] * 11
    assert adjusted[:4] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625])


def walk(seed: int, n: int = 60) -> list[float]:
    noise, values = random.Random(seed), [100.0]
    for _ in range(n - 1):
        values.append(values[-1] + 1 + noise.gauss(0, 1))
    return values


def test_one_that_leads_by_two_months_is_found_among_others() -> None:
    leads = walk(1)
    deals = [0.0, 0.0, *(0.3 * value for value in leads[:-2])]
    found = associations({"leads": leads, "tickets": walk(2), "deals": deals, "visits": walk(3)})
    assert (found[0].first, found[0].second, found[0].lag) == ("leads", "deals", 2)
    assert found[0].strength > 0.8
    assert found[0].is_related
    assert not any(each.is_related for each in found[1:])
    assert len(found) == 6


def test_two_that_only_both_grow_are_not_related() -> None:
    found = associations({"a": walk(4), "b": walk(5)}, lags=0)[0]
    assert pearson(list(zip(walk(4), walk(5), strict=True))) > 0.9
    assert not found.is_related
    assert found.n == 59


def test_gaps_and_still_series_say_nothing_wrong() -> None:
    holes: list[float | None] = [*walk(1)]
    holes[10] = None
    assert associations({"a": holes, "b": walk(2)}, lags=0)[0].n == 57
    assert associations({"a": [5.0] * 40, "b": walk(2, 40)}) == []
    assert associations({"a": walk(1, 8), "b": walk(2, 8)}) == []


def test_the_same_values_share_their_rank() -> None:
    assert ranks([10, 20, 10, 30]) == [1.5, 3, 1.5, 4]


@given(st.lists(st.floats(0, 1), max_size=30))
def test_an_adjusted_chance_is_never_smaller_and_keeps_the_order(chances: list[float]) -> None:
    adjusted = adjust(chances)
    assert all(chance <= each <= 1 for chance, each in zip(chances, adjusted, strict=True))
    by_chance = [each for _, each in sorted(zip(chances, adjusted, strict=True))]
    assert by_chance == sorted(by_chance)


@given(st.lists(st.tuples(st.integers(-100, 100), st.integers(-100, 100)), min_size=2))
def test_strength_is_the_same_both_ways_round(pairs: list[tuple[int, int]]) -> None:
    assert pearson(pairs) == pytest.approx(pearson([(b, a) for a, b in pairs]), nan_ok=True)
