"""One KPI's page of the handbook: everything its declaration says, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from metrics.benchmarks import Benchmark, benchmarks_of
from metrics.boards import Board, home_of
from metrics.handbook.areas import area_of, title_of
from metrics.handbook.examples import calculation, with_words
from metrics.handbook.sources import also_called
from metrics.language import (
    KPI,
    Arithmetic,
    Cohort,
    Count,
    Good,
    Leaf,
    Measure,
    Node,
    Reason,
    Revaluation,
    Stock,
    Total,
    Unit,
)
from metrics.wording import REASONS

UNITS = {
    Unit.COUNT: "a whole number",
    Unit.MONEY: "money, in the reporting currency",
    Unit.PERCENT: "percent; it moves in percentage points",
    Unit.POINTS: "points",
    Unit.TIMES: "how many times",
    Unit.NUMBER: "a number",
    Unit.SECONDS: "a length of time",
    Unit.DAYS: "days",
    Unit.MONTHS: "months",
}
DIRECTIONS = {
    Good.UP: "more is better",
    Good.DOWN: "less is better",
    Good.TARGET: "neither more nor less is better by itself",
}
DAYS = {
    "last year": "of the last 365 days",
    "six months before": "of the six months before",
    "opening": "of the day before the first",
    "last month over": "of the last whole month",
    "just before": "of the period before",
    "year before": "of a year before",
}
WITHOUT_A_VALUE = {
    Reason.NO_DENOMINATOR: "Where there is nothing below the line",
    Reason.NO_EVENTS: "Where nothing of the kind happened in the period",
    Reason.NO_LOSSES: "Where nothing was lost",
    Reason.NOT_CONFIGURED: "Where what it is held against was never entered",
    Reason.TOO_FEW: "Where there is too little to learn from",
}


@dataclass(frozen=True)
class Counted:
    """A measure of the formula: its rows, what is not among them, and the day each counts on."""

    title: str
    words: str
    leaves_out: str
    dated: str


@dataclass(frozen=True)
class Entry:
    """A KPI as the handbook tells it."""

    kpi: type[KPI]

    @property
    def definition(self) -> list[str]:
        return self.kpi.definition().split("\n\n")

    @property
    def area(self) -> str:
        return title_of(area_of(self.kpi))

    @property
    def board(self) -> Board | None:
        return home_of(self.kpi)

    @property
    def also_called(self) -> list[str]:
        """What others call it."""
        return also_called(self.kpi)

    @property
    def formula(self) -> str:
        words = with_words(self.kpi.formula, _with_days).in_words()
        return words[0].upper() + words[1:]

    @cached_property
    def counted(self) -> list[Counted]:
        return [
            Counted(m.title, " ".join((m.__doc__ or "").split()), m.leaves_out, dated(m)) for m in self.kpi.measures()
        ]

    @property
    def reads(self) -> str:
        """Unit and direction."""
        return f"{UNITS.get(self.kpi.unit, self.kpi.unit.value)}; {DIRECTIONS[self.kpi.good]}"

    @property
    def grains(self) -> str:
        return ", ".join(grain.value.replace("_", " ") for grain in self.kpi.grains)

    @property
    def cuts(self) -> str:
        return ", ".join(dimension.title.lower() for dimension in self.kpi.dimensions())

    @property
    def edges(self) -> list[str]:
        return list(edges(self.kpi))

    @property
    def story(self) -> str:
        return self.kpi.example.story if self.kpi.example else ""

    @property
    def calculation(self) -> str:
        return calculation(self.kpi, self.kpi.example) if self.kpi.example else ""

    @property
    def benchmarks(self) -> list[Benchmark]:
        return benchmarks_of(self.kpi)

    @property
    def reports(self) -> list[tuple[Benchmark, list[Benchmark]]]:
        """The benchmarks source by source: one of each to name it by, and all its figures."""
        of_a_source = groupby(self.benchmarks, key=lambda one: (one.source, one.year, one.quality))
        return [(figures[0], figures) for figures in (list(found) for _, found in of_a_source)]


def _with_days(leaf: Leaf) -> str:
    """A term in words, with the days it is told for where they are not those asked about."""
    name = _spaced(getattr(leaf.periods, "__name__", "").strip("_"))
    return f"{leaf.in_words()} [{DAYS.get(name, name)}]" if name else leaf.in_words()


def dated(measure: type[Measure]) -> str:
    """Which column says when a row counts: “closed at” of the deal."""
    *path, column = measure.clock.split("__")
    noun = path[-1].replace("_", " ") if path else str(measure.rows().model._meta.verbose_name)
    noun = noun.replace("mrr ", "MRR ")
    if measure.through:
        last = measure.through.split("__")[-1]
        return f"spread evenly over the days from “{_spaced(column)}” to “{_spaced(last)}” of the {noun}"
    if column in ("at", "on"):
        return f"the local day of the {noun}"
    return f"the local day of “{_spaced(column)}” of the {noun}"


def _spaced(column: str) -> str:
    return column.replace("_", " ")


def edges(kpi: type[KPI]) -> Iterator[str]:
    """What happens where it gets narrow, read off the formula."""
    yield _adding_up(kpi)
    if reason := _without_a_value(kpi):
        yield f"{WITHOUT_A_VALUE[reason]} there is no value (“{REASONS[reason]}”), which is not the same as 0."
    else:
        yield "Where nothing happened it is 0."
    for term in kpi.needs:
        yield f"Without any rows for the {term.in_words()} it is not set up, and has no value."
    if kpi.undecided:
        yield f"It is maturing while the {kpi.undecided.in_words()} is not 0: its value may still change."
    if kpi.matures:
        yield f"It is maturing until {kpi.matures.days} days after the period's end: its value may still grow."
    if kpi.is_share:
        yield "It is shown with its 95 % Wilson interval: how far chance alone could have moved it."
    if any(isinstance(measure.value, Revaluation) for measure in kpi.measures()):
        yield "What stands in other currencies is valued anew at each month's end; the difference is its own movement."
    elif any(_is_money(leaf) for leaf in kpi.formula.leaves()):
        yield "Amounts in other currencies count at the rate of the day they are dated, and keep it."


def _adding_up(kpi: type[KPI]) -> str:
    leaves = list(kpi.formula.leaves())
    if any(isinstance(leaf, Cohort) for leaf in leaves):
        return "Each period is counted on the customers of its own start: a year is not made of its months."
    if not all(isinstance(leaf, Count | Total | Stock) for leaf in leaves):
        return "Each period is counted anew from the rows: a quarter is not made of its months."
    if _divides(kpi.formula):
        return "It is a sum divided by a sum: a quarter is not the mean of its months, nor a team of its people."
    if any(isinstance(leaf, Stock) for leaf in leaves):
        return "It is a balance at the period's end: never added up over time, and a quarter ends as its last month."
    return "It adds up: days to months and years, members to the whole."


def _without_a_value(kpi: type[KPI]) -> Reason | None:
    if _divides(kpi.formula):
        return kpi.empty
    return kpi.empty if kpi.empty is Reason.NO_EVENTS else None


def _is_money(leaf: Leaf) -> bool:
    return isinstance(leaf, Total | Stock | Cohort) and bool(leaf.measures[0].currency)


def _divides(node: Node) -> bool:
    if isinstance(node, Arithmetic):
        return node.sign == "÷" or _divides(node.left) or _divides(node.right)
    return False
