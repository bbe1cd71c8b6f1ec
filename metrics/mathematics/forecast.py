"""What comes next, how sure that is, and how well the same method foretold what is known by now.

Every method is tried on the last periods, each foretold with only what was known then. Its score is its mean absolute
error in units of what a naive forecast misses by (MASE: Hyndman & Koehler, Int. Journal of Forecasting 22, 2006).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, log
from statistics import NormalDist, fmean
from typing import NamedTuple

from metrics.mathematics.enough import require
from metrics.mathematics.intervals import Interval
from metrics.mathematics.methods import Guess, Method

LEAST = 6  # periods to forecast from
KNOWN = 4  # periods the first trial stands on
TRIALS = 8
EDGE = 0.001  # a share nearer to 0 or 1 is taken for this


class Kind(StrEnum):
    ANY = "any"
    COUNT = "count"  # never below 0
    SHARE = "share"  # between 0 and 1


class Step(NamedTuple):
    """A period to come: the value, where it falls four times in five, and nineteen in twenty."""

    value: float
    likely: Interval
    nearly_sure: Interval


@dataclass(frozen=True)
class Score:
    """How a method did in its trials.

    error             its mean absolute error; 1 is a naive forecast's, one step ahead
    held_80, held_95  how often its bands held what came
    """

    method: Method
    error: float
    held_80: float
    held_95: float
    trials: int


@dataclass(frozen=True)
class Forecast:
    """The steps to come, by the method that did best; `scores` says how each did, the best first."""

    steps: tuple[Step, ...]
    scores: tuple[Score, ...]
    n: int

    @property
    def score(self) -> Score:
        return self.scores[0]

    @property
    def method(self) -> Method:
        return self.score.method


def forecast(values: Sequence[float], steps: int, *, season: int = 0, kind: Kind = Kind.ANY) -> Forecast:
    """Go on with a series of settled periods. Raises `TooFew` where there are fewer than six.

    season  periods in a season; its methods are tried where two full seasons lie before three trials
    """
    n = len(values)
    require(n, LEAST, "settled periods")
    if season < 2 or n - 2 * season < 3:
        season = 0
    trials = min(TRIALS, n - max(KNOWN, 2 * season))
    times = min(values) > 0 and kind is not Kind.SHARE
    methods = [each for each in Method if (season or not each.is_seasonal) and (times or each is not Method.TIMES)]
    scores = [_tried(each, values, steps, season, kind, trials) for each in methods]
    scores.sort(key=lambda score: score.error)
    return Forecast(tuple(go_on(scores[0].method, values, steps, season, kind)), tuple(scores), n)


def go_on(method: Method, values: Sequence[float], steps: int, season: int = 0, kind: Kind = Kind.ANY) -> list[Step]:
    """The steps to come by one method. Shares are forecast as log odds, so that no band leaves 0 and 1."""
    seen = [_odds(value) for value in values] if kind is Kind.SHARE else values
    return [_step(guess, kind) for guess in method.go_on(seen, steps, season)]


def _tried(method: Method, values: Sequence[float], steps: int, season: int, kind: Kind, trials: int) -> Score:
    came: list[tuple[float, Step]] = []
    for origin in range(len(values) - trials, len(values)):
        later = values[origin : origin + steps]
        came += zip(later, go_on(method, values[:origin], len(later), season, kind), strict=True)
    lag = season or 1
    naive = fmean(abs(values[i] - values[i - lag]) for i in range(lag, len(values)))
    error = fmean(abs(value - step.value) for value, step in came)
    held_80 = fmean(step.likely.holds(value) for value, step in came)
    held_95 = fmean(step.nearly_sure.holds(value) for value, step in came)
    return Score(method, error / naive if naive else error, held_80, held_95, trials)


def _step(guess: Guess, kind: Kind) -> Step:
    likely, nearly_sure = (_band(guess, level, kind) for level in (0.8, 0.95))
    return Step(_back(guess.value, kind), likely, nearly_sure)


def _band(guess: Guess, level: float, kind: Kind) -> Interval:
    half = NormalDist().inv_cdf((1 + level) / 2) * guess.deviation
    return Interval(_back(guess.value - half, kind), _back(guess.value + half, kind))


def _back(value: float, kind: Kind) -> float:
    if kind is Kind.SHARE:
        return 1 / (1 + exp(-max(-700.0, min(700.0, value))))
    return max(0.0, value) if kind is Kind.COUNT else value


def _odds(share: float) -> float:
    inside = min(max(share, EDGE), 1 - EDGE)
    return log(inside / (1 - inside))
