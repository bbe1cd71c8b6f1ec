# ruff: noqa: S608 - every name in the SQL below is a column of ours; what people say travels as a parameter
"""The words all readers share: what is asked of the ledger, and what comes back."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from metrics.language import Count, Dimension, Leaf, Measure
from metrics.models import MeasureState
from metrics.models.fact import FOR_EVER
from metrics.periods import Period

MICRO = Fraction(1, 1_000_000)


class Term(NamedTuple):
    """One term for one period and member: its amount, and how many rows it stands on."""

    amount: Fraction
    n: int


Terms = dict[tuple[int, str], Term]
Limits = Mapping[type[Measure], tuple[str, tuple[Any, ...]]]
Numbers = Mapping[str, int]
Stretch = tuple[int, int, Any, Any]
Stretches = Mapping[Leaf, "list[Stretch]"]


@dataclass(frozen=True)
class Slice:
    """Which facts count: cut by a dimension, only some members, as of a run, within a person's sight.

    `limits` gives, for measures this person sees in part, SQL for the records they see and its parameters. `through`
    counts days up to it that no night has settled. `among` keeps to facts with one of these numbers in a column.
    """

    by: Dimension | None = None
    where: tuple[tuple[Dimension, tuple[str, ...]], ...] = ()
    as_of: int | None = None
    limits: Limits = field(default_factory=dict, hash=False)
    through: date | None = None
    among: tuple[str, tuple[int, ...]] | None = None

    def counting_until(self, day: date) -> "Slice":
        return replace(self, through=day)

    @property
    def is_plain(self) -> bool:
        return not (self.where or self.limits or self.among) and self.as_of is None

    @property
    def of_a_life(self) -> "Slice":
        """All that is known of a customer, whatever the cut, within what a person may see."""
        return Slice(as_of=self.as_of, limits=self.limits, among=self.among)

    def of(self, leaf: Leaf) -> "Slice":
        """What of this slice is asked of a term: all of it, or no more than its own cuts where it stands for all."""
        if not leaf.whole:
            return self
        by = self.by if self.by and leaf.is_cut_by(self.by) else None
        return replace(self, by=by, where=tuple(kept for kept in self.where if leaf.is_cut_by(kept[0])))

    def member(self, *measures: type[Measure]) -> str:
        return column(self.by, measures, self.as_of) if self.by else "''"


class Asked(NamedTuple):
    """One part of a reading: SQL of (i, member, numbers), its parameters, and what its rows are taken for."""

    sql: str
    params: list[Any]
    take: Callable[[list[Any]], Mapping[Leaf, Terms]]


def numbers_of(measures: Iterable[type[Measure]], as_of: int | None = None) -> dict[str, int]:
    """What the ledger calls these measures, now or in a run; one it had not met has no facts, and number 0."""
    keys = {m.key for m in measures}
    return dict.fromkeys(keys, 0) | dict(
        MeasureState.objects.live(as_of).filter(key__in=keys).values_list("key", "pk")
    )


def stretches_of(leaf: Leaf, periods: Sequence[Period], needed: Collection[int] | None = None) -> list[Stretch]:
    """(index of the period, running number, first day, day after the last) of all a leaf looks at."""
    rows: list[Stretch] = []
    for index, period in enumerate(periods):
        if needed is not None and index not in needed:
            continue
        looked_at = leaf.periods(period) if leaf.periods else [period]
        rows += [(index, len(rows) + i, p.start, p.end) for i, p in enumerate(looked_at)]
    return rows


def values(stretches: Sequence[Stretch]) -> tuple[str, list[Any]]:
    """The stretches as a table p (i, j, s, e)."""
    one = "(%s::int, %s::int, %s::date, %s::date)"
    return f"(VALUES {', '.join([one] * len(stretches))}) AS p (i, j, s, e)", [x for row in stretches for x in row]


def mark_number(measure: type[Measure], mark: str) -> int:
    """0 for all rows, else the place of the mark among the measure's marks, from 1."""
    return list(measure.marks).index(mark) + 1 if mark else 0


def scale(measure: type[Measure]) -> Fraction:
    """What one of the ledger's whole numbers is worth: a millionth for money and what is kept like it, else 1."""
    return MICRO if measure.currency or measure.in_millionths else Fraction(1)


def amount(leaf: Leaf, n: int, total: int) -> Fraction:
    """What rows come to in a term that counts or adds them."""
    return Fraction(n) if isinstance(leaf, Count) else total * scale(leaf.measures[0])


def column(dimension: Dimension, measures: Sequence[type[Measure]], as_of: int | None, table: str = "f") -> str:
    """SQL of the member of a dimension that a fact of one of these measures belongs to."""
    own = f"{table}.{dimension.key}"
    lent = {measure.key: lender for measure in measures if (lender := measure.lender_of(dimension))}
    if not lent:
        return own
    cases = (
        f"WHEN {_number(key, as_of)} THEN {_lent(dimension, lender, as_of, table)}" for key, lender in lent.items()
    )
    return f"(CASE {table}.measure {' '.join(cases)} ELSE {own} END)"


def _lent(dimension: Dimension, lender: str, as_of: int | None, table: str) -> str:
    """What another measure had told of the customer by the moment of a fact; nothing of one who had left by then."""
    believed = f"b.run_to = {FOR_EVER}" if as_of is None else f"b.run_from <= {as_of} AND b.run_to > {as_of}"
    return f"""coalesce((
        SELECT CASE WHEN b.value > 0 THEN b.{dimension.key} ELSE '' END FROM metrics_fact b
        WHERE b.measure = {_number(lender, as_of)} AND {believed}
            AND b.subject = {table}.subject AND b.at <= {table}.at
        ORDER BY b.at DESC, b.value DESC LIMIT 1), '')"""


def _number(key: str, as_of: int | None) -> str:
    live = f"live_to = {FOR_EVER}" if as_of is None else f"live_from <= {as_of} AND live_to > {as_of}"
    return f"(SELECT id FROM metrics_measurestate WHERE key = '{key}' AND live_from IS NOT NULL AND {live})"


def condition(
    measure: type[Measure], cut: Slice, number: int, mark: str = "", table: str = "f"
) -> tuple[str, list[Any]]:
    """SQL that keeps the facts of a measure this slice believes in, and its parameters."""
    clauses: list[str] = [f"{table}.measure = %s"]
    params: list[Any] = [number]
    if cut.as_of is None:
        clauses.append(f"{table}.run_to = {FOR_EVER}")
    else:
        # Said so that standing and closed facts are each found by the index of their own.
        closed = f"{table}.run_to > %s AND {table}.run_to < {FOR_EVER}"
        clauses.append(f"{table}.run_from <= %s AND ({table}.run_to = {FOR_EVER} OR {closed})")
        params += [cut.as_of, cut.as_of]
    if mark:
        clauses.append(f"{table}.marks & {1 << mark_number(measure, mark) - 1} <> 0")
    for dimension, members in cut.where:
        clauses.append(f"{column(dimension, [measure], cut.as_of, table)} = ANY (%s)")
        params.append(list(members))
    if cut.among:
        who, numbers = cut.among
        clauses.append(f"{table}.{who} = ANY (%s)")
        params.append(list(numbers))
    if measure in cut.limits:
        sql, limit_params = cut.limits[measure]
        clauses.append(f"{table}.record IN ({sql})")
        params += limit_params
    return " AND ".join(clauses), params
