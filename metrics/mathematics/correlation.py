"""Which numbers move together, and which leads: association, never cause.

Changes are compared, not levels: two series that both grow always look alike (Granger & Newbold 1974). Of many pairs
some agree by chance; the rate of such false finds is held by Benjamini & Hochberg, J. R. Statist. Soc. B 57 (1995).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import atanh, inf, sqrt, tanh
from statistics import correlation as pearson_of

from metrics.mathematics.intervals import Z95, Interval
from metrics.mathematics.seasons import without_season
from metrics.mathematics.student import t_below

LAGS = 6
LEAST = 12  # pairs of changes below which nothing is said
FALSE = 0.05  # of what is called related, the part that is chance

Series = Sequence[float | None]


@dataclass(frozen=True)
class Association:
    """How the changes of two series go together, at the lag where they do most.

    lag      how many periods `first` leads `second`; negative where it follows
    strength Pearson's r with its 95 % interval, and Spearman's, which one odd value cannot make
    chance   how often unrelated series agree as much at one lag (p)
    adjusted the same, held against every pair and lag that was tried (q)
    """

    first: str
    second: str
    lag: int
    strength: float
    interval: Interval
    rank_strength: float
    n: int
    chance: float
    adjusted: float

    @property
    def is_related(self) -> bool:
        return self.adjusted <= FALSE


def associations(
    series: Mapping[str, Series], *, lags: int = LAGS, season: int | None = None, of: str | None = None
) -> list[Association]:
    """Every pair of series with one entry a period, at its strongest lag, the surest first.

    Gaps are left out pair by pair. A season is taken out of series without a gap. `of` keeps the pairs of one series,
    which then comes first.
    """
    changes = {name: changes_of(values, season) for name, values in series.items()}
    couples = combinations(changes, 2) if of is None else ((of, name) for name in changes if name != of)
    tried: list[tuple[str, str, int, list[tuple[float, float]], float]] = []
    for first, second in couples:
        for lag in range(-lags, lags + 1):
            pairs = pairs_of(changes[first], changes[second], lag)
            if len(pairs) >= LEAST and (found := pearson(pairs)) is not None:
                tried.append((first, second, lag, pairs, found))
    chances = [chance_of(found, len(pairs)) for *_, pairs, found in tried]
    best: dict[tuple[str, str], Association] = {}
    for (first, second, lag, pairs, found), chance, adjusted in zip(tried, chances, adjust(chances), strict=True):
        if (first, second) not in best or chance < best[first, second].chance:
            ranked = spearman(pairs) or 0.0
            own = interval_of(found, len(pairs))
            best[first, second] = Association(first, second, lag, found, own, ranked, len(pairs), chance, adjusted)
    return sorted(best.values(), key=lambda each: (each.adjusted, each.chance))


def pearson(pairs: Sequence[tuple[float, float]]) -> float | None:
    """From −1 to 1; None where one side never moves."""
    x, y = zip(*pairs, strict=True)
    if len(set(x)) < 2 or len(set(y)) < 2:
        return None
    return max(-1.0, min(1.0, pearson_of(x, y)))


def spearman(pairs: Sequence[tuple[float, float]]) -> float | None:
    """The same of the ranks."""
    x, y = zip(*pairs, strict=True)
    return pearson(list(zip(ranks(x), ranks(y), strict=True)))


def ranks(values: Sequence[float]) -> list[float]:
    """Places from 1 on; the same values share the middle of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found, start = [0.0] * len(values), 0
    for end in range(1, len(values) + 1):
        if end == len(values) or values[order[end]] != values[order[start]]:
            for i in order[start:end]:
                found[i] = (start + 1 + end) / 2
            start = end
    return found


def interval_of(strength: float, n: int) -> Interval:
    """Fisher's (1915) 95 % interval of a correlation of n > 3 pairs."""
    if abs(strength) >= 1:
        return Interval(strength, strength)
    half = Z95 / sqrt(n - 3)
    return Interval(tanh(atanh(strength) - half), tanh(atanh(strength) + half))


def chance_of(strength: float, n: int) -> float:
    """How often unrelated pairs agree as much, one way or the other."""
    rest = 1 - strength * strength
    t = abs(strength) * sqrt((n - 2) / rest) if rest > 0 else inf
    return 2 * (1 - t_below(t, n - 2))


def adjust(chances: Sequence[float]) -> list[float]:
    """Each chance as the rate of false finds it would bring: Benjamini and Hochberg's."""
    n, lowest = len(chances), 1.0
    found = [1.0] * n
    for place, i in sorted(enumerate(sorted(range(n), key=chances.__getitem__), 1), reverse=True):
        lowest = min(lowest, chances[i] * (n / place))
        found[i] = lowest
    return found


def changes_of(values: Series, season: int | None) -> list[float | None]:
    """From each period to the next, without what the season adds where no period is missing."""
    known = [value for value in values if value is not None]
    plain: Series = without_season(known, season) if len(known) == len(values) else values
    return [None if a is None or b is None else b - a for a, b in pairwise(plain)]


def pairs_of(first: Series, second: Series, lag: int) -> list[tuple[float, float]]:
    """What both were, `second` by so many periods later."""
    if lag < 0:
        return [(a, b) for b, a in pairs_of(second, first, -lag)]
    return [(a, b) for a, b in zip(first, second[lag:], strict=False) if a is not None and b is not None]
