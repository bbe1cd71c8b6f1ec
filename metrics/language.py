"""The words a measure and a KPI are written in.

A *measure* says which rows become facts, on which day, with which value and which cuts. A *KPI* is a formula over
measures. Nothing here knows a record or a database: `wanted` turns a measure into SQL, `evaluate` a formula into
numbers, and `checks` reads every declaration before anything runs.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any, ClassVar

from metrics.periods import Grain, Period


class Unit(StrEnum):
    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    POINTS = "points"
    TIMES = "times"
    NUMBER = "number"
    SECONDS = "seconds"
    DAYS = "days"
    MONTHS = "months"


class Good(StrEnum):
    """Which way is better: colour and "improving" come from here, never from the sign."""

    UP = "up"
    DOWN = "down"
    TARGET = "target"


class Reason(StrEnum):
    """Why a value is null. Null is not 0, is drawn as a gap, and is left out of trends."""

    NO_DENOMINATOR = "no_denominator"
    NO_EVENTS = "no_events"
    NO_LOSSES = "no_losses"
    NOT_CONFIGURED = "not_configured"
    TOO_FEW = "too_few"


def words(name: str) -> str:
    """WinRate → Win rate, FirstResponseTime → First response time, MRR stays MRR."""
    parts = re.findall(r"[A-Z]+\d+|[A-Z]+(?=[A-Z][a-z]|\b|$)|[A-Z][a-z]+|\d+", name)
    return " ".join(p if (p.isupper() and len(p) > 1) or i == 0 else p.lower() for i, p in enumerate(parts))


def inside(title: str) -> str:
    """A title within a sentence: Win rate → win rate, MRR movements stay MRR movements."""
    first, space, rest = title.partition(" ")
    return title if first.isupper() and len(first) > 1 else f"{first.lower()}{space}{rest}"


def snake(name: str) -> str:
    """WinRate → win_rate, LTVToCAC → ltv_to_cac."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


# ── Cuts ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Dimension:
    """A way to cut numbers; `id` is what the ledger's cells know it by and never changes.

    `origin` says where its member comes from: the row itself, the person who did the work as their team stood then,
    or the customer as they were described then.
    """

    id: int
    key: str
    title: str
    origin: str = "row"
    column: str = ""

    def at(self, path: str) -> "Cut":
        """This cut, read from a path on the measure's own rows."""
        return Cut(self, path)

    def told_by(self, lender: str) -> "Cut":
        """This cut of a row's customer, as another measure of customers, by its key, had told it by the row's moment.

        Nothing of it is kept with the row: it is looked up when somebody asks.
        """
        return Cut(self, lender=lender)


@dataclass(frozen=True)
class Cut:
    """One dimension of one measure, and the path it is read from (empty: derived from person or customer).

    A cut that is lent has the key of the measure that knows it.
    """

    dimension: Dimension
    path: str = ""
    lender: str = ""


@dataclass(frozen=True)
class Elapsed:
    """The seconds between two moments of a row."""

    start: str
    end: str


@dataclass(frozen=True)
class Gain:
    """What an amount grew by: each end converted and rounded on its own, so that a stock closes at exactly 0."""

    before: str
    after: str


@dataclass(frozen=True)
class Revaluation:
    """What an amount gained by the exchange rate alone, from one moment to the row's own."""

    amount: str
    since: str


# ── Measures ────────────────────────────────────────────────────────────────────────────────────────────────────

MEASURES: dict[str, type["Measure"]] = {}
# Every class that ever took a key, so that `checks` sees the one that was pushed aside by another.
DECLARED: list[type["Measure"] | type["KPI"]] = []


