"""How each trait of customers moves the odds that something happens to them (logistic regression: Cox 1958).

Fitted by Newton's steps. Odds, not causes: what goes along with leaving need not bring it about. Loads numpy.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from metrics.mathematics.enough import require
from metrics.mathematics.honesty import Honesty, honesty, keep_some
from metrics.mathematics.intervals import Z95, Interval

PER_TERM = 10  # of what happened, and of what did not, for each trait (Peduzzi et al. 1996)
RIDGE = 1e-6  # So little that it moves no printed digit, and yet two traits that say the same can be told.
UNKNOWN = "not known"
Numbers = NDArray[np.float64]
Traits = Mapping[str, Sequence[float] | Sequence[str]]


@dataclass(frozen=True)
class Term:
    """A trait's weight in the log odds for one more of it; of a word, for having it and not the commonest one."""

    name: str
    weight: float
    error: float

    @property
    def odds(self) -> float:
        """How many times the odds become."""
        return exp(min(self.weight, 700))

    @property
    def interval(self) -> Interval:
        return Interval(self.weight - Z95 * self.error, self.weight + Z95 * self.error)

    @property
    def chance(self) -> float:
        """How often a trait that does not matter would seem to matter as much (Wald's p)."""
        return 2 * NormalDist().cdf(-abs(self.weight) / self.error) if self.error else 1.0

    @property
    def is_sure(self) -> bool:
        return not self.interval.holds(0)


@dataclass(frozen=True)
class Logistic:
    """A fitted model, with how it does on rows it has not seen."""

    base: Term
    terms: tuple[Term, ...]
    n: int
    hits: int
    honesty: Honesty | None = None

    def chances(self, traits: Traits) -> list[float]:
        """How likely it is for each row."""
        columns = _columns(traits, [term.name for term in self.terms])
        return _sigmoid(self.base.weight + columns @ np.array([term.weight for term in self.terms])).tolist()


def fit(traits: Traits, happened: Sequence[bool], *, seed: int = 1) -> Logistic:
    """The model of all rows, judged by one that saw seven tenths of them.

    traits  for each name one number (nan where it is not known) or one word a row. Raises `TooFew` where there is too
            little for so many.
    """
    names, outcome = _names(traits), np.asarray(happened, float)
    hits = int(outcome.sum())
    for count, of in ((hits, "rows where it happened"), (len(outcome) - hits, "rows where it did not")):
        require(count, PER_TERM * len(names), of)
    columns = _columns(traits, names)
    learn, kept = keep_some(happened, seed=seed)
    weights, _ = _newton(columns[learn], outcome[learn])
    said = _sigmoid(weights[0] + columns[kept] @ weights[1:])
    seen = honesty(said.tolist(), [bool(happened[i]) for i in kept])
    return _model(names, columns, outcome, seen)


def fit_all(traits: Traits, happened: Sequence[bool]) -> Logistic:
    """The model of all rows, not judged."""
    names = _names(traits)
    return _model(names, _columns(traits, names), np.asarray(happened, float), None)


def _model(names: list[str], columns: Numbers, outcome: Numbers, seen: Honesty | None) -> Logistic:
    weights, errors = _newton(columns, outcome)
    base, *terms = (Term(*told) for told in zip(["", *names], weights.tolist(), errors.tolist(), strict=True))
    return Logistic(base, tuple(terms), len(outcome), int(outcome.sum()), seen)


def _newton(columns: Numbers, outcome: Numbers) -> tuple[Numbers, Numbers]:
    """Weights and their standard errors, the first the base's."""
    middle, unit = columns.mean(axis=0), columns.std(axis=0)
    unit[unit == 0] = 1
    x = np.column_stack([np.ones(len(outcome)), (columns - middle) / unit])
    weights = np.zeros(x.shape[1])
    ridge = RIDGE * np.eye(x.shape[1])
    for _ in range(50):
        chance = _sigmoid(x @ weights)
        bend = (x * (chance * (1 - chance))[:, None]).T @ x + ridge
        step = np.linalg.solve(bend, x.T @ (outcome - chance) - ridge @ weights)
        weights = weights + step
        if np.abs(step).max() < 1e-10:
            break
    spread = np.linalg.inv(bend)
    back = np.diag(1 / np.concatenate([[1.0], unit]))
    back[0, 1:] = -middle / unit
    return back @ weights, np.sqrt(np.diag(back @ spread @ back.T))


def _sigmoid(x: Numbers) -> Numbers:
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))


def _names(traits: Traits) -> list[str]:
    """Each number's name; for words "name: word" for every word but the commonest."""
    names = []
    for name, values in traits.items():
        if _are_words(values):
            names += [f"{name}: {word}" for word, _ in Counter(values).most_common()[1:]]
            continue
        names.append(name)
        if np.isnan(np.asarray(values, float)).any():
            names.append(f"{name}: {UNKNOWN}")
    return names


def _columns(traits: Traits, names: Sequence[str]) -> Numbers:
    return np.column_stack([_column(traits, name) for name in names])


def _column(traits: Traits, name: str) -> Numbers:
    if name in traits:
        return np.nan_to_num(np.asarray(traits[name], float))  # What is not known has a term of its own.
    trait, word = name.split(": ", 1)
    values = traits[trait]
    if _are_words(values):
        return np.array([value == word for value in values], float)
    return np.isnan(np.asarray(values, float)).astype(float)


def _are_words(values: Sequence[float] | Sequence[str]) -> bool:
    return len(values) > 0 and isinstance(values[0], str)
