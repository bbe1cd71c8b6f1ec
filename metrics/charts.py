"""The geometry of charts: numbers in, shares of the plot's height and width out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10

from metrics.language import Unit

ROUND = (1, 2, 2.5, 5, 10)
# Steps that read well on a clock.
CLOCK = (1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 432000, 864000)


@dataclass(frozen=True)
class Scale:
    """The span of an axis, and where its lines stand."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def height(self, value: float) -> float:
        """How far up a value stands, in percent."""
        return round(100 * (value - self.low) / (self.high - self.low), 2)


def scale_of(values: Iterable[float], unit: Unit = Unit.NUMBER, *, from_zero: bool = True, most: int = 4) -> Scale:
    """An axis around values, with round steps. Shares end at 0 and 100 %."""
    known = list(values) or [0.0]
    low, high = min(known), max(known)
    if from_zero or low == high:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        high = low + 1
    step = _step((high - low) / most, unit)
    bottom, top = floor(low / step) * step, -floor(-high / step) * step
    count = round((top - bottom) / step)
    return Scale(bottom, top, tuple(bottom + i * step for i in range(count + 1)))


def _step(least: float, unit: Unit) -> float:
    if unit is Unit.SECONDS and least <= CLOCK[-1]:
        return next(step for step in CLOCK if step >= least)
    power = 10.0 ** floor(log10(least))
    step = next(power * nice for nice in ROUND if power * nice >= least * 0.999)
    return max(step, 1.0) if unit is Unit.COUNT else step


def across(count: int) -> list[float]:
    """The middles of equally wide steps, in percent of the width."""
    return [round(100 * (i + 0.5) / count, 3) for i in range(count)]


def edge_to_edge(count: int) -> list[float]:
    """From the left edge to the right one."""
    return [round(100 * i / max(count - 1, 1), 3) for i in range(count)]


def runs(heights: Sequence[float | None], at: Sequence[float] | None = None) -> list[list[tuple[float, float]]]:
    """The unbroken stretches of a line, as points of an SVG whose y grows downwards; a null is a gap."""
    stretches: list[list[tuple[float, float]]] = [[]]
    for x, height in zip(at or across(len(heights)), heights, strict=True):
        if height is None:
            stretches.append([])
            continue
        stretches[-1].append((x, round(100 - height, 2)))
    return [stretch for stretch in stretches if stretch]


def points(stretch: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in stretch)


def area(stretch: Sequence[tuple[float, float]], base: float = 100) -> str:
    """The area between a line and its base."""
    return f"{stretch[0][0]:g},{base:g} {points(stretch)} {stretch[-1][0]:g},{base:g}"


def band(low: Sequence[float | None], high: Sequence[float | None]) -> list[str]:
    """The areas between two lines."""
    lower, upper = runs(low), runs(high)
    return [points([*up, *reversed(down)]) for down, up in zip(lower, upper, strict=True)]