class Measure:
    """What records mean, one fact a row. The subclass's docstring says it in a sentence.

    rows      a callable that gives the rows (a QuerySet word), nothing else decides what counts
    clock     the moment (`…_at`) or day (`…_on`) a row counts on
    through   the last day of a span, where a row's value is spread evenly from its clock to there
    value     the amount, duration or number; without it a row counts 1
    currency  the path to the currency, which makes the value money
    in_millionths  whether the value, though no money, is kept in millionths too
    record    the path to the record people know, where a row is a part of one (default: the row itself)
    part      the path that tells the parts of one record apart (a whole number, stable for good)
    subject   the path to the customer
    as_of     the moment cuts are read at, where it is not the clock
    marks     named conditions a formula can count alone
    by        the cuts that make sense
    leaves_out  what is not among the rows, in words, where the docstring does not say it

    Which rows a changed record concerns is found by itself, and worst by looking at all of them. To be told more:

    told_by   the records that tell a customer's story, where what one of them means hangs on the others
    alone     whether a record's rows hang on no other record of its kind, however often its table is read
    hangs_on  paths to what else decides on its rows, where no cut, mark or value leads there
    lasts_to  the path from its record to the day its rows end, where until then each day adds one
    narrow    False where no change can be followed to its rows
    """

    key: ClassVar[str]
    title: ClassVar[str]
    rows: ClassVar[Callable[[], Any]]
    model: ClassVar[Any] = None
    clock: ClassVar[str]
    through: ClassVar[str] = ""
    value: ClassVar[str | Elapsed | Gain | Revaluation | None] = None
    currency: ClassVar[str] = ""
    in_millionths: ClassVar[bool] = False
    record: ClassVar[str] = "pk"
    part: ClassVar[str] = ""
    subject: ClassVar[str] = ""
    as_of: ClassVar[str] = ""
    marks: ClassVar[Mapping[str, Any]] = {}
    by: ClassVar[tuple[Cut | Dimension, ...]] = ()
    leaves_out: ClassVar[str] = ""
    cuts: ClassVar[tuple[Cut, ...]] = ()
    told_by: ClassVar[tuple[Any, ...]] = ()
    alone: ClassVar[bool] = False
    hangs_on: ClassVar[tuple[str, ...]] = ()
    lasts_to: ClassVar[str] = ""
    narrow: ClassVar[bool] = True

    def __init_subclass__(cls) -> None:
        cls.key = snake(cls.__name__)
        cls.title = words(cls.__name__)
        cls.cuts = tuple(cut if isinstance(cut, Cut) else Cut(cut) for cut in cls.by)
        MEASURES[cls.key] = cls
        DECLARED.append(cls)

    @classmethod
    def count(cls, mark: str = "") -> "Count":
        """How many rows."""
        return Count(cls, mark)

    @classmethod
    def total(cls, mark: str = "") -> "Total":
        """The sum of their values."""
        return Total(cls, mark)

    @classmethod
    def stock(cls, mark: str = "") -> "Stock":
        """The running sum of all values up to the end of the period."""
        return Stock(cls, mark)

    @classmethod
    def distinct(cls, mark: str = "", *, lifetime: int = 1) -> "Distinct":
        """How many different customers; with `lifetime`, only those with that many rows up to the period's end."""
        return Distinct(cls, mark, lifetime)

    @classmethod
    def steady(cls, mark: str, *, share: float) -> "Steady":
        """How many different customers carry the mark on at least that share of their rows in the period."""
        return Steady(cls, mark, share=share)

    @classmethod
    def percentile(cls, share: float, mark: str = "") -> "Percentile":
        """The value that `share` of the rows do not exceed, linear between neighbours."""
        return Percentile(cls, mark, share)

    @classmethod
    def kept(cls, figure: "Kept") -> "Cohort":
        """A figure over the customers whose running sum was above 0 at the period's start."""
        return Cohort((cls,), figure)

    @classmethod
    def dimensions(cls) -> tuple[Dimension, ...]:
        return tuple(cut.dimension for cut in cls.cuts)

    @classmethod
    def own_dimensions(cls) -> tuple[Dimension, ...]:
        """The cuts its rows have themselves."""
        return tuple(cut.dimension for cut in cls.cuts if not cut.lender)

    @classmethod
    def lender_of(cls, dimension: Dimension) -> str:
        """The measure that lends this cut, by its key; empty where the rows have it themselves."""
        return next((cut.lender for cut in cls.cuts if cut.dimension == dimension), "")


