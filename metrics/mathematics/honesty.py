"""How good a model's chances are, on rows it has not seen.

The area under the curve: Hanley & McNeil, Radiology 143 (1982); calibration and score: Brier, "Verification of
Forecasts Expressed in Terms of Probability", Monthly Weather Review 78 (1950).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from statistics import fmean

from metrics.mathematics.correlation import ranks
from metrics.mathematics.intervals import Interval, wilson


@dataclass(frozen=True)
class Bin:
    """Rows of a like chance: what the model said on average, and how many of the n it came true for."""

    said: float
    hits: int
    n: int

    @property
    def rate(self) -> float:
        return self.hits / self.n

    @property
    def interval(self) -> Interval:
        return wilson(self.hits, self.n)


@dataclass(frozen=True)
class Honesty:
    """The model on `n` rows kept from it.

    auc       how often a row that came true had the higher chance than one that did not; 0.5 is guessing
    brier     mean squared error of the chances; `guessing` is what saying the base rate to all would have
    bins      fifths by chance, lowest first: said against happened
    """

    n: int
    hits: int
    auc: float | None
    brier: float
    guessing: float
    bins: tuple[Bin, ...]

    @property
    def is_useful(self) -> bool:
        """Better than guessing, in order and in size."""
        return self.auc is not None and self.auc > 0.6 and self.brier < self.guessing


def honesty(chances: Sequence[float], happened: Sequence[bool], bins: int = 5) -> Honesty:
    n, hits = len(chances), sum(happened)
    base = hits / n
    order = sorted(range(n), key=chances.__getitem__)
    cuts = [round(k * n / bins) for k in range(bins + 1)]
    groups = [order[start:end] for start, end in pairwise(cuts) if end > start]
    return Honesty(
        n,
        hits,
        auc(chances, happened),
        fmean((chance - came) ** 2 for chance, came in zip(chances, happened, strict=True)),
        base * (1 - base),
        tuple(Bin(fmean(chances[i] for i in own), sum(happened[i] for i in own), len(own)) for own in groups),
    )


def auc(chances: Sequence[float], happened: Sequence[bool]) -> float | None:
    """None where all or none of them happened: then there is nothing to tell apart."""
    hits = sum(happened)
    misses = len(happened) - hits
    if not hits or not misses:
        return None
    places = sum(place for place, came in zip(ranks(chances), happened, strict=True) if came)
    return (places - hits * (hits + 1) / 2) / (hits * misses)


def keep_some(happened: Sequence[bool], part: float = 0.3, seed: int = 1) -> tuple[list[int], list[int]]:
    """Places to learn from and places to keep, the same part of what happened and of what did not."""
    draw = Random(seed)  # noqa: S311  A page read twice says the same.
    learn, kept = [], []
    for wanted in (True, False):
        places = [i for i, came in enumerate(happened) if bool(came) is wanted]
        draw.shuffle(places)
        cut = round(part * len(places))
        kept += places[:cut]
        learn += places[cut:]
    return sorted(learn), sorted(kept)
