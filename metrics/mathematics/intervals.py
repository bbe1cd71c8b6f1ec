"""How sure we can be of a number that was counted from few rows."""

from math import sqrt
from typing import NamedTuple

Z95 = 1.959963984540054


class Interval(NamedTuple):
    """From low to high, both included."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def wilson(hits: float, n: float, z: float = Z95) -> Interval:
    """The 95 % score interval of a share (Wilson 1927), which stays inside 0 and 1."""
    share, spread = hits / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / n + spread / (4 * n))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def promoter_error(promoters: int, passives: int, detractors: int) -> float:
    """The standard error of a Net Promoter Score, in points: of answers worth 1, 0 and −1."""
    n = promoters + passives + detractors
    score = (promoters - detractors) / n
    return 100 * sqrt(((promoters + detractors) / n - score * score) / n)