class Kept(StrEnum):
    """What can be asked of customers by their running sum at a period's start (s) and end (e)."""

    STARTERS = "starters"  # how many have s > 0
    STAYED = "stayed"  # of those, how many have e > 0
    LEFT = "left"  # of those, how many have e = 0
    START_SUM = "start_sum"  # Σ s over the starters
    END_SUM = "end_sum"  # Σ e over the starters
    LOWER_SUM = "lower_sum"  # Σ min(s, e) over the starters
    GREW = "grew"  # Σ e − s over the starters that grew
    SHRANK = "shrank"  # Σ s − e over the starters that shrank and stayed
    LOST = "lost"  # Σ s over the starters that left
    CAME = "came"  # Σ e over those never above 0 before the period
    RETURNED = "returned"  # Σ e over those at 0 at the start who had been above it before


# ── Formulas ────────────────────────────────────────────────────────────────────────────────────────────────────


class Node:
    """A formula. Arithmetic on nodes builds bigger ones."""

    def __add__(self, other: "Node | int") -> "Arithmetic":
        return Arithmetic("+", self, node(other))

    def __sub__(self, other: "Node | int") -> "Arithmetic":
        return Arithmetic("−", self, node(other))

    def __rsub__(self, other: int) -> "Arithmetic":
        return Arithmetic("−", node(other), self)

    def __mul__(self, other: "Node | int") -> "Arithmetic":
        return Arithmetic("×", self, node(other))

    def __rmul__(self, other: int) -> "Arithmetic":
        return Arithmetic("×", node(other), self)

    def __truediv__(self, other: "Node | int") -> "Arithmetic":
        return Arithmetic("÷", self, node(other))

    def leaves(self) -> Iterator["Leaf"]:
        """The terms that are read from the ledger, in reading order."""
        raise NotImplementedError

    def in_words(self) -> str:
        raise NotImplementedError

    def over(self, periods: Callable[[Period], list[Period]]) -> "Node":
        """The same formula with every term summed over other periods."""
        raise NotImplementedError

    def in_all(self) -> "Node":
        """The same formula, every term taken for the whole company in cuts its rows do not have."""
        raise NotImplementedError


def node(value: "Node | int | float | Fraction") -> Node:
    return value if isinstance(value, Node) else Constant(Fraction(value))


@dataclass(frozen=True)
class Constant(Node):
    value: Fraction

    def leaves(self) -> Iterator["Leaf"]:
        return iter(())

    def in_words(self) -> str:
        return f"{float(self.value):g}"

    def over(self, periods: Callable[[Period], list[Period]]) -> "Constant":
        return self

    def in_all(self) -> "Constant":
        return self


@dataclass(frozen=True)
class Arithmetic(Node):
    sign: str
    left: Node
    right: Node

    def leaves(self) -> Iterator["Leaf"]:
        yield from self.left.leaves()
        yield from self.right.leaves()

    def in_words(self) -> str:
        return f"{_bracketed(self.left, self.sign)} {self.sign} {_bracketed(self.right, self.sign, right=True)}"

    def over(self, periods: Callable[[Period], list[Period]]) -> "Arithmetic":
        return replace(self, left=self.left.over(periods), right=self.right.over(periods))

    def in_all(self) -> "Arithmetic":
        return replace(self, left=self.left.in_all(), right=self.right.in_all())


def _bracketed(term: Node, sign: str, *, right: bool = False) -> str:
    text = term.in_words()
    if not isinstance(term, Arithmetic):
        return text
    looser = term.sign in "+−" and sign in "×÷"
    return f"({text})" if looser or (right and sign in "−÷") else text


