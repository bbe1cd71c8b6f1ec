"""Groups that were put there are found again, the same ones every night."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.mathematics.clusters import best_clusters, k_means, silhouette
from metrics.mathematics.enough import TooFew


def three_groups(spread: float = 0.3) -> np.ndarray:
    draw = np.random.default_rng(0)
    groups = (((0, 0), 50), ((5, 0), 30), ((0, 5), 20))
    return np.vstack([draw.normal(middle, spread, (size, 2)) for middle, size in groups])


def test_three_groups_are_found_with_their_sizes_and_centres() -> None:
    found = best_clusters(three_groups())
    assert found.sizes == [50, 30, 20]
    assert found.centres == pytest.approx(np.array([[0, 0], [5, 0], [0, 5]]), abs=0.2)
    assert found.silhouette > 0.8
    assert found.stand_apart


def test_the_same_seed_finds_the_same_groups() -> None:
    rows = three_groups(3)
    assert (k_means(rows, 4, seed=7).group == k_means(rows, 4, seed=7).group).all()


def test_one_cloud_does_not_stand_apart() -> None:
    cloud = np.random.default_rng(1).normal(0, 1, (400, 5))
    assert not best_clusters(cloud).stand_apart


def test_the_silhouette_by_hand() -> None:
    """0 and 1 against 10 and 11: of the first, 1 inside and 10½ outside."""
    points, group = np.array([[0.0], [1], [10], [11]]), np.array([0, 0, 1, 1])
    assert silhouette(points, group) == pytest.approx((2 * (1 - 1 / 10.5) + 2 * (1 - 1 / 9.5)) / 4)
    assert silhouette(points, np.zeros(4, int)) == 0


def test_amounts_are_read_by_how_many_times() -> None:
    amounts = [[1.0]] * 30 + [[10.0]] * 30 + [[1000.0]] * 30
    assert k_means(amounts, 3, logs=True).sizes == [30, 30, 30]


def test_too_few_and_all_alike() -> None:
    with pytest.raises(TooFew, match="at least 30 customers; there are 4"):
        k_means([[1], [2], [3], [4]], 3)
    same = k_means([[7.0, 7]] * 30, 3)
    assert same.sizes == [30]
    assert not same.stand_apart


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=20, max_size=60), st.integers(0, 3))
def test_every_row_is_in_the_group_whose_centre_is_nearest(rows: list[tuple[int, int]], seed: int) -> None:
    found = k_means(rows, 2, seed=seed)
    assert sum(found.sizes) == len(rows)
    assert found.sizes == sorted(found.sizes, reverse=True)
    assert -1 <= found.silhouette <= 1
    assert found.inertia <= 2 * len(rows) + 1e-9
