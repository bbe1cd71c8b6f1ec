"""Exponential smoothing: what is recent counts most, for the level, the slope and each place in the season.

Brown (1959), Holt (1957) and Winters, "Forecasting Sales by Exponentially Weighted Moving Averages", Management
Science 6 (1960); the errors' variance from Hyndman, Koehler, Ord & Snyder, "Forecasting with Exponential Smoothing"
(2008).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf, sqrt
from random import Random
from statistics import fmean, pstdev, pvariance

from metrics.mathematics.line import fit_line
from metrics.mathematics.seasons import seasonal_effects
from metrics.mathematics.simplex import Lowest, minimise

MOST = 0.9999  # of a weight
FUTURES = 200
FEW = 4  # places of a season that are looked for with the weights


class Season(StrEnum):
    NONE = "none"
    ADDED = "added"  # so much more in December
    TIMES = "times"  # so many times as much


@dataclass(frozen=True)
class Weights:
    """How much of each new error goes into level, slope and season."""

    level: float
    slope: float = 0.0
    season: float = 0.0


@dataclass(frozen=True)
class State:
    """Where the series stands: its level, what each step adds, and the season's next places in order."""

    level: float
    slope: float = 0.0
    season: tuple[float, ...] = ()


@dataclass(frozen=True)
class Smoothed:
    """A series smoothed to its end, with the errors made on the way."""

    weights: Weights
    first: State
    last: State
    kind: Season
    errors: tuple[float, ...]
    estimated: int = 0

    @property
    def squares(self) -> float:
        return sum(error * error for error in self.errors)

    @property
    def variance(self) -> float:
        return self.squares / max(1, len(self.errors) - self.estimated)

    def ahead(self, steps: int) -> list[float]:
        places = self.last.season or (0.0,)
        bases = [self.last.level + k * self.last.slope for k in range(1, steps + 1)]
        if self.kind is Season.TIMES:
            return [base * places[k % len(places)] for k, base in enumerate(bases)]
        return [base + places[k % len(places)] for k, base in enumerate(bases)]

    def deviations(self, steps: int) -> list[float]:
        """The standard deviation of what comes, step by step; where a season multiplies, that of drawn futures."""
        if self.kind is Season.TIMES:
            return [pstdev(values) for values in zip(*self._futures(steps), strict=True)]
        own, grown, found = self.weights, 1.0, []
        for k in range(1, steps + 1):
            found.append(sqrt(self.variance * grown))
            returns = bool(self.last.season) and k % len(self.last.season) == 0
            grown += (own.level * (1 + k * own.slope) + own.season * returns) ** 2
        return found

    def _futures(self, steps: int) -> Iterator[list[float]]:
        """What might come, were the errors to come like those made so far."""
        draw = Random(1)  # noqa: S311  Always the same futures: a page read twice says the same.
        scale = sqrt(self.variance * len(self.errors) / self.squares) if self.squares else 0.0
        for _ in range(FUTURES):
            state, future = self.last, []
            for _ in range(steps):
                now = replace(self, last=state)
                future.append(now.ahead(1)[0] + scale * draw.choice(self.errors))
                state = smooth(future[-1:], self.weights, state, self.kind).last
            yield future


def smooth(values: Sequence[float], weights: Weights, first: State, kind: Season = Season.NONE) -> Smoothed:
    """Run through the series from a first state."""
    level, slope, places, errors = first.level, first.slope, list(first.season) or [0.0], []
    keep, lean, yearly = weights.level, weights.slope, weights.season
    length, times = len(places), kind is Season.TIMES
    for i, value in enumerate(values):
        place, base = places[i % length], level + slope
        errors.append(value - (base * place if times else base + place))
        plain = (value / place if place else value) if times else value - place
        risen = keep * plain + (1 - keep) * base
        slope += lean * (risen - base)
        if yearly:
            anew = (value / base if base else place) if times else value - base
            places[i % length] = place + yearly * (anew - place)
        level = risen
    season = places if first.season else []
    turned = len(values) % len(season) if season else 0
    return Smoothed(weights, first, State(level, slope, (*season[turned:], *season[:turned])), kind, tuple(errors))


def fit(
    values: Sequence[float], *, slope: bool = False, season: int = 0, kind: Season = Season.ADDED, looks: int = 6
) -> Smoothed:
    """The weights and the first state that leave the smallest squared errors, in so many looks, each from the last.

    A season of more than a quarter's four places starts from the moving average: too few numbers tell of each place.
    """
    kind = kind if season else Season.NONE
    start, free = _start(values, slope, season, kind), season if season <= FEW else 0
    span = max(values) - min(values) or 1.0
    sizes = [span] * (1 + slope) + [1.0 if kind is Season.TIMES else span] * free
    state = [start.level, *([start.slope] * slope), *start.season[:free]]
    weighing = 1 + slope + bool(season)
    trifle = 1e-9 * len(values) * pvariance(values)  # A perfect fit needs no last digits.

    def told(at: Sequence[float]) -> tuple[Weights, State]:
        level, *others = at[:weighing]
        sized = [share * size for share, size in zip(at[weighing:], sizes, strict=True)]
        weights = Weights(level, others[0] if slope else 0.0, others[-1] if season else 0.0)
        return weights, State(sized[0], sized[1] if slope else 0.0, tuple(sized[1 + slope :]) or start.season)

    def cost(at: Sequence[float]) -> float:
        if not all(0 <= weight <= MOST for weight in at[:weighing]):
            return inf
        return smooth(values, *told(at), kind).squares + trifle

    begin = [0.3, 0.1, 0.1][:weighing] + [each / size for each, size in zip(state, sizes, strict=True)]
    found, near = Lowest(begin, inf), 1e-12 if looks > 1 else 1e-6
    for look in range(looks):
        before, found = found, minimise(cost, found.at, step=0.02 if look % 2 else 0.1, tolerance=near)
        if found.value >= before.value * (1 - 1e-9):
            break
    return replace(smooth(values, *told(found.at), kind), estimated=len(found.at))


def _start(values: Sequence[float], slope: bool, season: int, kind: Season) -> State:
    """Where a first look at the series lets it begin."""
    effects = seasonal_effects(values, season) if season else []
    plain = [value - effects[i % season] for i, value in enumerate(values)] if season else list(values)
    line = fit_line(range(len(plain)), plain)
    mean = fmean(plain) or 1.0
    places = tuple(1 + effect / mean if kind is Season.TIMES else effect for effect in effects)
    return State(line.at(-1), line.slope, places) if slope else State(fmean(plain[:4]), 0.0, places)