@dataclass(frozen=True, kw_only=True)
class Leaf(Node):
    """A term read from the ledger. `periods` may name other stretches than the one asked for, summed together.

    In a cut its rows do not have it is refused or, where `whole`, what it is for the whole company.
    """

    periods: Callable[[Period], list[Period]] | None = None
    whole: bool = False

    def leaves(self) -> Iterator["Leaf"]:
        yield self

    @property
    def measures(self) -> tuple[type[Measure], ...]:
        raise NotImplementedError

    @property
    def picks(self) -> bool:
        """Whether it is one of its rows' values, not their sum: without rows there is none."""
        return False

    @property
    def nothing(self) -> Reason:
        """Why it has no value, where it is one of its rows' values and has none."""
        return Reason.NO_EVENTS

    @property
    def looks_back(self) -> bool:
        """Whether rows of any earlier day count too, so that a late correction moves every later period."""
        return True

    @property
    def apart(self) -> str:
        """The column of facts that, wherever they differ in it, add to the amount on their own; empty where none does.

        What changed can then be added to what was read before, without reading all the others again.
        """
        return ""

    @property
    def kept_as(self) -> "Leaf":
        """The term that is kept for it, over one stretch of days."""
        return replace(self, periods=None, whole=False)

    @property
    def ages(self) -> bool:
        """Whether it hangs on when a stretch ends, beyond the facts before that."""
        return False

    def over(self, periods: Callable[[Period], list[Period]]) -> "Leaf":
        return replace(self, periods=periods)

    def in_all(self) -> "Leaf":
        return replace(self, whole=True)

    def is_cut_by(self, dimension: Dimension) -> bool:
        """Whether it is another for each member; what stands for the whole company borrows no cut."""
        lends = any(measure.lender_of(dimension) for measure in self.measures)
        return dimension in self.dimensions() and not (self.whole and lends)

    def dimensions(self) -> tuple[Dimension, ...]:
        """The cuts this term can be asked for."""
        first, *others = self.measures
        return tuple(d for d in first.dimensions() if all(d in m.dimensions() for m in others))


@dataclass(frozen=True)
class Simple(Leaf):
    measure: type[Measure]
    mark: str = ""

    @property
    def measures(self) -> tuple[type[Measure], ...]:
        return (self.measure,)

    def _rows(self) -> str:
        name = inside(self.measure.title)
        return f"{name} ({self.mark.replace('_', ' ')})" if self.mark else name


@dataclass(frozen=True)
class Count(Simple):
    looks_back = False

    def in_words(self) -> str:
        return f"number of {self._rows()}"


@dataclass(frozen=True)
class Total(Simple):
    looks_back = False

    def in_words(self) -> str:
        return f"sum of {self._rows()}"


@dataclass(frozen=True)
class Stock(Simple):
    def in_words(self) -> str:
        return f"balance of {self._rows()} at the end"


@dataclass(frozen=True)
class Distinct(Simple):
    apart = "subject"
    lifetime: int = 1

    @property
    def looks_back(self) -> bool:
        return self.lifetime > 1

    def in_words(self) -> str:
        many = f" with {self.lifetime} or more to date" if self.lifetime > 1 else ""
        return f"customers among {self._rows()}{many}"


@dataclass(frozen=True)
class Steady(Distinct):
    share: float = 1

    def in_words(self) -> str:
        name, mark = inside(self.measure.title), self.mark.replace("_", " ")
        return f"customers with at least {self.share:.0%} of their {name} {mark}"


PICKED = (0.5, 0.9)  # the shares that medians and percentiles are kept for


@dataclass(frozen=True)
class Percentile(Simple):
    looks_back = False
    picks = True
    share: float = 0.5

    @property
    def apart(self) -> str:
        return "record" if self.share in PICKED else ""

    @property
    def kept_as(self) -> "Spread":
        return Spread(replace(self, share=PICKED[0], periods=None, whole=False))

    def in_words(self) -> str:
        name = "median" if self.share == 0.5 else f"{self.share:.0%} percentile".replace("%", "th")
        return f"{name} of {self._rows()}"


@dataclass(frozen=True)
class Spread(Leaf):
    """All the values that a term like a median is picked from, in their order: what such a term is made from.

    Unlike that, it can be moved by what went and came.
    """

    told: Leaf

    @property
    def measures(self) -> tuple[type[Measure], ...]:
        return self.told.measures

    @property
    def looks_back(self) -> bool:
        return self.told.looks_back

    @property
    def apart(self) -> str:
        return self.told.apart

    @property
    def ages(self) -> bool:
        return self.told.ages

    def in_words(self) -> str:
        return f"values behind the {self.told.in_words()}"


COHORT_WORDS = {
    Kept.STARTERS: "{} at the start",
    Kept.STAYED: "{} at the start who are still there at the end",
    Kept.LEFT: "{} at the start who are gone at the end",
    Kept.START_SUM: "balance of {} at the start",
    Kept.END_SUM: "what the customers of the start have at the end",
    Kept.LOWER_SUM: "the lower of start and end, customer by customer",
    Kept.GREW: "growth of the customers that grew",
    Kept.SHRANK: "shrinkage of the customers that shrank and stayed",
    Kept.LOST: "what the customers that left had at the start",
    Kept.CAME: "what first-time customers have at the end",
    Kept.RETURNED: "what returning customers have at the end",
}


