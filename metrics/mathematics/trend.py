"""Where a number is heading: is it improving, and does it need somebody's attention?"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from metrics.mathematics.control import LEAST, Chart, Signal, control_chart
from metrics.mathematics.intervals import Interval
from metrics.mathematics.line import fit_line
from metrics.mathematics.seasons import without_season

SURE = 0.05
RECENT = 3  # the last points, whose signals are news


class Course(StrEnum):
    IMPROVING = "improving"
    WORSENING = "worsening"
    STEADY = "steady"  # no slope beyond the noise
    RISING = "rising"  # where neither way is better
    FALLING = "falling"
    UNKNOWN = "unknown"  # too few points


@dataclass(frozen=True)
class Trend:
    """A reading of a series.

    slope       change from one point to the next, with its 95 % interval
    chance      how often noise alone would slope as much (p)
    chart       of the series as it was read: without its season, or as the distance to its target
    news        signals of the last points: outside the noise, or a lasting shift
    attention   0 for nothing to worry about; else how far it moved the wrong way as a share of its level, times how
                sure that is: sort by it, largest first
    """

    course: Course
    slope: float
    interval: Interval
    chance: float
    n: int
    chart: Chart
    news: tuple[Signal, ...]
    attention: float

    @property
    def needs_attention(self) -> bool:
        return self.attention > 0


def read_trend(
    values: Sequence[float | None], *, better: int = 1, target: float | None = None, season: int | None = None
) -> Trend:
    """Read a settled series. Gaps are left out; give no partial period.

    better   1 where up is better, −1 where down is, 0 where neither
    target   where near a value is best: then the distance to it is read, and less is better
    season   points in a season (12 months), taken out where two full seasons are known without a gap
    """
    if target is not None:
        values, better = [None if value is None else abs(value - target) for value in values], -1
    known = [(i, value) for i, value in enumerate(values) if value is not None]
    if len(known) < LEAST:
        return Trend(Course.UNKNOWN, 0.0, Interval(0.0, 0.0), 1.0, len(known), control_chart(values), (), 0.0)
    places = [i for i, _ in known]
    unbroken = places[-1] - places[0] + 1 == len(places)
    plain = without_season([value for _, value in known], season if unbroken else None)
    calm: list[float | None] = [None] * len(values)
    for i, value in zip(places, plain, strict=True):
        calm[i] = value
    line, chart = fit_line(places, plain), control_chart(calm)
    news = tuple(chart.signals_since(places[-RECENT]))
    course = _course(line.slope, line.chance, better)
    drift = abs(line.slope) * (places[-1] - places[0]) * (1 - line.chance) if course is Course.WORSENING else 0.0
    jumps = [_size(chart, signal) for signal in news if better and signal.is_up != (better > 0)]
    level = abs(fmean(plain)) or 1.0
    attention = max([drift, *jumps]) / level
    return Trend(course, line.slope, line.slope_interval(), line.chance, len(known), chart, news, attention)


def _course(slope: float, chance: float, better: int) -> Course:
    if chance >= SURE or not slope:
        return Course.STEADY
    if not better:
        return Course.RISING if slope > 0 else Course.FALLING
    return Course.IMPROVING if slope * better > 0 else Course.WORSENING


def _size(chart: Chart, signal: Signal) -> float:
    """How far a point is from what was usual before it."""
    usual = chart.limits[signal.at - 1] if signal.at else None
    own = chart.limits[signal.at]
    value, before = chart.values[signal.at], usual or own
    return abs(value - before.centre) if value is not None and before else 0.0
