"""What was known of each subscriber on a day: the traits a model of leaving learns from."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from math import log2, nan
from typing import Any

from django.db.models import Sum

from metrics.analyses.facts import MICRO, settled
from metrics.language import Measure
from metrics.measures.lifecycle import ActiveCustomers, MRRMovements
from metrics.measures.support import TicketsCreated
from metrics.measures.surveys import NPSAnswers
from metrics.reading import Limits
from metrics.wording import money
from sales.models import Term

LATELY, HALF_A_YEAR = timedelta(days=90), timedelta(days=180)
YEAR = 365.25


@dataclass(frozen=True)
class Trait:
    """One thing known of a subscriber: `more` is one more of it, `fact` what its value is, in words.

    family  whose records it is read from: who may not see those is not told the fact
    """

    name: str
    more: str
    fact: Callable[[Any], str]
    family: str = "sales"


YEARS = Trait("years as a customer", "one more year as a customer", lambda v: f"with us for {_long(v)}")
SIZE = Trait("size of MRR", "twice the MRR", lambda v: f"an MRR of {money(2**v)}")
ENDING = Trait(
    "term ending soon", "a term that ends within 90 days", lambda v: "the term ends within 90 days" * bool(v)
)
SHRUNK = Trait("less MRR lately", "less MRR in the last 180 days", lambda v: "MRR fell in the last 180 days" * bool(v))
TICKETS = Trait(
    "tickets of 90 days",
    "one more ticket in the last 90 days",
    lambda v: f"{v:.0f} ticket{'s' * (v != 1)} in the last 90 days" if v else "",
    "support",
)
NPS = Trait(
    "last NPS answer",
    "one point more in the last NPS answer",
    lambda v: f"the last NPS answer was {v:.0f}" if v == v else "",
    "surveys",
)
SEGMENT = Trait("segment", "", lambda v: f"segment {v}" if v else "", "customers")
TRAITS = (YEARS, SIZE, ENDING, SHRUNK, TICKETS, NPS, SEGMENT)


@dataclass
class Steps:
    """What changed on which days, in order."""

    days: list[date] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, day: date, value: Any) -> None:
        self.days.append(day)
        self.values.append(value)

    def at(self, day: date, nothing: Any = None) -> Any:
        """The last value before a day."""
        place = bisect_left(self.days, day)
        return self.values[place - 1] if place else nothing

    def between(self, start: date, end: date) -> Sequence[Any]:
        return self.values[bisect_left(self.days, start) : bisect_left(self.days, end)]

    def running(self) -> "Steps":
        return Steps(self.days, list(accumulate(self.values)))


@dataclass
class Past:
    """The past of all subscribers, to be asked about any day of it."""

    standing: dict[int, Steps]
    mrr: dict[int, Steps]
    moves: dict[int, Steps]
    tickets: dict[int, Steps]
    answers: dict[int, Steps]
    segments: dict[int, Steps]
    terms: dict[int, list[tuple[date, date]]]

    def there(self, day: date) -> list[int]:
        """Who subscribed when a day began."""
        return [who for who, steps in self.standing.items() if steps.at(day, 0) > 0]

    def leaves(self, who: int, day: date, within: timedelta) -> bool:
        """Whether somebody there on a day was gone on any day of the time after it."""
        return any(value <= 0 for value in self.standing[who].between(day, day + within))

    def traits(self, who: int, day: date) -> dict[str, Any]:
        """What was known of somebody when a day began."""
        mrr, terms = self.mrr_of(who, day), self.terms.get(who, [])
        falls = self.moves.get(who, Steps()).between(day - HALF_A_YEAR, day)
        return {
            YEARS.name: (day - self.standing[who].days[0]).days / YEAR,
            SIZE.name: log2(max(mrr, 1.0)),
            ENDING.name: float(any(start <= day <= end < day + LATELY for start, end in terms)),
            SHRUNK.name: float(any(value < 0 for value in falls)),
            TICKETS.name: float(self.tickets_of(who, day)),
            NPS.name: nan if (answer := self.answer_of(who, day)) is None else float(answer),
            SEGMENT.name: self.segments[who].at(day, ""),
        }

    def tickets_of(self, who: int, day: date) -> int:
        """Those of the 90 days before."""
        return len(self.tickets.get(who, Steps()).between(day - LATELY, day))

    def answer_of(self, who: int, day: date) -> int | None:
        """The last one to how likely they are to recommend us."""
        return self.answers.get(who, Steps()).at(day)

    def mrr_of(self, who: int, day: date) -> float:
        return self.mrr.get(who, Steps()).at(day, 0) / MICRO


def past_of(until: date, limits: Limits) -> Past:
    standing, moves = _daily(ActiveCustomers, until, limits), _daily(MRRMovements, until, limits)
    return Past(
        {who: steps.running() for who, steps in standing.items()},
        {who: steps.running() for who, steps in moves.items()},
        moves,
        _each(TicketsCreated, until, limits, "value"),
        _each(NPSAnswers, until, limits, "value"),
        _each(ActiveCustomers, until, limits, "segment", gained=True),
        _terms(),
    )


def _daily(measure: type[Measure], until: date, limits: Limits) -> dict[int, Steps]:
    found: dict[int, Steps] = defaultdict(Steps)
    rows = settled(measure, until, limits).filter(subject__isnull=False).order_by("subject", "day")
    for who, day, moved in rows.values_list("subject", "day").annotate(moved=Sum("value")):
        found[who].add(day, int(moved))
    return dict(found)


def _each(
    measure: type[Measure], until: date, limits: Limits, column: str, *, gained: bool = False
) -> dict[int, Steps]:
    """A column of every fact; with `gained`, only of those that add."""
    found: dict[int, Steps] = defaultdict(Steps)
    rows = settled(measure, until, limits).filter(subject__isnull=False)
    rows = rows.filter(value__gt=0) if gained else rows
    for who, day, value in rows.order_by("subject", "day", "at", "id").values_list("subject", "day", column):
        found[who].add(day, value)
    return dict(found)


def _terms() -> dict[int, list[tuple[date, date]]]:
    """The terms of contracts, by customer."""
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    rows = Term.objects.contracted().values_list("subscription__customer", "starts_on", "ends_on")
    for who, start, end in rows.order_by("starts_on", "pk"):
        found[who].append((start, end))
    return dict(found)


def _long(years: float) -> str:
    months = round(years * 12)
    return f"{years:.1f} years" if months > 18 else f"{months} month{'s' * (months != 1)}"
