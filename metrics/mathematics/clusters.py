"""Groups of customers who are like one another, found by k-means and judged by how well they stand apart.

Lloyd (1957, printed 1982); starts after Arthur & Vassilvitskii, "k-means++" (2007); the silhouette of Rousseeuw,
J. Computational and Applied Mathematics 20 (1987). Loads numpy.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from metrics.mathematics.enough import require

STARTS = 8
SAMPLE = 1500  # rows that starts are tried on, and a silhouette is measured on
STILL = 0.0005  # the part of rows whose moving no longer matters
PER_GROUP = 10
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Clusters:
    """Groups, the largest first.

    group       of each row, from 0
    centres     of each group, in the unit of the rows
    inertia     sum of squared distances to the centres, of standardised rows
    silhouette  from −1 to 1: above ½ the groups stand well apart, below ¼ there may be none
    """

    group: NDArray[np.int64]
    centres: Numbers
    inertia: float
    silhouette: float

    @property
    def sizes(self) -> list[int]:
        return np.bincount(self.group, minlength=len(self.centres)).tolist()

    @property
    def stand_apart(self) -> bool:
        return self.silhouette >= 0.25


def best_clusters(rows: ArrayLike, ks: Iterable[int] = range(2, 7), *, logs: bool = False, seed: int = 1) -> Clusters:
    """The number of groups that stand apart best."""
    return max((k_means(rows, k, logs=logs, seed=seed) for k in ks), key=lambda found: found.silhouette)


def k_means(rows: ArrayLike, k: int, *, logs: bool = False, seed: int = 1) -> Clusters:
    """k groups of rows, one column a trait, every trait weighing the same.

    logs  where a trait's twice as much matters, not its one more: amounts and counts. The same seed gives the same.
    """
    given = np.asarray(rows, float)
    require(len(given), PER_GROUP * k, "customers")
    points = standardised(np.log1p(given) if logs else given)
    draw = np.random.default_rng(seed)
    some = points if len(points) <= SAMPLE else points[draw.choice(len(points), SAMPLE, replace=False)]
    tries = [_lloyd(some, _starts(some, k, draw)) for _ in range(STARTS)]
    inertia, group, _ = _lloyd(points, min(tries, key=lambda found: found[0])[2])
    order = np.argsort(-np.bincount(group, minlength=k), kind="stable")
    group = np.argsort(order)[group]
    kept = [i for i in range(k) if (group == i).any()]
    centres = np.array([given[group == i].mean(axis=0) for i in kept])
    return Clusters(group, centres, inertia, silhouette(points, group, seed))


def standardised(rows: Numbers) -> Numbers:
    """Each column with mean 0 and deviation 1; one that never differs becomes 0."""
    unit = rows.std(axis=0)
    return (rows - rows.mean(axis=0)) / np.where(unit > 0, unit, 1)


def silhouette(points: Numbers, group: NDArray[np.int64], seed: int = 1) -> float:
    """How much nearer the own group is than the next, on average; of a sample where there are many rows."""
    if len(points) > SAMPLE:
        chosen = np.random.default_rng(seed).choice(len(points), SAMPLE, replace=False)
        points, group = points[chosen], group[chosen]
    names, sizes = np.unique(group, return_counts=True)
    if len(names) < 2:
        return 0.0
    apart = np.sqrt(_squares(points, points))
    to = np.column_stack([apart[:, group == name].sum(axis=1) for name in names])
    own = np.searchsorted(names, group)
    rows = np.arange(len(points))
    others = np.maximum(sizes[own] - 1, 1)
    inside = to[rows, own] / others
    means = to / sizes
    means[rows, own] = np.inf
    outside = means.min(axis=1)
    larger = np.maximum(np.maximum(inside, outside), 1e-300)
    return float(np.where(sizes[own] > 1, (outside - inside) / larger, 0).mean())


def _starts(points: Numbers, k: int, draw: np.random.Generator) -> Numbers:
    """Rows far from one another: each is drawn by its squared distance to those before."""
    chosen = [points[draw.integers(len(points))]]
    for _ in range(k - 1):
        away = _squares(points, np.array(chosen)).min(axis=1)
        total = away.sum()
        chosen.append(points[draw.choice(len(points), p=away / total) if total else 0])
    return np.array(chosen)


def _lloyd(points: Numbers, centres: Numbers) -> tuple[float, NDArray[np.int64], Numbers]:
    """Move each row to its nearest centre and each centre to the middle of its rows until next to nothing moves."""
    group = np.full(len(points), -1)
    for _ in range(300):
        away = _squares(points, centres)
        nearest = away.argmin(axis=1)
        moved = (nearest != group).sum()
        group = nearest
        if moved <= STILL * len(points):
            break
        sizes = np.bincount(group, minlength=len(centres))[:, None]
        sums = np.column_stack([np.bincount(group, column, len(centres)) for column in points.T])
        centres = np.where(sizes, sums / np.maximum(sizes, 1), centres)
    return float(away.min(axis=1).sum()), group, centres


def _squares(a: Numbers, b: Numbers) -> Numbers:
    """The squared distance of every row of a to every row of b."""
    return np.maximum((a * a).sum(axis=1)[:, None] + (b * b).sum(axis=1) - 2 * a @ b.T, 0)
