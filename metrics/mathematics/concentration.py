"""How much of the whole a few hold: Gini (1912), Pareto's share, and the index of Herfindahl (1950)."""

from collections.abc import Sequence
from itertools import accumulate
from math import ceil
from typing import NamedTuple


class Point(NamedTuple):
    """The smallest `members` (a share of all) hold `amount` (a share of the whole)."""

    members: float
    amount: float


def gini(amounts: Sequence[float]) -> float | None:
    """0 where all hold the same, towards 1 where one holds everything; None where there is nothing to hold."""
    held, total = sorted(amounts), sum(amounts)
    if not total:
        return None
    n = len(held)
    return sum((2 * place - n - 1) * amount for place, amount in enumerate(held, 1)) / (n * total)


def top_share(amounts: Sequence[float], members: float) -> float | None:
    """What part of the whole the largest hold, for members = 0.2 the largest fifth, rounded up to whole members."""
    held, total = sorted(amounts, reverse=True), sum(amounts)
    return sum(held[: ceil(members * len(held) - 1e-9)]) / total if total else None


def members_holding(amounts: Sequence[float], share: float) -> int:
    """How few of the largest hold a share of the whole: 0.8 asks who makes eighty percent."""
    held, wanted = sorted(amounts, reverse=True), share * sum(amounts)
    return next((count for count, so_far in enumerate(accumulate(held), 1) if so_far >= wanted * (1 - 1e-12)), 0)


def herfindahl(amounts: Sequence[float]) -> float | None:
    """The sum of the squared shares: 1 for a single holder, 1/n for n equal ones."""
    total = sum(amounts)
    return sum((amount / total) ** 2 for amount in amounts) if total else None


def lorenz(amounts: Sequence[float], points: int = 20) -> list[Point]:
    """The curve of what the smallest members hold together, drawn with so many points (Lorenz 1905)."""
    held, total = [0.0, *accumulate(sorted(amounts))], sum(amounts)
    if not total:
        return []
    places = sorted({round(k * (len(held) - 1) / points) for k in range(points + 1)})
    return [Point(place / (len(held) - 1), held[place] / total) for place in places]
