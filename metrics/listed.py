"""Terms that are more than a sum over facts: each says whom or what it lists, and adds that up.

`reading.lists` knows the statement behind each; its rows are what a number opens to, so amount and rows cannot differ.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from metrics.language import PICKED, Dimension, Leaf, Measure, Reason, Spread, inside

Named = tuple[type[Measure], str]  # a measure and one of its marks, or ""


@dataclass(frozen=True)
class Listed(Leaf):
    """A term whose amount is the sum over the rows its own statement lists."""

    @property
    def counts(self) -> bool:
        """Whether every row adds 1."""
        return True

    @property
    def is_additive(self) -> bool:
        """Whether the parts, however they are cut, sum to the whole."""
        return False

    @property
    def about(self) -> type[Measure] | None:
        """The measure whose records are listed; none where customers are."""
        return None


@dataclass(frozen=True)
class Acted(Listed):
    """Of the customers in something at the start, how many had a row of one of several measures in the period."""

    apart = "subject"
    together: tuple[type[Measure], ...]
    did: tuple[Named, ...]

    @property
    def measures(self) -> tuple[type[Measure], ...]:
        return (*self.together, *(measure for measure, _ in self.did))

    @property
    def is_additive(self) -> bool:
        return True  # A customer belongs, whole, to the member that held them at the start.

    def dimensions(self) -> tuple[Dimension, ...]:
        return self.together[0].dimensions()

    def in_words(self) -> str:
        what = " or ".join(mark.replace("_", " ") or inside(m.title) for m, mark in self.did)
        return f"of the customers in {inside(self.together[0].title)} at the start, those with {what}"


@dataclass(frozen=True)
class Seen(Listed):
    """Customers with a row of one of these measures in the period, or a balance in one of those at any time of it."""

    apart = "subject"
    acted: tuple[type[Measure], ...]
    held: tuple[type[Measure], ...]

    @property
    def measures(self) -> tuple[type[Measure], ...]:
        return (*self.acted, *self.held)

    def in_words(self) -> str:
        names = [inside(measure.title) for measure in self.measures]
        return f"customers in {' or '.join(names)} at any time"


class Rank(StrEnum):
    """What can be asked of customers ranked by what they brought in."""

    BUYERS = "buyers"  # how many there are
    SUM = "sum"  # what they brought in
    TOP = "top"  # what the first share of them brought in
    TILT = "tilt"  # Σ (2i − n − 1) × what the i-th from below brought in: n × the sum, times the Gini coefficient


@dataclass(frozen=True)
class Ranked(Listed):
    """A figure over the customers who bought, ranked by what they brought in less what went back."""

    apart = "subject"
    brought: type[Measure]
    gone: type[Measure]
    figure: Rank
    share: float = 0.2

    @property
    def measures(self) -> tuple[type[Measure], ...]:
        return (self.brought, self.gone)

    @property
    def counts(self) -> bool:
        return self.figure is Rank.BUYERS

    @property
    def kept_as(self) -> Leaf:
        """A rank hangs on all others: what it is made from is kept."""
        alone = replace(self, figure=self.figure if self.counts else Rank.SUM, periods=None, whole=False)
        return Spread(alone) if self.figure in (Rank.TOP, Rank.TILT) else alone

    def in_words(self) -> str:
        said = inside(self.brought.title)
        return {
            Rank.BUYERS: f"customers among {said}",
            Rank.SUM: f"what customers among {said} brought in",
            Rank.TOP: f"what the top {self.share:.0%} of customers among {said} brought in",
            Rank.TILT: f"what customers among {said} brought in, weighted by how far their rank is from the middle",
        }[self.figure]


@dataclass(frozen=True)
class Waiting(Listed):
    """The age, at the end of the period, of what had begun and not ended: all ages together, or a percentile of them.

    Both measures tell of the same records and parts.
    """

    ages = True
    begun: type[Measure]
    ended: type[Measure]
    share: float | None = None

    @property
    def apart(self) -> str:
        return "record" if self.share is None or self.share in PICKED else ""

    @property
    def kept_as(self) -> Leaf:
        alone = replace(self, periods=None, whole=False)
        return alone if self.share is None else Spread(replace(alone, share=PICKED[0]))

    @property
    def measures(self) -> tuple[type[Measure], ...]:
        return (self.begun, self.ended)

    @property
    def counts(self) -> bool:
        return False

    @property
    def is_additive(self) -> bool:
        return self.share is None

    @property
    def picks(self) -> bool:
        return self.share is not None

    @property
    def about(self) -> type[Measure]:
        return self.begun

    def dimensions(self) -> tuple[Dimension, ...]:
        return self.begun.dimensions()

    def in_words(self) -> str:
        said = f"{inside(self.begun.title)} still going on at the end"
        if self.share is None:
            return f"age of all {said}"
        return f"{'median' if self.share == 0.5 else f'{round(self.share * 100)}th percentile of the'} age of {said}"


@dataclass(frozen=True)
class HalfOver(Listed):
    """The time by which half of what began in the period had ended, by the period's end (Kaplan and Meier).

    What goes on is taken as lasting at least so long. Both measures tell of the same records and parts.
    """

    apart = "record"
    begun: type[Measure]
    ended: type[Measure]

    @property
    def measures(self) -> tuple[type[Measure], ...]:
        return (self.begun, self.ended)

    @property
    def counts(self) -> bool:
        return False

    @property
    def picks(self) -> bool:
        return True

    @property
    def nothing(self) -> Reason:
        return Reason.TOO_FEW

    @property
    def kept_as(self) -> "Lives":
        return Lives(replace(self, periods=None, whole=False))

    @property
    def looks_back(self) -> bool:
        return False

    @property
    def about(self) -> type[Measure]:
        return self.begun

    def dimensions(self) -> tuple[Dimension, ...]:
        return self.begun.dimensions()

    def in_words(self) -> str:
        return f"time by which half of {inside(self.begun.title)} were {inside(self.ended.title)}"


@dataclass(frozen=True)
class Lasting(Listed):
    """The mean time customers last, those still here taken as lasting at least so long (Kaplan and Meier).

    Counted from first coming in to last going out of any of the measures, over everybody known at the period's end.
    """

    apart = "subject"
    together: tuple[type[Measure], ...]

    @property
    def measures(self) -> tuple[type[Measure], ...]:
        return self.together

    @property
    def counts(self) -> bool:
        return False

    @property
    def picks(self) -> bool:
        return True

    @property
    def kept_as(self) -> "Lives":
        return Lives(replace(self, periods=None, whole=False))

    def in_words(self) -> str:
        return f"mean time in {' or '.join(inside(measure.title) for measure in self.together)}"


@dataclass(frozen=True)
class Lives(Listed):
    """How many of what a term follows lasted how many days, those over and those going on apart: its members.

    What the term is made from; unlike that, it is the sum of what each adds.
    """

    ages = True
    told: Lasting | HalfOver

    @property
    def measures(self) -> tuple[type[Measure], ...]:
        return self.told.measures

    @property
    def apart(self) -> str:
        return self.told.apart

    def in_words(self) -> str:
        return f"days behind the {self.told.in_words()}"


@dataclass(frozen=True)
class Different(Listed):
    """How many different parts (visitors, addresses) there are among a measure's rows, however many rows each has."""

    apart = "part"
    measure: type[Measure]
    noun: str
    mark: str = ""

    @property
    def measures(self) -> tuple[type[Measure], ...]:
        return (self.measure,)

    @property
    def about(self) -> type[Measure]:
        return self.measure

    @property
    def looks_back(self) -> bool:
        return False

    def in_words(self) -> str:
        rows = inside(self.measure.title)
        return (
            f"different {self.noun} among {rows} ({self.mark.replace('_', ' ')})"
            if self.mark
            else (f"different {self.noun} among {rows}")
        )


@dataclass(frozen=True)
class Members(Listed):
    """Of the parts (addresses) that had come and not gone at the start, how many there were or are gone at the end."""

    apart = "part"
    came: type[Measure]
    went: type[Measure]
    noun: str
    only_gone: bool = False

    @property
    def measures(self) -> tuple[type[Measure], ...]:
        return (self.came, self.went)

    @property
    def about(self) -> type[Measure]:
        return self.came

    @property
    def is_additive(self) -> bool:
        return True

    def in_words(self) -> str:
        return f"of those, {self.noun} gone at the end" if self.only_gone else f"{self.noun} there at the start"


@dataclass(frozen=True)
class DaysHeld(Listed):
    """The balance of a measure, summed over the days of the period: somebody there on five days makes five."""

    measure: type[Measure]

    @property
    def measures(self) -> tuple[type[Measure], ...]:
        return (self.measure,)

    @property
    def counts(self) -> bool:
        return False

    @property
    def about(self) -> type[Measure]:
        return self.measure

    @property
    def is_additive(self) -> bool:
        return True

    def in_words(self) -> str:
        return f"balance of {inside(self.measure.title)}, day by day"
