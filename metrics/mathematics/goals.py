"""Will a goal be reached, is it on pace, and what would it take?

Pace is held against the share of a period's total that earlier periods had by the same day, not against elapsed days.
The number of open deals that will be won is Poisson-binomial: Le Cam, Pacific J. of Mathematics 10 (1960).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, lgamma
from statistics import NormalDist, fmean, stdev

from metrics.mathematics.enough import require
from metrics.mathematics.intervals import Interval, wilson

NORMAL = 30  # windows from which their mean and spread say more than the windows themselves


@dataclass(frozen=True)
class Pace:
    """Where a goal stands: 1 is exactly on pace.

    share     of the target that earlier periods let expect by now
    expected  the target times that share
    landing   where the period ends if it goes on like the earlier ones; None before there is anything to go by
    """

    actual: float
    target: float
    share: float

    @property
    def expected(self) -> float:
        return self.target * self.share

    @property
    def pace(self) -> float | None:
        return self.actual / self.expected if self.expected else None

    @property
    def landing(self) -> float | None:
        return self.actual / self.share if self.share else None


def expected_share(earlier: Sequence[Sequence[float]], day: int, length: int) -> float:
    """The share of a whole period's flow that falls before its day `day` (0 is the start, `length` the end).

    earlier  the daily flows of earlier periods that weigh alike: the same month of other years, or the last months.
             A longer or shorter one is read at the same part of its length.
    """
    if not 0 < day < length:
        return float(day >= length)
    flows = [flow for flow in earlier if len(flow) and sum(flow) > 0]
    if not flows:
        return day / length
    return sum(_until(flow, day / length) for flow in flows) / sum(sum(flow) for flow in flows)


def chance_of_sum(missing: float, windows: Sequence[float]) -> float:
    """The chance that what still comes is at least what is missing.

    windows  what earlier stretches as long as the rest of the period brought. From thirty on they are taken for
             normal; fewer count themselves, so that five can say no more than fifths.
    """
    if missing <= 0:
        return 1.0
    require(len(windows), 2, "earlier periods")
    if len(windows) < NORMAL or not stdev(windows):
        return fmean(float(window >= missing) for window in windows)
    return 1 - NormalDist(fmean(windows), stdev(windows)).cdf(missing)


def chance_of_wins(missing: int, chances: Sequence[float]) -> float:
    """The chance that at least so many of the open deals are won, each with a chance of its own."""
    if missing <= 0:
        return 1.0
    return sum(wins(chances)[missing:])


def wins(chances: Sequence[float]) -> list[float]:
    """How likely each number of wins is, from none to all."""
    found = [1.0]
    for chance in chances:
        found = [lost * (1 - chance) + won * chance for lost, won in zip([*found, 0.0], [0.0, *found], strict=True)]
    return found


def chance_of_rate(target: float, hits: int, n: int, to_come: int) -> float:
    """The chance that a share ends at the target or above, with so many rows still to come at the rate seen so far.

    The rate itself is unsure: beta-binomial after Jeffreys (1946), so few rows so far give no certain answer.
    """
    needed = ceil(target * (n + to_come) - hits - 1e-9)
    a, b = hits + 0.5, n - hits + 0.5
    if needed <= 0:
        return 1.0
    return min(1.0, sum(_beta_binomial(k, to_come, a, b) for k in range(needed, to_come + 1)))


@dataclass(frozen=True)
class Needed:
    """How many it takes (40 leads for 12 customers at 30 %), and between how many, as sure as the rate is."""

    count: int
    low: int
    high: int
    rate: float
    interval: Interval


def needed(missing: float, hits: int, n: int) -> Needed | None:
    """How many more leads, visits or calls it takes at the rate seen so far; None where nothing ever came of one."""
    if not hits:
        return None
    rate, sure = hits / n, wilson(hits, n)
    return Needed(_many(missing, rate), _many(missing, sure.high), _many(missing, sure.low), rate, sure)


def _many(missing: float, rate: float) -> int:
    return max(0, ceil(missing / rate - 1e-9))


def _until(flow: Sequence[float], part: float) -> float:
    """What came in the first part of a period, a day's flow spread evenly over it."""
    whole, rest = divmod(part * len(flow), 1)
    days = int(whole)
    return sum(flow[:days]) + (rest * flow[days] if days < len(flow) else 0.0)


def _beta_binomial(k: int, n: int, a: float, b: float) -> float:
    choose = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    above = lgamma(k + a) + lgamma(n - k + b) - lgamma(n + a + b)
    return exp(choose + above + lgamma(a + b) - lgamma(a) - lgamma(b))
