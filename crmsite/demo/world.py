"""What the rooms of the demo share: one seeded chance, the days, and the rows written so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random
from typing import Any, TypeVar

from django.db import models

from crmsite.demo.days import Days
from crmsite.demo.ink import Ink
from customers.models import Contact, Customer, Team, User
from customers.record import Record

SOURCE = "demo"
Row = TypeVar("Row", bound=models.Model)
Item = TypeVar("Item")


@dataclass
class Account:
    """A customer and what the story needs to know about them."""

    customer: Customer
    contacts: list[Contact]
    country: str
    currency: str
    seller: User
    born: date
    # The day of the first payment and its moment, none while a prospect. Rooms that tell of payers need not ask again.
    since: Any = None
    paid_at: Any = None
    is_subscriber: bool = False
    is_shopper: bool = False
    weight: float = 1.0
    left_on: date | None = None

    @property
    def segment(self) -> str:
        return self.customer.segment


@dataclass
class World:
    """The stage of one telling of the demo."""

    seed: int
    customers: int
    days: Days
    chance: Random = field(init=False)
    ink: Ink = field(default_factory=Ink)
    pending: dict[type[models.Model], list[Any]] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    # Filled by the rooms, in the order of the story.
    people: dict[str, User] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    team_of: dict[int, Team] = field(default_factory=dict)
    sellers: list[User] = field(default_factory=list)
    agents: list[User] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    shelf: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)  # noqa: S311 - made-up rows, no secrets

    @cached_property
    def scale(self) -> float:
        return self.customers / 2000

    def many(self, count: int, least: int = 1) -> int:
        """So many of something, where the full demo has `count`."""
        return max(least, round(count * self.scale))

    def maybe(self, probability: float) -> bool:
        return self.chance.random() < probability

    def pick(self, items: Sequence[Item], weights: Sequence[float] | None = None) -> Item:
        if weights:
            return self.chance.choices(items, weights)[0]
        return items[int(self.chance.random() * len(items))]

    def pick_some(self, items: Sequence[Item], count: int) -> list[Item]:
        """So many different ones, or all there are."""
        return self.chance.sample(items, min(count, len(items)))

    def around(self, median: float, spread: float = 0.6) -> float:
        """A positive number that is `median` half of the time, now and then much more."""
        return self.chance.lognormvariate(0, spread) * median

    def at(self, day: date, opens: float = 8, closes: float = 18) -> datetime:
        """A moment of the day between two hours, never after the end of the story."""
        seconds = int(3600 * (opens + (closes - opens) * self.chance.random()))
        return min(self.days.midnight(day) + timedelta(seconds=seconds), self.days.now)

    def clip(self, moment: datetime) -> datetime | None:
        """The moment if it lies within the story."""
        return moment if moment <= self.days.now else None

    def token(self) -> str:
        """64 hexadecimal digits nobody has the word for."""
        return f"{self.chance.getrandbits(256):064x}"

    # --- Rows ---

    def add(self, model: type[Row], **values: Any) -> Row:
        """A new row, known by its id at once and written with the next `save`; a record also gets an id over there."""
        if issubclass(model, Record):
            name = model._meta.model_name or ""
            number = self.numbers[name] = self.numbers.get(name, 0) + 1
            values |= {"source": SOURCE, "external_id": f"{name}-{number:05d}"}
        row = model(pk=self.ink.next_id(model), **values)
        self.pending.setdefault(model, []).append(row)
        return row

    def save(self, *, but: type[models.Model] | None = Customer) -> None:
        """Write what is pending. Rows may point at one another in any order: links are checked at the very end.

        Customers wait until their whole story is known.
        """
        for model in [model for model in self.pending if model is not but]:
            rows = self.pending.pop(model)
            self.ink.write(model, rows, now=self.days.now)
            self.written[model.__name__] = self.written.get(model.__name__, 0) + len(rows)

    def free(self, model: type[models.Model], column: str, wanted: str) -> str:
        """The name, or one beside it where somebody uses it already."""
        taken = model._default_manager.filter(**{column: wanted}).exists()
        if not taken:
            return wanted
        return f"{wanted}-demo" if " " not in wanted and wanted.islower() else f"{wanted} (demo)"


def money(amount: float | Decimal, step: str = "0.01") -> Decimal:
    """An amount rounded to the cent, or to another step."""
    return Decimal(amount).quantize(Decimal(step)) if step != "1" else Decimal(round(amount))
