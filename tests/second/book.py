"""The second counting: a plain function for each KPI, from the records to the number.

Each is written from the definitions alone and knows nothing of measures, facts and cells. It returns the KPI's stored
unit: money in the reporting currency and shares as exact fractions, lengths of time in seconds, counts whole; None
where there is no value.
"""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TypeVar

from tests.second.records import Records, Span

Counted = Fraction | int | None
Count = Callable[[Records, Span], Counted]
Function = TypeVar("Function", bound=Count)
SECOND: dict[str, Count] = {}

NOT_COUNTED = {
    "clv_predicted": "a model fitted to all purchases; what it says of CDNOW is held against what was published",
}


def second(*keys: str) -> Callable[[Function], Function]:
    """This function counts these KPIs."""

    def keep(function: Function) -> Function:
        for key in keys:
            assert key not in SECOND, f"{key} is counted twice."
            SECOND[key] = function
        return function

    return keep


def over(above: Fraction | int | None, below: Fraction | int | None) -> Fraction | None:
    """One divided by the other; nothing where there is nothing to divide by, or less."""
    return None if above is None or below is None or below <= 0 else Fraction(above) / Fraction(below)


def share(rows: Sequence[object], chosen: Callable[..., bool]) -> Fraction | None:
    """Of these rows, the share that is so."""
    return over(sum(1 for row in rows if chosen(row)), len(rows))


def mean(values: Iterable[Fraction | int]) -> Fraction | None:
    listed = list(values)
    return over(sum(listed), len(listed))


def point(values: Iterable[Fraction | int], of: Fraction = Fraction(1, 2)) -> Fraction | None:
    """The value that this part of them does not exceed, between two neighbours as far as it lies: the median, p90."""
    listed = sorted(values)
    if not listed:
        return None
    place = of * (len(listed) - 1)
    low = listed[int(place)]
    high = listed[min(int(place) + 1, len(listed) - 1)]
    return low + (place - int(place)) * Fraction(high - low)


P90 = Fraction(9, 10)
