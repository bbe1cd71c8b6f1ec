"""What happens by chance: moments, lengths and amounts, those at the edges of days and windows more often than not."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

Something = TypeVar("Something")
FIRST, LAST = date(2025, 6, 20), date(2026, 4, 20)
WINDOWS = (30, 90, 365)  # days that a term's grace, a pause, a touch or a purchase last
CURRENCIES = ("EUR", "EUR", "USD", "GBP")


class Chance:
    """One throw of the dice after another."""

    def __init__(self, seed: int, zone: ZoneInfo) -> None:
        self.dice, self.zone = Random(seed), zone

    def maybe(self, likely: float) -> bool:
        return self.dice.random() < likely

    def one(self, of: Sequence[Something]) -> Something:
        return self.dice.choice(of)

    def times(self, least: int, most: int) -> range:
        return range(self.dice.randint(least, most))

    def day(self) -> date:
        return FIRST + timedelta(days=self.dice.randrange((LAST - FIRST).days))

    def at(self) -> datetime:
        """Some moment; now and then the first of a month to the dot, or the last moment before it."""
        if self.maybe(0.15):
            midnight = datetime.combine(self.day().replace(day=1), time(), self.zone).astimezone(UTC)
            return midnight - self.one([timedelta(), timedelta(microseconds=1)])
        return datetime.combine(self.day(), time(), UTC) + self.within(timedelta(days=1))

    def within(self, length: timedelta) -> timedelta:
        return timedelta(microseconds=self.dice.randrange(length // timedelta(microseconds=1)))

    def later(self, at: datetime, days: int = 60) -> datetime:
        """Some time after; now and then the same moment, or close to the end of a window."""
        if self.maybe(0.1):
            return at
        if self.maybe(0.2):
            return at + timedelta(days=self.one(WINDOWS)) + self.one([-1, 0, 1]) * self.within(timedelta(hours=3))
        return at + self.within(timedelta(days=days))

    def amount(self, most: int = 900) -> Decimal:
        return Decimal(self.dice.randrange(most * 100)) / 100

    def money(self, name: str = "amount", most: int = 900) -> dict[str, Any]:
        return {name: self.amount(most), "currency": self.one(CURRENCIES)}
