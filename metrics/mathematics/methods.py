"""Ways to go on with a series, each with how its error grows (Hyndman & Athanasopoulos, "Forecasting", 2018, 3.5)."""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from itertools import pairwise
from math import sqrt
from statistics import fmean
from typing import NamedTuple

from metrics.mathematics.smoothing import Season, Smoothed, fit

LOOKS = 1  # A forecast is made some thirty times to be chosen; a closer look moves it by far less than its band.


class Guess(NamedTuple):
    """A value to come, with the standard deviation of what may come instead."""

    value: float
    deviation: float


class Method(StrEnum):
    """Simple ones first: where two do as well, the first is taken."""

    SAME = "as the last period"
    SEASON_AGO = "as a season ago"
    DRIFT = "on as so far"
    LEVEL = "smoothed level"
    SLOPE = "smoothed level and slope"
    ADDED = "smoothed, so much more each season"
    TIMES = "smoothed, so many times as much each season"

    @property
    def is_seasonal(self) -> bool:
        return self in (Method.SEASON_AGO, Method.ADDED, Method.TIMES)

    def go_on(self, values: Sequence[float], steps: int, season: int = 0) -> list[Guess]:
        return WAYS[self](values, steps, season)


def _same(values: Sequence[float], steps: int, season: int) -> list[Guess]:
    deviation = _size(b - a for a, b in pairwise(values))
    return [Guess(values[-1], deviation * sqrt(h)) for h in range(1, steps + 1)]


def _season_ago(values: Sequence[float], steps: int, season: int) -> list[Guess]:
    deviation = _size(b - a for a, b in zip(values, values[season:], strict=False))
    last = values[len(values) - season :]
    return [Guess(last[h % season], deviation * sqrt(h // season + 1)) for h in range(steps)]


def _drift(values: Sequence[float], steps: int, season: int) -> list[Guess]:
    n = len(values)
    step = (values[-1] - values[0]) / (n - 1)
    deviation = _size(b - a - step for a, b in pairwise(values))
    return [Guess(values[-1] + h * step, deviation * sqrt(h * (1 + h / (n - 1)))) for h in range(1, steps + 1)]


def _level(values: Sequence[float], steps: int, season: int) -> list[Guess]:
    return _smoothed(fit(values, looks=LOOKS), steps)


def _slope(values: Sequence[float], steps: int, season: int) -> list[Guess]:
    return _smoothed(fit(values, slope=True, looks=LOOKS), steps)


def _added(values: Sequence[float], steps: int, season: int) -> list[Guess]:
    return _smoothed(fit(values, slope=True, season=season, looks=LOOKS), steps)


def _times(values: Sequence[float], steps: int, season: int) -> list[Guess]:
    return _smoothed(fit(values, slope=True, season=season, kind=Season.TIMES, looks=LOOKS), steps)


def _smoothed(found: Smoothed, steps: int) -> list[Guess]:
    return [Guess(*each) for each in zip(found.ahead(steps), found.deviations(steps), strict=True)]


def _size(errors: Iterable[float]) -> float:
    return sqrt(fmean(error * error for error in errors))


WAYS: dict[Method, Callable[[Sequence[float], int, int], list[Guess]]] = {
    Method.SAME: _same,
    Method.SEASON_AGO: _season_ago,
    Method.DRIFT: _drift,
    Method.LEVEL: _level,
    Method.SLOPE: _slope,
    Method.ADDED: _added,
    Method.TIMES: _times,
}
