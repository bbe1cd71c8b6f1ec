"""The straight line nearest to some points, with how sure its slope is (least squares, Gauss 1809)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import fmean

from metrics.mathematics.intervals import Interval
from metrics.mathematics.student import t_below, t_quantile


@dataclass(frozen=True)
class Line:
    """y = intercept + slope · x, from n points that lie `spread` around it."""

    intercept: float
    slope: float
    n: int
    middle: float
    width: float
    spread: float

    def at(self, x: float) -> float:
        return self.intercept + self.slope * x

    @property
    def slope_error(self) -> float:
        return self.spread / sqrt(self.width)

    @property
    def chance(self) -> float:
        """How often points without any slope would show one as steep as this (p)."""
        if self.n < 3:
            return 1.0
        steepness = abs(self.slope) / self.slope_error if self.slope_error else inf * bool(self.slope)
        return 2 * (1 - t_below(steepness, self.n - 2)) if steepness == steepness else 1.0

    def slope_interval(self, level: float = 0.95) -> Interval:
        half = t_quantile((1 + level) / 2, self.n - 2) * self.slope_error
        return Interval(self.slope - half, self.slope + half)

    def band(self, x: float, level: float = 0.95) -> Interval:
        """Where a new point at x would fall."""
        error = self.spread * sqrt(1 + 1 / self.n + (x - self.middle) ** 2 / self.width)
        half = t_quantile((1 + level) / 2, self.n - 2) * error
        return Interval(self.at(x) - half, self.at(x) + half)


def fit_line(x: Sequence[float], y: Sequence[float]) -> Line:
    """The line through at least two points that do not stand above one another."""
    middle, height = fmean(x), fmean(y)
    width = sum((a - middle) ** 2 for a in x)
    slope = sum((a - middle) * (b - height) for a, b in zip(x, y, strict=True)) / width
    intercept = height - slope * middle
    left = sum((b - intercept - slope * a) ** 2 for a, b in zip(x, y, strict=True))
    spread = sqrt(left / (len(x) - 2)) if len(x) > 2 else 0.0
    return Line(intercept, slope, len(x), middle, width, spread)
