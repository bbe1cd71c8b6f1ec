"""Why a number changed: what each part, and each term of its formula, adds to the change. They sum to it exactly."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from metrics.dimensions import labels
from metrics.evaluate import SCALE, Answer, Value, worked_out
from metrics.explain import adds_up
from metrics.language import KPI, Arithmetic, Dimension, Leaf
from metrics.mathematics.contributions import Branch, Number, Path, ratio_tree, sum_tree, term_effects
from metrics.reading import Term

MOST_TERMS = 5
NOTHING = Fraction(0)


@dataclass(frozen=True)
class Part:
    """A member of a cut: its own two values, and what it adds; `mix` where more or fewer of it do."""

    title: str
    member: str
    before: Fraction | None
    after: Fraction | None
    rate: Fraction
    mix: Fraction

    @property
    def adds(self) -> Fraction:
        return self.rate + self.mix


@dataclass(frozen=True)
class Change:
    """A number's change from one stretch of days to another, told by parts; or why it cannot be."""

    kpi: type[KPI]
    before: Value
    after: Value
    by: Dimension | None
    parts: tuple[Part, ...] = ()
    refusal: str = ""

    @property
    def total(self) -> Fraction:
        return (self.after.value or NOTHING) - (self.before.value or NOTHING)

    @property
    def is_known(self) -> bool:
        return self.before.value is not None and self.after.value is not None

    @property
    def has_mix(self) -> bool:
        return any(part.mix for part in self.parts)

    @property
    def gap(self) -> Fraction:
        """What the parts lack of the change; anything but 0 is an error."""
        return self.total - sum((part.adds for part in self.parts), NOTHING) if self.parts else NOTHING

    def shortened(self, most: int) -> list[Part]:
        """The parts that add the most, and the others together."""
        if len(self.parts) <= most + 1:
            return list(self.parts)
        rest = self.parts[most:]
        rate, mix = (sum((getattr(part, name) for part in rest), NOTHING) for name in ("rate", "mix"))
        return [*self.parts[:most], Part(f"{len(rest)} others", "", None, None, rate, mix)]


def by_parts(kpi: type[KPI], answer: Answer, *, before: int = 1, after: int = 0) -> Change:
    """The change between two periods of an answer that was cut, member by member."""
    by, first, last = answer.cut.by, answer.total[before], answer.total[after]
    why_not = _undivided(kpi, first, last)
    if by is None or why_not:
        return Change(kpi, first, last, by, refusal=why_not or "It cannot be cut.")
    tree = _tree(kpi, answer, before, after)
    names = labels(by, answer.members)
    scale = SCALE.get(kpi.unit, Fraction(1))
    parts = [
        Part(
            names[branch.member],
            branch.member,
            _own(answer, before, branch.member),
            _own(answer, after, branch.member),
            branch.rate * scale,
            branch.mix * scale,
        )
        for branch in tree.children
        if branch.change or branch.rate
    ]
    return Change(kpi, first, last, by, tuple(parts))


def _undivided(kpi: type[KPI], first: Value, last: Value) -> str:
    """Why a change cannot be divided between members, if so."""
    if first.value is None or last.value is None:
        return "There is no value in one of the two stretches of days, so there is no change to explain."
    if adds_up(kpi.formula) or _is_quotient(kpi):
        return ""
    return "Values like these do not add up over members, so no part of the change can be called theirs."


def _is_quotient(kpi: type[KPI]) -> bool:
    formula = kpi.formula
    if not (isinstance(formula, Arithmetic) and formula.sign == "÷"):
        return False
    return adds_up(formula.left) and adds_up(formula.right)


def _tree(kpi: type[KPI], answer: Answer, before: int, after: int) -> Branch:
    if adds_up(kpi.formula):
        return sum_tree(_sums(kpi, answer, before), _sums(kpi, answer, after))
    return ratio_tree(_halves(answer, before), _halves(answer, after))


def _sums(kpi: type[KPI], answer: Answer, place: int) -> dict[Path, Number]:
    scale = SCALE.get(kpi.unit, Fraction(1))
    return {(m,): (answer.cells[place, m].value or NOTHING) / scale for m in answer.members}


def _halves(answer: Answer, place: int) -> dict[Path, tuple[Number, Number]]:
    cells = {m: answer.cells[place, m] for m in answer.members}
    return {(m,): (cell.numerator or NOTHING, cell.denominator or NOTHING) for m, cell in cells.items()}


def _own(answer: Answer, place: int, member: str) -> Fraction | None:
    value = answer.cells[place, member]
    return value.value if value.n or value.value else None


@dataclass(frozen=True)
class TermChange:
    """A term of the formula: what it was and is, and what its own change adds to the number's."""

    leaf: Leaf
    before: Fraction
    after: Fraction
    adds: Fraction


def by_terms(kpi: type[KPI], answer: Answer, *, before: int = 1, after: int = 0) -> list[TermChange]:
    """What each term of a formula with several adds, averaged over every order they could have changed in."""
    leaves = list(dict.fromkeys(kpi.formula.leaves()))
    if not 1 < len(leaves) <= MOST_TERMS:
        return []
    sides = [_amounts(leaves, answer, place) for place in (before, after)]
    if any(side is None for side in sides):
        return []
    first, last = (side or {} for side in sides)
    effects = _effects(_formula(kpi, leaves), first, last)
    scale = {str(i): leaf for i, leaf in enumerate(leaves)}
    return [TermChange(leaf, first[i], last[i], effects[i]) for i, leaf in scale.items()] if effects else []


def _effects(
    formula: Callable[[Mapping[str, Fraction]], Fraction], first: dict[str, Fraction], last: dict[str, Fraction]
) -> dict[str, Fraction]:
    try:
        return term_effects(formula, first, last)
    except ZeroDivisionError:  # Some order leads over a number that is none.
        return {}


def _amounts(leaves: Sequence[Leaf], answer: Answer, place: int) -> dict[str, Fraction] | None:
    found = [answer.terms[leaf].get((place, "")) for leaf in leaves]
    if any(term is None and leaf.picks for term, leaf in zip(found, leaves, strict=True)):
        return None
    return {str(i): term.amount if term else NOTHING for i, term in enumerate(found)}


def _formula(kpi: type[KPI], leaves: Sequence[Leaf]) -> Callable[[Mapping[str, Fraction]], Fraction]:
    def worked(amounts: Mapping[str, Fraction]) -> Fraction:
        value = worked_out(kpi, {leaf: Term(amounts[str(i)], 1) for i, leaf in enumerate(leaves)}).value
        if value is None:
            raise ZeroDivisionError
        return value

    return worked
