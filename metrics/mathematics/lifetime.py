"""How often customers without a contract will buy again, and whether they are still customers at all.

The BG/NBD model: Fader, Hardie & Lee, "Counting Your Customers the Easy Way", Marketing Science 24 (2005). A customer
buys at random at a rate of their own and may leave for good after any purchase. For customers with a contract use
`survival`. Loads numpy.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from metrics.mathematics.enough import require
from metrics.mathematics.simplex import minimise

LEAST_CUSTOMERS, LEAST_REPEATERS = 200, 50
# From here on (e⁵) all customers are as good as equally likely to leave, and ₂F₁ soon outgrows a double.
ALIKE = 5.0
Numbers = NDArray[np.float64]


class Histories(NamedTuple):
    """What is known of each customer, all times in one unit.

    repeats  purchases after the first, counted in days with a purchase
    recency  time from the first purchase to the last; 0 without a repeat
    age      time from the first purchase to the end of what is known
    """

    repeats: NDArray[np.int64]
    recency: Numbers
    age: Numbers

    @classmethod
    def of(cls, repeats: ArrayLike, recency: ArrayLike, age: ArrayLike) -> "Histories":
        return cls(np.asarray(repeats, np.int64), np.asarray(recency, float), np.asarray(age, float))

    def some(self, which: slice) -> "Histories":
        return Histories(self.repeats[which], self.recency[which], self.age[which])

    @classmethod
    def of_days(cls, purchases: Iterable[Iterable[int]], end: int, unit: float = 7) -> "Histories":
        """From the day numbers of every customer's purchases, known until the day `end`."""
        days = [sorted(set(each)) for each in purchases]
        first, last = np.array([each[0] for each in days]), np.array([each[-1] for each in days])
        return cls.of([len(each) - 1 for each in days], (last - first) / unit, (end - first) / unit)


@dataclass(frozen=True)
class Buying:
    """How a company's customers buy: rates are gamma(r, α), the chance to leave is beta(a, b)."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = 0.0
    customers: int = 0
    repeaters: int = 0

    def alive(self, known: Histories) -> Numbers:
        """The chance that each is still a customer."""
        x = known.repeats
        odds = np.log(self.a / (self.b + np.maximum(x, 1) - 1))
        gone = odds + (self.r + x) * np.log((self.alpha + known.age) / (self.alpha + known.recency))
        return np.exp(-np.logaddexp(0, np.where(x > 0, gone, -np.inf)))

    def expected(self, time: float, known: Histories) -> Numbers:
        """How many purchases to expect of each in the time to come.

        Euler's transformation of the paper's ₂F₁ keeps every term small, however many purchases there were.
        """
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        z = time / (alpha + known.age + time)
        c = a + b + known.repeats - 1
        series = _hypergeometric(a + b - 1 - r, a - 1, c, z)
        return c / (a - 1) * (1 - (1 - z) ** (a - 1) * series) * self.alive(known)

    def expected_of_new(self, time: float) -> float:
        """How many repeat purchases to expect of a new customer."""
        return float(self.expected(time, Histories.of([0], [0], [0]))[0])

    def chance(self, purchases: int, time: float) -> float:
        """The chance that a new customer makes exactly so many repeat purchases."""
        r, a, b, z = self.r, self.a, self.b, time / (self.alpha + time)
        waits = [exp(lgamma(r + j) - lgamma(r) - lgamma(j + 1) + r * log(1 - z)) * z**j for j in range(purchases + 1)]
        stays = exp(_log_beta(a, b + purchases) - _log_beta(a, b)) * waits[-1]
        if not purchases:
            return stays
        return stays + exp(_log_beta(a + 1, b + purchases - 1) - _log_beta(a, b)) * (1 - sum(waits[:-1]))


def fit(known: Histories) -> Buying:
    """The model under which these histories are likeliest. Raises `TooFew` where there is too little to learn from."""
    customers, repeaters = len(known.repeats), int((known.repeats > 0).sum())
    require(customers, LEAST_CUSTOMERS, "customers")
    require(repeaters, LEAST_REPEATERS, "customers who bought again")
    rows, counts = np.unique(np.column_stack(known), axis=0, return_counts=True)
    same = Histories.of(*rows.T)
    found = minimise(lambda at: -_log_likelihood(at, same, counts), [0.0, log(known.age.mean() / 10), 0.0, 0.0])
    r, alpha, a, b = (exp(x) for x in found.at)
    return Buying(r, alpha, a, b, -found.value, customers, repeaters)


class Calibration(NamedTuple):
    """What customers with so many earlier repeats bought in a time kept from the model, and what it expected."""

    repeats: int
    customers: int
    actual: float
    expected: float


def calibrate(model: Buying, known: Histories, actual: Sequence[int], time: float, most: int = 7) -> list[Calibration]:
    """Mean purchases in the held-out time by earlier repeats, with `most` or more together."""
    groups, bought, expected = np.minimum(known.repeats, most), np.asarray(actual), model.expected(time, known)
    return [
        Calibration(int(k), int(own.sum()), float(bought[own].mean()), float(expected[own].mean()))
        for k in np.unique(groups)
        for own in [groups == k]
    ]


def _log_likelihood(at: list[float], known: Histories, counts: NDArray[np.int64]) -> float:
    if max(map(abs, at)) > 20 or max(at[2:]) > ALIKE:
        return -np.inf
    r, alpha, a, b = (exp(x) for x in at)
    x, _, _ = known
    times = range(int(x.max()) + 1)
    by_repeats = [
        lgamma(r + k) - lgamma(r) + r * log(alpha) + lgamma(a + b) + lgamma(b + k) - lgamma(b) - lgamma(a + b + k)
        for k in times
    ]
    stayed = -(r + x) * np.log(alpha + known.age)
    left = np.log(a / (b + np.maximum(x, 1) - 1)) - (r + x) * np.log(alpha + known.recency)
    each = np.array(by_repeats)[x] + np.where(x > 0, np.logaddexp(stayed, left), stayed)
    return float(each @ counts)


def _hypergeometric(a: float, b: float, c: NDArray[np.floating], z: Numbers) -> Numbers:
    """₂F₁(a, b; c; z) for 0 ≤ z < 1, by its series."""
    term, total = np.ones_like(z), np.ones_like(z)
    for j in range(100_000):
        term = term * ((a + j) * (b + j) / ((c + j) * (j + 1))) * z
        total = total + term
        if np.abs(term).max(initial=0) < 1e-15 * np.abs(total).min(initial=1):
            break
    return total


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
