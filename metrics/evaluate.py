"""Formulas to values: the one way every page, answer, file and mail gets a number."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from metrics.kept import read
from metrics.language import KPI, Arithmetic, Constant, Dimension, Leaf, Node, Reason, Unit
from metrics.mathematics.intervals import wilson
from metrics.periods import Period
from metrics.reading import Numbers, Slice, Term, Terms
from metrics.today import believed

SETTLES_AFTER = timedelta(days=3)
SMALL = 30
PRECISE = 60  # digits: more than any value has

# What one of the formula's results is in the unit people read.
SCALE = {Unit.POINTS: Fraction(100), Unit.DAYS: Fraction(1, 86_400)}


class Status(StrEnum):
    """How settled a value is."""

    FINAL = "final"
    PROVISIONAL = "provisional"  # ended a few days ago at most; records still come in
    MATURING = "maturing"  # the window in which its rows may still change is open
    PARTIAL = "partial"  # the period is not over


@dataclass(frozen=True)
class Value:
    """A number with what it was divided from. Null values say why; `n` is how many rows it stands on.

    numerator, denominator  of the formula's outermost division; a formula without one has only a numerator
    value                   in the KPI's unit: a share for percent, points, days, seconds, currency units
    low, high               95 % Wilson interval of a share
    """

    numerator: Fraction | None
    denominator: Fraction | None
    value: Fraction | None
    n: int
    status: Status
    reason: Reason | None = None
    low: float | None = None
    high: float | None = None

    @property
    def is_small(self) -> bool:
        return self.n < SMALL


@dataclass(frozen=True)
class Answer:
    """A KPI over several periods: `total[i]` is period i in all, `cells[i, member]` one member of the cut."""

    kpi: type[KPI]
    periods: tuple[Period, ...]
    cut: Slice
    total: tuple[Value, ...]
    cells: Mapping[tuple[int, str], Value] = field(default_factory=dict)
    terms: Mapping[Leaf, Terms] = field(default_factory=dict)

    @property
    def members(self) -> list[str]:
        """The members of the cut, the one with the most rows first, none last."""
        weight: dict[str, int] = {}
        for (_, member), value in self.cells.items():
            weight[member] = weight.get(member, 0) + value.n
        return sorted(weight, key=lambda m: (m == "", -weight[m], m))


class _Result(NamedTuple):
    amount: Fraction | None
    n: int
    reason: Reason | None = None


def evaluate(kpi: type[KPI], periods: Sequence[Period], *, cut: Slice | None = None, settled: date) -> Answer:
    """One KPI over periods, in all and, where the slice has a dimension, member by member.

    `settled` is the first day no night has settled yet. Raises `LookupError` for a cut the KPI does not have.
    """
    return evaluate_all([kpi], periods, cut=cut, settled=settled)[kpi]


def evaluate_all(
    kpis: Iterable[type[KPI]], periods: Sequence[Period], *, cut: Slice | None = None, settled: date
) -> dict[type[KPI], Answer]:
    """Several KPIs over the same periods, in as few queries as their kinds allow.

    A period that is not over counts up to what is settled, or up to the end of the running day where the slice says
    so: what is planned for later has not happened.
    """
    kpis, cut = list(kpis), cut or Slice()
    for kpi in kpis:
        for dimension in [*([cut.by] if cut.by else []), *[d for d, _ in cut.where]]:
            kpi.dimension(dimension.key)
    leaves = [leaf for kpi in kpis for leaf in kpi.leaves()]
    so_far = [period.until(cut.through or settled) or period for period in periods]
    with believed((measure for leaf in leaves for measure in leaf.measures), cut):
        in_all = _read(leaves, so_far, replace(cut, by=None))
        parts = _read(leaves, so_far, cut) if cut.by else {}
    return {kpi: _answer(kpi, tuple(periods), cut, in_all, parts, settled) for kpi in kpis}


def _read(leaves: Iterable[Leaf], periods: Sequence[Period], cut: Slice) -> dict[Leaf, Terms]:
    """Every term of as much of the slice as it has."""
    asked: dict[Slice, list[Leaf]] = defaultdict(list)
    for leaf in leaves:
        asked[cut.of(leaf)].append(leaf)
    return {leaf: terms for some, theirs in asked.items() for leaf, terms in read(theirs, periods, some).items()}


@dataclass(frozen=True)
class Reading:
    """What several KPIs are made of, each over periods of its own, read from the ledger in one go."""

    places: Mapping[Period, int]
    terms: Mapping[Leaf, Terms]
    settled: date

    def value(self, kpi: type[KPI], period: Period) -> Value:
        return _value(kpi, self.terms, self.places[period], "", status_of(kpi, period, self.settled))


def read_together(
    asked: Mapping[type[KPI], Iterable[Period]],
    *,
    cut: Slice | None = None,
    settled: date,
    numbers: Numbers | None = None,
) -> Reading:
    """Read each term once, however many KPIs have it, for the periods they need it in."""
    places: dict[Period, int] = {}
    only: dict[Leaf, set[int]] = defaultdict(set)
    for kpi, periods in asked.items():
        indexes = {places.setdefault(period, len(places)) for period in periods}
        for leaf in kpi.leaves():
            only[leaf] |= indexes
    cut = cut or Slice()
    so_far = [period.until(cut.through or settled) or period for period in places]
    with believed((measure for leaf in only for measure in leaf.measures), cut):
        return Reading(places, read(only, so_far, cut, only=only, numbers=numbers), settled)


def _answer(
    kpi: type[KPI],
    periods: tuple[Period, ...],
    cut: Slice,
    in_all: Mapping[Leaf, Terms],
    parts: Mapping[Leaf, Terms],
    settled: date,
) -> Answer:
    total = tuple(_value(kpi, in_all, i, "", status_of(kpi, p, settled)) for i, p in enumerate(periods))
    own = {leaf: in_all[leaf] for leaf in kpi.formula.leaves()}
    if not cut.by:
        return Answer(kpi, periods, cut, total, terms=own)
    by, leaves = cut.by, list(kpi.formula.leaves())
    members = {member for leaf in leaves if leaf.is_cut_by(by) for _, member in parts[leaf]}
    for leaf in leaves:
        if not leaf.is_cut_by(by):  # What it is for all stands for each.
            told = {(i, member): term for (i, _), term in parts[leaf].items() for member in members}
            parts = {**parts, leaf: told}
    cells = {
        (i, member): _value(kpi, parts, i, member, total[i].status) for i in range(len(periods)) for member in members
    }
    return Answer(kpi, periods, cut, total, cells, own)


def worked_out(kpi: type[KPI], terms: Mapping[Leaf, Term]) -> Value:
    """What a formula makes of terms told by hand, as of those read from the ledger."""
    return _value(kpi, {leaf: {(0, ""): term} for leaf, term in terms.items()}, 0, "", Status.FINAL)


def status_of(kpi: type[KPI], period: Period, settled: date) -> Status:
    if period.end > settled:
        return Status.PARTIAL
    if period.end + kpi.matures > settled:
        return Status.MATURING
    return Status.PROVISIONAL if period.end + SETTLES_AFTER > settled else Status.FINAL


def _value(kpi: type[KPI], terms: Mapping[Leaf, Terms], index: int, member: str, status: Status) -> Value:
    result = _compute(kpi.formula, terms, index, member)
    is_set_up = all((index, member) in terms[leaf] for leaf in kpi.needs)
    if not is_set_up:
        result = _Result(None, result.n, Reason.NOT_CONFIGURED)
    reason = result.reason if result.amount is None else None
    numerator, denominator = result.amount, None
    if isinstance(kpi.formula, Arithmetic) and kpi.formula.sign == "÷":
        numerator = _compute(kpi.formula.left, terms, index, member).amount
        denominator = _compute(kpi.formula.right, terms, index, member).amount
        if numerator is not None and denominator is not None and denominator <= 0 and is_set_up:
            reason = kpi.empty  # The KPI's own division has nothing below; a term's own reason stays its own.
    value = None if result.amount is None else result.amount * SCALE.get(kpi.unit, 1)
    low, high = _interval(kpi, numerator, denominator)
    return Value(numerator, denominator, value, result.n, _ripe(kpi, terms, index, status), reason, low, high)


def _ripe(kpi: type[KPI], terms: Mapping[Leaf, Terms], index: int, status: Status) -> Status:
    """Maturing, however long ago, while rows it counts have no outcome."""
    still_open = kpi.undecided is not None and (index, "") in terms.get(kpi.undecided, {})
    return Status.MATURING if still_open and status is not Status.PARTIAL else status


def _compute(node: Node, terms: Mapping[Leaf, Terms], index: int, member: str) -> _Result:
    match node:
        case Constant(value):
            return _Result(value, 0)
        case Leaf():
            found = terms[node].get((index, member))
            if found is None and node.picks:
                return _Result(None, 0, node.nothing)
            amount, n = found or Term(Fraction(0), 0)
            return _Result(amount, n)
        case Arithmetic(sign, left_node, right_node):
            left, right = (_compute(side, terms, index, member) for side in (left_node, right_node))
            return _combine(sign, left, right)
    raise TypeError(f"No way to compute {node!r}.")


def _combine(sign: str, left: _Result, right: _Result) -> _Result:
    n = (right.n or left.n) if sign == "÷" else left.n + right.n
    if left.amount is None or right.amount is None:
        return _Result(None, n, left.reason or right.reason)
    match sign:
        case "+":
            return _Result(left.amount + right.amount, n)
        case "−":
            return _Result(left.amount - right.amount, n)
        case "×":
            return _Result(left.amount * right.amount, n)
    if right.amount <= 0:
        return _Result(None, n, Reason.NO_DENOMINATOR)
    return _Result(left.amount / right.amount, n)


def _interval(
    kpi: type[KPI], numerator: Fraction | None, denominator: Fraction | None
) -> tuple[float | None, float | None]:
    if not kpi.is_share or numerator is None or not denominator:
        return None, None
    if not 0 <= numerator <= denominator:
        return None, None  # Terms of two periods, held together to see what each moved, are no share.
    return wilson(float(numerator), float(denominator))


def exact(value: Fraction | None, places: int = 12) -> Decimal | None:
    """A fraction as a decimal, divided once and rounded half to even at the end."""
    if value is None:
        return None
    with localcontext(prec=PRECISE):
        return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1).scaleb(-places))


def change(kpi: type[KPI], now: Value, earlier: Value) -> Fraction | None:
    """How much a value moved, as finely as it is read: in points, else as a share of a positive earlier value."""
    if now.value is None or earlier.value is None:
        return None
    if kpi.unit is Unit.POINTS:
        return round(now.value - earlier.value, 1)
    if kpi.unit is Unit.PERCENT:
        return round(now.value - earlier.value, 3)
    return round((now.value - earlier.value) / earlier.value, 3) if earlier.value > 0 else None


def dimension_of(kpi: type[KPI], key: str | None) -> Dimension | None:
    return kpi.dimension(key) if key else None
