"""How much customers spend at a purchase, and what all their purchases to come are worth today.

The Gamma-Gamma model: Fader & Hardie, "The Gamma-Gamma Model of Monetary Value" (2013). What one customer spends
varies around a mean of their own, which has nothing to do with how often they buy. Loads numpy.
"""

from dataclasses import dataclass
from math import exp, lgamma, log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from metrics.mathematics.enough import require
from metrics.mathematics.lifetime import LEAST_REPEATERS, Buying, Histories
from metrics.mathematics.simplex import minimise

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Spending:
    """How a company's customers spend: a purchase is gamma(p, ν), and ν is gamma(q, v) between customers."""

    p: float
    q: float
    v: float
    log_likelihood: float = 0.0
    customers: int = 0

    @property
    def mean(self) -> float:
        """What a new customer spends at a purchase."""
        return self.p * self.v / (self.q - 1)

    def expected(self, repeats: ArrayLike, mean_spend: ArrayLike) -> Numbers:
        """What each spends at a purchase: their own mean, drawn towards everybody's the fewer there were."""
        x, z = np.asarray(repeats, float), np.asarray(mean_spend, float)
        return self.p * (self.v + x * np.where(x > 0, z, 0)) / (self.p * x + self.q - 1)


def fit(repeats: ArrayLike, mean_spend: ArrayLike) -> Spending:
    """The model under which these mean spends are likeliest; customers without a repeat or a spend are left out.

    Raises `TooFew` where there is too little to learn from.
    """
    x, z = np.asarray(repeats, np.int64), np.asarray(mean_spend, float)
    own = (x > 0) & (z > 0)
    x, z = x[own], z[own]
    require(len(x), LEAST_REPEATERS, "customers who bought again")
    unit = float(z.mean())
    found = minimise(lambda at: -_log_likelihood(at, x, z / unit), [0.0, 0.5, 0.0])
    p, q, v = (exp(each) for each in found.at)
    return Spending(p, q, v * unit, -found.value - len(x) * log(unit), len(x))


def lifetime_value(
    buying: Buying,
    spending: Spending,
    known: Histories,
    mean_spend: ArrayLike,
    *,
    periods: int,
    step: float,
    discount: float,
    margin: float = 1.0,
) -> Numbers:
    """What each customer's purchases in the periods to come are worth today.

    step      the length of a period in the unit of the histories (52.18 weeks a year)
    discount  of one period: 0.1 for ten percent a year, where a period is a year
    margin    the share of the spend that is kept
    """
    worth = np.zeros(len(known.repeats))
    before = worth
    for k in range(1, periods + 1):
        until = buying.expected(k * step, known)
        worth = worth + (until - before) / (1 + discount) ** k
        before = until
    return margin * spending.expected(known.repeats, mean_spend) * worth


def _log_likelihood(at: list[float], x: NDArray[np.int64], z: Numbers) -> float:
    if max(map(abs, at)) > 20:
        return -np.inf
    p, q, v = (exp(each) for each in at)
    by_repeats = [0.0] + [
        lgamma(p * k + q) - lgamma(p * k) - lgamma(q) + q * log(v) + p * k * log(k) for k in range(1, int(x.max()) + 1)
    ]
    each = np.array(by_repeats)[x] + (p * x - 1) * np.log(z) - (p * x + q) * np.log(v + x * z)
    return float(each.sum())
