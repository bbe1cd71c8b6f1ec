"""What a season adds to each of its days or months, and a series without it (Macaulay 1931: moving averages)."""

from collections.abc import Sequence
from statistics import fmean


def seasonal_effects(values: Sequence[float], length: int) -> list[float]:
    """What each place in the season adds to the level; they sum to 0. None known before two full seasons: all 0."""
    if length < 2 or len(values) < 2 * length:
        return [0.0] * length
    around = _levels(values, length)
    effects = [
        fmean([values[i] - around[i] for i in around if i % length == place] or [0.0]) for place in range(length)
    ]
    middle = fmean(effects)
    return [effect - middle for effect in effects]


def without_season(values: Sequence[float], length: int | None) -> list[float]:
    """The series less what the season adds."""
    if not length:
        return list(values)
    effects = seasonal_effects(values, length)
    return [value - effects[i % length] for i, value in enumerate(values)]


def _levels(values: Sequence[float], length: int) -> dict[int, float]:
    """The mean of the season around each place; where its length is even, the two ends count half."""
    half = length // 2
    ends = 1.0 if length % 2 else 0.5
    return {
        i: (sum(values[i - half + 1 : i + half]) + ends * (values[i - half] + values[i + half])) / length
        for i in range(half, len(values) - half)
    }
