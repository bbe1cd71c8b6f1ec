"""The lowest point of a function of a few numbers, found by a simplex that crawls downhill (Nelder & Mead 1965)."""

from collections.abc import Callable, Sequence
from math import inf, isnan
from typing import NamedTuple


class Lowest(NamedTuple):
    at: list[float]
    value: float


def minimise(
    function: Callable[[list[float]], float],
    start: Sequence[float],
    *,
    step: float = 0.5,
    tolerance: float = 1e-14,
    most: int = 4000,
) -> Lowest:
    """Where the function is lowest near the start, to `tolerance` of its value, in at most `most` steps."""

    def look(at: list[float]) -> Lowest:
        value = function(at)
        return Lowest(at, inf if isnan(value) else value)

    corners = [look(list(start))]
    corners += [look([x + step * (i == j) for j, x in enumerate(start)]) for i in range(len(start))]
    for _ in range(most):
        corners.sort(key=_value)
        best, worst = corners[0], corners[-1]
        if worst.value - best.value <= tolerance * (abs(best.value) + tolerance):
            break
        corners[-1] = _better(look, corners)
        if corners[-1].value >= worst.value:
            corners[1:] = [look(_between(best.at, corner.at, 0.5)) for corner in [*corners[1:-1], worst]]
    return min(corners, key=_value)


def _better(look: Callable[[list[float]], Lowest], corners: list[Lowest]) -> Lowest:
    """The worst corner mirrored at the middle of the others; further out where that pays, nearer where it does not."""
    best, second, worst = corners[0], corners[-2], corners[-1]
    middle = [sum(x) / (len(corners) - 1) for x in zip(*(corner.at for corner in corners[:-1]), strict=True)]
    mirrored = look(_between(middle, worst.at, -1))
    if mirrored.value < best.value:
        return min(mirrored, look(_between(middle, worst.at, -2)), key=_value)
    if mirrored.value < second.value:
        return mirrored
    return look(_between(middle, mirrored.at if mirrored.value < worst.value else worst.at, 0.5))


def _between(a: list[float], b: list[float], share: float) -> list[float]:
    return [x + share * (y - x) for x, y in zip(a, b, strict=True)]


def _value(corner: Lowest) -> float:
    return corner.value
