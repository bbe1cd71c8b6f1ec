"""Will a goal be reached, is it on pace, and what would it take?

Pace is held against the share of a period's total that earlier periods had by the same day, not against elapsed days.
The number of open deals that will be won is Poisson-binomial: Le Cam, Pacific J. of Mathematics 10 (1960).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, lgamma
from statistics import NormalDist, fmean, stdev
from typing import NamedTuple

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


class Stretch(NamedTuple):
    """The days of a period: the weekday of the first (0 is Monday), and what each brought."""

    weekday: int
    flow: Sequence[float]


def expected_share(earlier: Sequence[Stretch], day: int, weekday: int, length: int) -> float:
    """The share of a period's flow that falls before its day `day`, for one that begins on a weekday and is so long.

    earlier  periods that weigh alike: the same month of other years, or the last months. From them come how much each
             weekday brings, and each tenth of a period beyond its weekdays.
    """
    known = [stretch for stretch in earlier if sum(stretch.flow) > 0]
    by_weekday = _weekdays(known)
    by_tenth = _tenths(known, by_weekday)
    weights = [by_weekday[(weekday + i) % 7] * by_tenth[10 * i // length] for i in range(length)]
    whole = sum(weights)
    return sum(weights[: max(0, day)]) / whole if whole else min(1.0, max(0.0, day / length))


def chance_of_sum(missing: float, windows: Sequence[float]) -> float:
    """The chance that what still comes is at least what is missing.

    windows  what earlier stretches as long as the rest of the period brought. From thirty on they are taken for
             normal; fewer are counted, and half a hit more, so that a few are never certain.
    """
    if missing <= 0:
        return 1.0
    require(len(windows), 2, "earlier periods")
    if len(windows) < NORMAL or not stdev(windows):
        return (sum(window >= missing for window in windows) + 0.5) / (len(windows) + 1)
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


def _weekdays(known: Sequence[Stretch]) -> list[float]:
    """What each weekday brings, where 1 is usual; all alike until each was there four times."""
    sums, counts = [0.0] * 7, [0] * 7
    for stretch in known:
        usual = fmean(stretch.flow)
        for i, amount in enumerate(stretch.flow):
            sums[(stretch.weekday + i) % 7] += amount / usual
            counts[(stretch.weekday + i) % 7] += 1
    if min(counts) < 4:
        return [1.0] * 7
    return [total / count for total, count in zip(sums, counts, strict=True)]


def _tenths(known: Sequence[Stretch], by_weekday: Sequence[float]) -> list[float]:
    """What each tenth of a period brings beyond what its weekdays do."""
    came, usual = [0.0] * 10, [0.0] * 10
    for stretch in known:
        mean = fmean(stretch.flow)
        for i, amount in enumerate(stretch.flow):
            tenth = 10 * i // len(stretch.flow)
            came[tenth] += amount
            usual[tenth] += mean * by_weekday[(stretch.weekday + i) % 7]
    return [part / other if other else 1.0 for part, other in zip(came, usual, strict=True)]


def _beta_binomial(k: int, n: int, a: float, b: float) -> float:
    choose = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    above = lgamma(k + a) + lgamma(n - k + b) - lgamma(n + a + b)
    return exp(choose + above + lgamma(a + b) - lgamma(a) - lgamma(b))
