"""A few plain questions that part those it happens to from the others: a shallow decision tree, to be read as rules.

Questions are chosen by information gain (Quinlan, "Induction of Decision Trees", Machine Learning 1, 1986).
Loads numpy.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from metrics.mathematics.enough import require
from metrics.mathematics.honesty import Honesty, honesty, keep_some
from metrics.mathematics.intervals import Interval, wilson

LEAST_LEAF = 30
DEPTH = 3
Numbers = NDArray[np.float64]
Traits = Mapping[str, Sequence[float] | Sequence[str]]


@dataclass(frozen=True)
class Question:
    """Is the number at most `at`, or is the word `at`? What is not known answers no."""

    trait: str
    at: float | str

    def asked(self, traits: Mapping[str, NDArray]) -> NDArray[np.bool_]:
        values = traits[self.trait]
        return values == self.at if isinstance(self.at, str) else values <= self.at

    @property
    def yes(self) -> str:
        return f"{self.trait} is {self.at}" if isinstance(self.at, str) else f"{self.trait} at most {self.at:g}"

    @property
    def no(self) -> str:
        return f"{self.trait} is not {self.at}" if isinstance(self.at, str) else f"{self.trait} above {self.at:g}"


@dataclass(frozen=True)
class Leaf:
    """Those whom all the rules fit: how many they are, and how many of them it happened to."""

    rules: tuple[str, ...]
    n: int
    hits: int

    @property
    def rate(self) -> float:
        return self.hits / self.n

    @property
    def interval(self) -> Interval:
        return wilson(self.hits, self.n)


@dataclass(frozen=True)
class Node:
    n: int
    hits: int
    question: Question | None = None
    gain: float = 0.0
    yes: "Node | None" = None
    no: "Node | None" = None

    def leaves(self, rules: tuple[str, ...] = ()) -> Iterator[Leaf]:
        if self.question is None or self.yes is None or self.no is None:
            yield Leaf(rules, self.n, self.hits)
            return
        yield from self.yes.leaves((*rules, self.question.yes))
        yield from self.no.leaves((*rules, self.question.no))

    def chances(self, traits: Mapping[str, NDArray]) -> Numbers:
        size = len(next(iter(traits.values())))
        if self.question is None or self.yes is None or self.no is None:
            return np.full(size, self.hits / self.n)
        asked = self.question.asked(traits)
        return np.where(asked, self.yes.chances(traits), self.no.chances(traits))


@dataclass(frozen=True)
class Tree:
    """The tree of all rows, with how one that saw seven tenths of them did on the rest."""

    root: Node
    honesty: Honesty

    @property
    def leaves(self) -> list[Leaf]:
        """The rules, those with the highest rate first."""
        return sorted(self.root.leaves(), key=lambda leaf: -leaf.rate)

    def chances(self, traits: Traits) -> list[float]:
        return self.root.chances(_arrays(traits)).tolist()


def grow(
    traits: Traits, happened: Sequence[bool], *, depth: int = DEPTH, least: int = LEAST_LEAF, seed: int = 1
) -> Tree:
    """The tree of at most `depth` questions in a row with at least `least` rows in every leaf.

    traits  for each name one number (nan where it is not known) or one word a row. Raises `TooFew` below two leaves'
            worth of rows.
    """
    require(len(happened), 2 * least, "rows")
    arrays, outcome = _arrays(traits), np.asarray(happened, bool)
    learn, kept = keep_some(happened, seed=seed)
    judged = _grow({name: each[learn] for name, each in arrays.items()}, outcome[learn], depth, least)
    said = judged.chances({name: each[kept] for name, each in arrays.items()})
    return Tree(_grow(arrays, outcome, depth, least), honesty(said.tolist(), outcome[kept].tolist()))


def information_gain(happened: Sequence[bool], words: Sequence[str]) -> float:
    """How many bits a word tells of whether it happened."""
    outcome, told = np.asarray(happened, bool), np.asarray(words)
    left = sum(_entropy(outcome[told == word].sum(), (told == word).sum()) for word in np.unique(told))
    return float(_entropy(outcome.sum(), len(outcome)) - left) / len(outcome)


class _Found(NamedTuple):
    gain: float
    question: Question


def _grow(traits: Mapping[str, NDArray], outcome: NDArray[np.bool_], depth: int, least: int) -> Node:
    n, hits = len(outcome), int(outcome.sum())
    found = [each for name, values in traits.items() for each in _questions(name, values, outcome, least)]
    best = max(found, key=lambda each: each.gain, default=None) if depth and 0 < hits < n else None
    if best is None or best.gain <= 1e-9:
        return Node(n, hits)
    asked = best.question.asked(traits)
    yes, no = (
        _grow({name: values[side] for name, values in traits.items()}, outcome[side], depth - 1, least)
        for side in (asked, ~asked)
    )
    return Node(n, hits, best.question, best.gain, yes, no)


def _questions(name: str, values: NDArray, outcome: NDArray[np.bool_], least: int) -> Iterator[_Found]:
    """What could be asked of a trait, with the bits a row it would tell."""
    n, hits = len(outcome), outcome.sum()
    whole = _entropy(hits, n)
    if values.dtype.kind == "U":
        for word in np.unique(values):
            own = values == word
            size, part = own.sum(), outcome[own].sum()
            if min(size, n - size) >= least:
                left = _entropy(part, size) + _entropy(hits - part, n - size)
                yield _Found(float(whole - left) / n, Question(name, str(word)))
        return
    order = np.argsort(values, kind="stable")  # What is not known (nan) comes last.
    ordered, so_far = values[order], np.cumsum(outcome[order])
    sizes = np.arange(1, n)
    cuts = sizes[(ordered[:-1] < ordered[1:]) | (~np.isnan(ordered[:-1]) & np.isnan(ordered[1:]))]
    cuts = cuts[(cuts >= least) & (n - cuts >= least)]
    if len(cuts):
        left = _entropy(so_far[cuts - 1], cuts) + _entropy(hits - so_far[cuts - 1], n - cuts)
        cut = cuts[np.argmin(left)]
        above = ordered[cut]
        at = ordered[cut - 1] if np.isnan(above) else (ordered[cut - 1] + above) / 2
        yield _Found(float(whole - left.min()) / n, Question(name, float(at)))


def _entropy(hits: NDArray | np.integer, n: NDArray | np.integer | int) -> Numbers:
    """The bits in n rows of which some happened: n times the entropy of the rate."""
    share = np.clip(np.divide(hits, n), 1e-300, 1)
    rest = np.clip(1 - share, 1e-300, 1)
    return -n * (share * np.log2(share) + rest * np.log2(rest))


def _arrays(traits: Traits) -> dict[str, NDArray]:
    return {
        name: np.asarray(values, str if len(values) and isinstance(values[0], str) else float)
        for name, values in traits.items()
    }
