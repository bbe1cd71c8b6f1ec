"""A KPI cut by one dimension: who or what it is made of, with parts that add up to the whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property

from metrics.dimensions import labels
from metrics.evaluate import Answer, Value, change, evaluate
from metrics.explain import adds_up
from metrics.language import KPI, Arithmetic, Dimension, Node
from metrics.periods import Period
from metrics.reading import Slice
from metrics.views.address import Address
from metrics.views.cards import arrow, tone
from metrics.wording import change_in_words, in_unit, reason_in_words, term, written

MOST = 30


@dataclass(frozen=True)
class Part:
    """One line of the table."""

    kpi: type[KPI]
    title: str
    value: Value
    earlier: Value | None
    total: Value
    widest: float
    url: Address
    only: Address | None = None

    @property
    def written(self) -> str:
        return written(self.kpi, self.value)

    @property
    def reason(self) -> str:
        return reason_in_words(self.value)

    @property
    def width(self) -> float:
        """How long its bar is, in percent of the longest."""
        if self.value.value is None or not self.widest:
            return 0.0
        return round(100 * abs(float(self.value.value)) / self.widest, 1)

    @property
    def is_negative(self) -> bool:
        return bool(self.value.value and self.value.value < 0)

    @property
    def is_small(self) -> bool:
        return self.value.is_small and self.value.value is not None and not adds_up(self.kpi.formula)

    @property
    def share(self) -> str:
        if not self.total.value or self.value.value is None:
            return "–"
        return f"{float(self.value.value / self.total.value) * 100:,.1f} %".replace("-", "−")

    @property
    def sides(self) -> list[str]:
        return [side_of(self.kpi, i, self.value) for i in range(2)]

    @property
    def moved(self) -> Fraction | None:
        return change(self.kpi, self.value, self.earlier) if self.earlier else None

    @property
    def change(self) -> str:
        if self.earlier is None or (self.earlier.value is None and self.value.value is None):
            return "–"
        words = change_in_words(self.kpi, self.moved, self.value, self.earlier)
        return "–" if words == "nothing to compare with" else words

    @property
    def tone(self) -> str:
        return "even" if self.is_small else tone(self.kpi, self.moved)

    @property
    def arrow(self) -> str:
        return arrow(self.moved)


@dataclass(frozen=True)
class Breakdown:
    """All parts, the rest together, and the whole."""

    kpi: type[KPI]
    by: Dimension
    answer: Answer
    hidden: int
    others: Value | None
    others_earlier: Value | None
    shown: Sequence[str]
    rows: Address
    page: Address

    @property
    def total(self) -> Value:
        return self.answer.total[0]

    @property
    def has_share(self) -> bool:
        return adds_up(self.kpi.formula) and bool(self.total.value)

    @property
    def has_sides(self) -> bool:
        """Whether a quotient's two sides each add up, and are worth their own columns."""
        return all(map(adds_up, halves(self.kpi.formula))) if halves(self.kpi.formula) else False

    @property
    def side_titles(self) -> list[str]:
        return [side.in_words() for side in halves(self.kpi.formula)]

    @cached_property
    def parts(self) -> list[Part]:
        names = labels(self.by, self.shown)
        found = []
        for member in self.shown:
            where = f"{self.by.key}={member}"
            found.append(
                self._part(
                    names[member],
                    self.answer.cells[0, member],
                    self.answer.cells.get((1, member)),
                    self.rows.adding("where", where),
                    self.page.adding("where", where),
                )
            )
        if self.others:
            title = f"{self.hidden} other{'s' if self.hidden > 1 else ''}"
            found.append(self._part(title, self.others, self.others_earlier, self.rows))
        return found

    @property
    def whole(self) -> Part:
        return self._part("All", self.total, self.answer.total[1], self.rows)

    def _part(
        self, title: str, value: Value, earlier: Value | None, url: Address, only: Address | None = None
    ) -> Part:
        return Part(self.kpi, title, value, earlier, self.total, self._widest, url, only)

    @cached_property
    def _widest(self) -> float:
        values = [self.answer.cells[0, m].value for m in self.shown] + ([self.others.value] if self.others else [])
        return max((abs(float(v)) for v in values if v is not None), default=0.0)

    @property
    def gap(self) -> str:
        """What the parts lack of the whole, where they should add up; nothing, or it is an error."""
        if not adds_up(self.kpi.formula):
            return ""
        nothing = Fraction(0)
        missing = (self.total.value or nothing) - sum((p.value.value or nothing for p in self.parts), nothing)
        return in_unit(missing, self.kpi.unit) if missing else ""

    @property
    def note(self) -> str:
        if self.has_share or self.gap:
            return "The parts add up to the whole."
        if self.has_sides:
            return "Both sides of the division add up to the whole; the value is the one divided by the other."
        return "Values like these do not add up: the whole is taken from all rows together."


def breakdown(
    kpi: type[KPI],
    by: Dimension,
    cut: Slice,
    periods: Sequence[Period],
    settled: date,
    *,
    rows: Address,
    page: Address,
) -> Breakdown:
    """A KPI by one dimension over some days, and over those it is held against."""
    answer = evaluate(kpi, periods, cut=replace(cut, by=by), settled=settled)
    members = _ordered(kpi, answer, [m for m in answer.members if _says_something(answer.cells[0, m])])
    shown, rest = members[:MOST], members[MOST:]
    others = others_earlier = None
    if rest:
        alone = replace(cut, by=None, where=(*cut.where, (by, tuple(rest))))
        others, others_earlier = evaluate(kpi, periods, cut=alone, settled=settled).total
    return Breakdown(kpi, by, answer, len(rest), others, others_earlier, shown, rows, page)


def _says_something(value: Value) -> bool:
    return value.n > 0 or bool(value.value)


def _ordered(kpi: type[KPI], answer: Answer, members: list[str]) -> list[str]:
    """Largest amounts first; where they are not amounts, the most rows first; none last."""
    if not adds_up(kpi.formula):
        return members
    return sorted(members, key=lambda m: (m == "", -abs(answer.cells[0, m].value or Fraction(0))))


def halves(formula: Node) -> list[Node]:
    if isinstance(formula, Arithmetic) and formula.sign == "÷":
        return [formula.left, formula.right]
    return []


def side_of(kpi: type[KPI], index: int, value: Value) -> str:
    side = halves(kpi.formula)[index]
    return term(kpi, next(side.leaves()), (value.numerator, value.denominator)[index])
