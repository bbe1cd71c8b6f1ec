"""Which points of a series are news and which are its everyday noise: charts after Shewhart (1931).

The XmR chart draws its limits from the moving range (Wheeler, "Understanding Variation", 1993): mean ± 3 · MR̄/1.128.
A point outside is a signal; so are eight in a row on one side of the mean, after which the chart starts anew.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import exp, sqrt
from statistics import fmean
from typing import NamedTuple

RUN = 8
SCREEN = 20  # points that limits are drawn from
LEAST = 5  # points below which limits say nothing
ONE_SIDE = 0.00135  # how often a point falls beyond three standard deviations on one side


class Kind(StrEnum):
    ABOVE = "above"  # higher than the noise reaches
    BELOW = "below"
    HIGHER = "higher"  # a lasting shift, confirmed by a run of eight
    LOWER = "lower"


class Signal(NamedTuple):
    at: int
    kind: Kind

    @property
    def is_up(self) -> bool:
        return self.kind in (Kind.ABOVE, Kind.HIGHER)


class Limits(NamedTuple):
    low: float
    centre: float
    high: float


@dataclass(frozen=True)
class Chart:
    """One entry a point. `limits` is None where too few points are known to draw any."""

    values: tuple[float | None, ...]
    limits: tuple[Limits | None, ...]
    signals: tuple[Signal, ...]

    def signals_since(self, index: int) -> list[Signal]:
        return [signal for signal in self.signals if signal.at >= index]


def limits_of(values: Sequence[float]) -> Limits:
    """The limits of an XmR chart of these values."""
    centre = fmean(values)
    reach = 3 / 1.128 * fmean([abs(b - a) for a, b in pairwise(values)])
    return Limits(centre - reach, centre, centre + reach)


def control_chart(values: Sequence[float | None]) -> Chart:
    """The XmR chart of a series; gaps stay gaps. Limits come from the first points after each lasting shift."""
    places = [i for i, value in enumerate(values) if value is not None]
    known = [value for value in values if value is not None]
    limits: list[Limits | None] = [None] * len(values)
    signals = []
    if len(known) >= LEAST:
        for start, end in _stretches(known):
            own = limits_of(known[start:end][:SCREEN])
            if start:
                before = limits[places[start - 1]]
                higher = before is not None and own.centre > before.centre
                signals.append(Signal(places[start], Kind.HIGHER if higher else Kind.LOWER))
            for k in range(start, end):
                limits[places[k]] = own
    return Chart(tuple(values), tuple(limits), tuple(sorted([*signals, *_outside(values, limits)])))


def share_chart(hits: Sequence[int], n: Sequence[int]) -> Chart:
    """The p-chart of shares: each point's limits come from how many it was counted from."""
    centre = sum(hits) / sum(n)
    reach = [3 * sqrt(centre * (1 - centre) / each) if each else 0.0 for each in n]
    values = [hit / each if each else None for hit, each in zip(hits, n, strict=True)]
    return _fixed(values, [Limits(max(0.0, centre - far), centre, min(1.0, centre + far)) for far in reach])


def count_chart(counts: Sequence[int]) -> Chart:
    """The chart of small counts: limits a Poisson count of the same mean passes as rarely as three deviations."""
    centre = fmean(counts)
    own = Limits(
        _poisson(centre, lambda below: below < ONE_SIDE), centre, _poisson(centre, lambda b: b < 1 - ONE_SIDE)
    )
    return _fixed(counts, [own] * len(counts))


def _fixed(values: Sequence[float | None], limits: Sequence[Limits]) -> Chart:
    return Chart(tuple(values), tuple(limits), tuple(_outside(values, limits)))


def _outside(values: Sequence[float | None], limits: Sequence[Limits | None]) -> Iterator[Signal]:
    for i, (value, own) in enumerate(zip(values, limits, strict=True)):
        if value is None or own is None:
            continue
        if value > own.high:
            yield Signal(i, Kind.ABOVE)
        elif value < own.low:
            yield Signal(i, Kind.BELOW)


def _stretches(values: Sequence[float]) -> Iterator[tuple[int, int]]:
    """The series cut where a run confirmed that its level moved, never into pieces shorter than a run."""
    start = 0
    while (cut := _shift(values, start)) is not None:
        yield start, cut
        start = cut
    yield start, len(values)


def _shift(values: Sequence[float], start: int) -> int | None:
    """Where the level first moved after `start`: before a run of eight off the mean, or after one it began with."""
    centre = fmean(values[start:][:SCREEN])
    begin = start
    for i in range(start, len(values) + 1):
        if i < len(values) and values[i] != centre and (values[i] > centre) == (values[begin] > centre):
            continue
        if i - begin >= RUN:
            cut = begin if begin > start else i
            if cut - start >= RUN and len(values) - cut >= RUN:
                return cut
        begin = i
    return None


def _poisson(mean: float, below: Callable[[float], bool]) -> int:
    """The first count at which the chance of at most as many is no longer below."""
    count, term = 0, exp(-mean)
    total = term
    while below(total):
        count += 1
        term *= mean / count
        total += term
    return count
