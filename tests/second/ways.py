"""Lengths of time: told in three ways, and held against what was to be enough."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.second.book import P90, mean, point, second
from tests.second.records import Records, Span

Lengths = Callable[[Records, Span], list[int]]


def lengths(key: str) -> Callable[[Lengths], Lengths]:
    """These lengths of time are three KPIs: their median, their mean, and what nine in ten do not exceed."""

    def keep(found: Lengths) -> Lengths:
        second(key)(lambda records, span: point(found(records, span)))
        second(f"{key}_mean")(lambda records, span: mean(found(records, span)))
        second(f"{key}_p90")(lambda records, span: point(found(records, span), P90))
        return found

    return keep


def whole(time: timedelta) -> int:
    """To the nearest second."""
    return (time + timedelta(milliseconds=500)) // timedelta(seconds=1)


def within(enough: timedelta, since: datetime, came: datetime | None) -> bool:
    """Whether something came, and in time: a window is as half-open as every stretch of days."""
    return came is not None and came - since < enough
