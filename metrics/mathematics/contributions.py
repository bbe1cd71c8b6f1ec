"""Why a number changed: what each part adds to the change, summing to it exactly.

A ratio's change splits into rate (members did better or worse) and mix (there were more or fewer of them): Kitagawa,
"Components of a Difference Between Two Rates", JASA 50 (1955). A formula's change splits between its terms by
Shapley, "A Value for n-Person Games" (1953). Fractions throughout, so nothing is lost in rounding.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, permutations
from math import factorial

Number = int | float | Decimal | Fraction
Path = tuple[str, ...]
ZERO = Fraction(0)


@dataclass(frozen=True)
class Side:
    """One period: a sum, or what a ratio divides and by what."""

    above: Fraction
    below: Fraction | None = None

    @property
    def value(self) -> Fraction | None:
        if self.below is None:
            return self.above
        return self.above / self.below if self.below else None


@dataclass(frozen=True)
class Branch:
    """A member, those below it, and what they add to the change of the whole.

    before, after  the member's own two periods
    rate, mix      the two parts of `change`; a sum has no mix
    children       those that add the most, one way or the other, first
    """

    path: Path
    before: Side
    after: Side
    rate: Fraction
    mix: Fraction
    children: tuple["Branch", ...] = ()

    @property
    def change(self) -> Fraction:
        return self.rate + self.mix

    @property
    def member(self) -> str:
        return self.path[-1] if self.path else ""


def sum_tree(before: Mapping[Path, Number], after: Mapping[Path, Number]) -> Branch:
    """The change of a sum, member by member. A path names a member of each dimension: ("Germany", "Retail")."""
    leaves = []
    for path in sorted({*before, *after}):
        first, last = Side(Fraction(before.get(path, 0))), Side(Fraction(after.get(path, 0)))
        leaves.append(Branch(path, first, last, last.above - first.above, ZERO))
    return _grow((), leaves)


def ratio_tree(before: Mapping[Path, tuple[Number, Number]], after: Mapping[Path, tuple[Number, Number]]) -> Branch:
    """The change of a ratio of sums, from each member's (numerator, denominator).

    Mix is taken around the overall ratio, so that more of a member below it counts against. A member that is in one
    period only has no rate that changed: what it adds is mix. Raises `ValueError` where a period has nothing to
    divide by.
    """
    sides = [{path: _side(told) for path, told in told_by.items()} for told_by in (before, after)]
    whole, later = (_sum(side.values()) for side in sides)
    if not whole.below or not later.below:
        raise ValueError("There is nothing to divide by in one of the two periods.")
    none = Side(ZERO, ZERO)
    leaves = [
        _leaf(path, sides[0].get(path, none), sides[1].get(path, none), whole, later)
        for path in sorted({*before, *after})
    ]
    return _grow((), leaves)


def term_effects(
    formula: Callable[[Mapping[str, Fraction]], Fraction], before: Mapping[str, Number], after: Mapping[str, Number]
) -> dict[str, Fraction]:
    """What each of a formula's few terms adds to its change: its effect, averaged over every order of change."""
    added = dict.fromkeys(before, ZERO)
    for order in permutations(before):
        now = {name: Fraction(each) for name, each in before.items()}
        value = formula(now)
        for name in order:
            now[name] = Fraction(after[name])
            added[name] += (changed := formula(now)) - value
            value = changed
    return {name: each / factorial(len(before)) for name, each in added.items()}


def _leaf(path: Path, first: Side, last: Side, whole: Side, later: Side) -> Branch:
    weight, next_weight = _quotient(first.below, whole.below), _quotient(last.below, later.below)
    middle = (_quotient(whole.above, whole.below) + _quotient(later.above, later.below)) / 2
    change = _quotient(last.above, later.below) - _quotient(first.above, whole.below) - middle * (next_weight - weight)
    rate = ZERO
    if first.value is not None and last.value is not None:
        rate = (weight + next_weight) / 2 * (last.value - first.value)
    elif not first.below and not last.below:  # Such as costs of a channel that won nobody in either period.
        rate = change
    return Branch(path, first, last, rate, change - rate)


def _grow(path: Path, leaves: list[Branch]) -> Branch:
    """The tree over leaves whose paths begin alike and are of one length."""
    depth = len(path)
    if leaves and depth == len(leaves[0].path):
        return leaves[0]
    groups = groupby(leaves, key=lambda leaf: leaf.path[: depth + 1])
    children = sorted((_grow(own, list(group)) for own, group in groups), key=lambda child: -abs(child.change))
    before, after = _sum(child.before for child in children), _sum(child.after for child in children)
    rate, mix = sum((child.rate for child in children), ZERO), sum((child.mix for child in children), ZERO)
    return Branch(path, before, after, rate, mix, tuple(children))


def _side(told: tuple[Number, Number]) -> Side:
    return Side(Fraction(told[0]), Fraction(told[1]))


def _sum(sides: Iterable[Side]) -> Side:
    every = list(sides)
    belows = [side.below for side in every if side.below is not None]
    return Side(sum((side.above for side in every), ZERO), sum(belows, ZERO) if belows else None)


def _quotient(above: Fraction | None, below: Fraction | None) -> Fraction:
    return (above or ZERO) / below if below else ZERO
