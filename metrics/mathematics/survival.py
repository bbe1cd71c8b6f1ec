"""How long things last when many have not ended yet: customers, subscriptions, open deals, waiting tickets.

Kaplan & Meier, "Nonparametric Estimation from Incomplete Observations", JASA 53 (1958); variance by Greenwood (1926),
its interval on the log-log scale, which stays inside 0 and 1 (Kalbfleisch & Prentice 1980).
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, inf, log, sqrt

from metrics.mathematics.intervals import Z95


@dataclass(frozen=True)
class Step:
    """At `time`, `ended` of the `at_risk` ended; the share `share` lasts longer."""

    time: float
    at_risk: int
    ended: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Curve:
    """The share that lasts longer than a time, one step for each time something ended."""

    steps: tuple[Step, ...]
    n: int
    ended: int
    longest: float

    def at(self, time: float) -> float:
        """The share that lasts longer than a time."""
        passed = bisect_right([step.time for step in self.steps], time)
        return self.steps[passed - 1].share if passed else 1.0

    @property
    def median(self) -> float | None:
        """The time after which at most half are left; none where more than half outlast what is known."""
        return next((step.time for step in self.steps if step.share <= 0.5 + 1e-12), None)

    def restricted_mean(self, horizon: float | None = None) -> float:
        """The mean time within a horizon, by default the longest time known: the area below the curve."""
        end = self.longest if horizon is None else horizon
        times = [0.0, *(step.time for step in self.steps if step.time < end), end]
        return sum((after - before) * self.at(before) for before, after in pairwise(times))


def kaplan_meier(
    lasted: Sequence[float], ended: Sequence[bool], entered: Sequence[float] | None = None, z: float = Z95
) -> Curve:
    """The curve of things that lasted so long and either ended then or were still going on.

    entered  from which age each was watched, for those who came into sight late (left truncation)
    """
    since = entered if entered is not None else [-inf] * len(lasted)
    watched = [row for row in zip(lasted, ended, since, strict=True) if row[0] > row[2]]
    ends, leaves = Counter(time for time, has_ended, _ in watched if has_ended), Counter(row[0] for row in watched)
    steps = tuple(_steps(ends, leaves, Counter(row[2] for row in watched), z))
    return Curve(steps, len(watched), ends.total(), max(leaves, default=0.0))


def from_counts(ended: Mapping[float, int], going_on: Mapping[float, int]) -> Curve:
    """The curve of how many lasted each time, told apart by whether they ended; all watched from the beginning."""
    leaves = Counter(ended) + Counter(going_on)
    n = leaves.total()
    steps = tuple(_steps(Counter(ended), leaves, Counter({-inf: n}), Z95))
    return Curve(steps, n, sum(ended.values()), max(leaves, default=0.0))


def _steps(ends: Counter[float], leaves: Counter[float], enters: Counter[float], z: float) -> Iterable[Step]:
    share, greenwood, at_risk = 1.0, 0.0, 0
    for time in sorted({*leaves, *enters}):
        if ended := ends[time]:
            share *= 1 - ended / at_risk
            greenwood += ended / (at_risk * (at_risk - ended)) if ended < at_risk else 0
            yield Step(time, at_risk, ended, share, *_log_log(share, greenwood, z))
        at_risk += enters[time] - leaves[time]  # Who enters at this time is at risk after it only.


def _log_log(share: float, greenwood: float, z: float) -> tuple[float, float]:
    if share <= 0:
        return 0.0, 0.0
    half = z * sqrt(greenwood) / log(share)
    return share ** exp(-half), share ** exp(half)