@dataclass(frozen=True)
class Cohort(Leaf):
    """A figure over customers by their running sum, over one or several measures together, at both ends."""

    apart = "subject"
    together: tuple[type[Measure], ...]
    figure: Kept

    @property
    def measures(self) -> tuple[type[Measure], ...]:
        return self.together

    def in_words(self) -> str:
        return COHORT_WORDS[self.figure].format(inside(self.together[0].title))


# ── KPIs ────────────────────────────────────────────────────────────────────────────────────────────────────────

KPIS: dict[str, type["KPI"]] = {}
EVERY_GRAIN = tuple(Grain)
MONTHS_AND_UP = (Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.FISCAL_YEAR)


Amount = int | float | timedelta


@dataclass(frozen=True)
class Example:
    """A KPI worked once by hand, with numbers anybody can follow; `checks` works it again.

    story   what happened, in a sentence
    terms   what each term of the formula comes to, in reading order, each once; all its values for a percentile
    result  the value in the unit people read, rounded as it is written here: 33.3 for 33.3 %
    """

    story: str
    terms: tuple[Amount | Sequence[Amount], ...]
    result: Amount


class KPI:
    """A formula over measures, and how it is read. The subclass's docstring is the definition a manager reads.

    The docstring's first sentence stands on cards; the rest on the KPI's page, in the API and in the handbook.

    needs      terms of the formula that stand on rows, or the number means nothing and is said not to be set up
    undecided  rows whose outcome is open: while there are any, the value is still maturing
    within     the members every question about it keeps to
    """

    key: ClassVar[str]
    title: ClassVar[str] = ""
    formula: ClassVar[Node]
    unit: ClassVar[Unit] = Unit.COUNT
    good: ClassVar[Good] = Good.UP
    grains: ClassVar[tuple[Grain, ...]] = EVERY_GRAIN
    matures: ClassVar[timedelta] = timedelta()
    empty: ClassVar[Reason] = Reason.NO_DENOMINATOR
    is_share: ClassVar[bool] = False
    needs: ClassVar[tuple[Leaf, ...]] = ()
    undecided: ClassVar[Leaf | None] = None
    example: ClassVar[Example | None] = None
    within: ClassVar[tuple[tuple[Dimension, tuple[str, ...]], ...]] = ()

    def __init_subclass__(cls, *, listed: bool = True) -> None:
        cls.key = snake(cls.__name__)
        cls.title = cls.__dict__.get("title") or words(cls.__name__)
        if listed:
            KPIS[cls.key] = cls
            DECLARED.append(cls)

    @classmethod
    def definition(cls) -> str:
        """The docstring, its lines joined and its paragraphs kept."""
        paragraphs = re.split(r"\n\s*\n", (cls.__doc__ or "").strip())
        return "\n\n".join(" ".join(p.split()) for p in paragraphs)

    @classmethod
    def summary(cls) -> str:
        return cls.definition().split("\n\n")[0]

    @classmethod
    def leaves(cls) -> list[Leaf]:
        """Every term that is read for it, once: those of the formula, and the rows whose outcome is open."""
        return list(dict.fromkeys([*cls.formula.leaves(), *([cls.undecided] if cls.undecided else [])]))

    @classmethod
    def measures(cls) -> tuple[type[Measure], ...]:
        """Every measure the formula reads, once, in reading order."""
        return tuple(dict.fromkeys(m for leaf in cls.formula.leaves() for m in leaf.measures))

    @classmethod
    def dimensions(cls) -> tuple[Dimension, ...]:
        """The cuts every term of the formula has; others are refused, never guessed."""
        first, *others = [leaf.dimensions() for leaf in cls.formula.leaves() if not leaf.whole]
        return tuple(d for d in first if all(d in other for other in others))

    @classmethod
    def dimension(cls, key: str) -> Dimension:
        """The cut of that name. Raises `LookupError` with what there is instead."""
        for dimension in cls.dimensions():
            if dimension.key == key:
                return dimension
        known = ", ".join(d.key for d in cls.dimensions()) or "none"
        raise LookupError(f"{cls.title} cannot be cut by {key}. It can by: {known}.")
