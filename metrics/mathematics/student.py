"""Student's t for whole degrees of freedom, which the standard library lacks (Abramowitz & Stegun 1964, 26.7.3-4)."""

from math import atan2, cos, pi, sin, sqrt
from statistics import NormalDist


def t_below(t: float, freedom: int) -> float:
    """The chance of a value of at most t."""
    angle = atan2(t, sqrt(freedom))
    even = freedom % 2 == 0
    term = sin(angle) if even else sin(angle) * cos(angle)
    total = 0.0
    for k in range(1 if even else 2, freedom, 2):
        total += term
        term *= cos(angle) ** 2 * k / (k + 1)
    return (1 + total) / 2 if even else 0.5 + (angle + total) / pi


def t_quantile(chance: float, freedom: int) -> float:
    """The value that a share `chance` of values stays below; found by halving, to the last digits."""
    if chance < 0.5:
        return -t_quantile(1 - chance, freedom)
    low, high = 0.0, 2 * NormalDist().inv_cdf(chance) + 2
    while t_below(high, freedom) < chance:
        high *= 2
    for _ in range(64):
        middle = (low + high) / 2
        low, high = (middle, high) if t_below(middle, freedom) < chance else (low, middle)
    return (low + high) / 2
