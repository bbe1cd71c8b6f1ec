"""Values in their order, and the figures picked from them; packed small, and moved by what went and came."""

import zlib
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from math import ceil, floor


def pack(values: Sequence[int]) -> bytes:
    """Ascending whole numbers, by the steps from each to the next."""
    steps = array("q", values[:1])
    steps.extend(after - before for before, after in pairwise(values))
    return zlib.compress(steps.tobytes(), 1)


def unpack(packed: bytes) -> list[int]:
    """What was packed; nothing where nothing was."""
    steps = array("q")
    steps.frombytes(zlib.decompress(packed) if packed else b"")
    return list(accumulate(steps))


def moved(values: list[int], gone: Counter[int], come: Counter[int]) -> list[int]:
    """Ascending values without those that went, with those that came. Raises ValueError where one to go is missing."""
    kept: list[int] = []
    done = 0
    for value, times in sorted((gone - come).items()):
        place = bisect_left(values, value, done)
        if values[place : place + times] != [value] * times:
            raise ValueError(f"{value} is not among them {times} times.")
        kept += values[done:place]
        done = place + times
    kept += values[done:]
    kept.extend((come - gone).elements())
    kept.sort()
    return kept


def percentile(values: Sequence[int], share: float) -> float:
    """The value that `share` of some ascending ones do not exceed, linear between neighbours."""
    place = share * (len(values) - 1)
    below, above = float(values[floor(place)]), float(values[ceil(place)])
    return below + (place - floor(place)) * (above - below)


def top(values: Sequence[int], share: Fraction) -> tuple[int, int]:
    """What the largest `share` of ascending values, rounded up, come to, and how many that are."""
    many = ceil(share * len(values))
    return sum(values[len(values) - many :]), many


def tilt(values: Sequence[int]) -> int:
    """Σ (2i − n − 1) × the i-th of n ascending values: n × their sum, times the Gini coefficient."""
    n = len(values)
    return sum((2 * i - n - 1) * value for i, value in enumerate(values, 1))
