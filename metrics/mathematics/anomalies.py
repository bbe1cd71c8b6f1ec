"""Values that do not belong with the others, told by measures a few odd ones cannot move.

The modified z-score: Iglewicz & Hoaglin, "How to Detect and Handle Outliers" (1993). The generalised test for several
outliers at once: Rosner, "Percentage Points for a Generalized ESD Many-Outlier Procedure", Technometrics 25 (1983).
"""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, median, stdev
from typing import NamedTuple

from metrics.mathematics.control import Kind, control_chart
from metrics.mathematics.intervals import Interval
from metrics.mathematics.line import fit_line
from metrics.mathematics.student import t_below, t_quantile

FAR = 3.5
LEAST = 5  # values below which nothing is called odd
MANY = 8  # values before the last one, for it to be held against them
SURE = 0.05


class Anomaly(NamedTuple):
    """The value at a place, how far it is from the middle (in robust deviations), and what would have been usual."""

    at: int
    value: float
    distance: float
    usual: float


class Extreme(NamedTuple):
    """The most extreme value left, how extreme it is, and how extreme the most extreme may be."""

    at: int
    extreme: float
    allowed: float


class Surprise(NamedTuple):
    """The last value against what those before it let expect, and how often noise alone strays as far (p)."""

    value: float
    expected: float
    usual: Interval
    chance: float
    n: int

    @property
    def is_up(self) -> bool:
        return self.value > self.expected


def surprise(values: Sequence[float | None]) -> Surprise | None:
    """How far the last value strays from the level, or where there surely is one the slope, of those before it.

    Only values since the level last shifted count; None where they are fewer than eight, or never moved.
    """
    last = values[-1] if values else None
    if last is None:
        return None
    places = [i for i, value in enumerate(values[:-1]) if value is not None]
    before = [value for value in values[:-1] if value is not None]
    shifts = [signal.at for signal in control_chart(before).signals if signal.kind in (Kind.HIGHER, Kind.LOWER)]
    start = max(shifts, default=0)
    places, before = places[start:], before[start:]
    if len(before) < MANY:
        return None
    line = fit_line(places, before)
    if line.chance < SURE:
        return _against(last, line.at(len(values) - 1), line.band(len(values) - 1), len(before), 2)
    half = t_quantile(0.975, len(before) - 1) * stdev(before) * sqrt(1 + 1 / len(before))
    middle = fmean(before)
    return _against(last, middle, Interval(middle - half, middle + half), len(before), 1)


def _against(value: float, expected: float, usual: Interval, n: int, told: int) -> Surprise | None:
    """The interval holds nineteen of twenty; from its width comes how far the value strays."""
    unit = (usual.high - expected) / t_quantile(0.975, n - told)
    if not unit:
        return None
    return Surprise(value, expected, usual, 2 * (1 - t_below(abs(value - expected) / unit, n - told)), n)


def anomalies(values: Sequence[float | None], far: float = FAR) -> list[Anomaly]:
    """Values further than `far` robust deviations from the median, the furthest first.

    Where more than half are the same, the mean distance stands in for the median one, which is then 0.
    """
    known = [value for value in values if value is not None]
    if len(known) < LEAST:
        return []
    middle = median(known)
    away = [abs(value - middle) for value in known]
    unit = median(away) / 0.6745 or 1.253314 * fmean(away)
    if not unit:
        return []
    found = [Anomaly(i, value, (value - middle) / unit, middle) for i, value in enumerate(values) if value is not None]
    return sorted((each for each in found if abs(each.distance) > far), key=lambda each: -abs(each.distance))


def outliers(values: Sequence[float], most: int, level: float = 0.05) -> list[int]:
    """The places of up to `most` outliers among values that are otherwise normal."""
    tests = outlier_tests(values, most, level)
    last = max((count for count, test in enumerate(tests, 1) if test.extreme > test.allowed), default=0)
    return [test.at for test in tests[:last]]


def outlier_tests(values: Sequence[float], most: int, level: float = 0.05) -> list[Extreme]:
    """Rosner's tests in turn, each without the extremes before it."""
    left, tests = dict(enumerate(values)), []
    for _ in range(min(most, len(values) - 2)):
        n, middle, spread = len(left), fmean(left.values()), stdev(left.values())
        at = max(left, key=lambda i: abs(left[i] - middle))
        t = t_quantile(1 - level / (2 * n), n - 2)
        tests.append(
            Extreme(at, abs(left[at] - middle) / spread if spread else 0.0, (n - 1) * t / sqrt((n - 2 + t * t) * n))
        )
        del left[at]
    return tests
