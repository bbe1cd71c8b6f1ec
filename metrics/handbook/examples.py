"""Examples, worked by the same arithmetic as every number."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction

from metrics.evaluate import Value, worked_out
from metrics.language import KPI, Amount, Arithmetic, Example, Leaf, Node, Unit
from metrics.reading import Term
from metrics.wording import duration, term, written


def terms_of(kpi: type[KPI]) -> list[Leaf]:
    """The terms an example gives amounts for: each once, in reading order."""
    return list(dict.fromkeys(kpi.formula.leaves()))


def worked(kpi: type[KPI], example: Example) -> Value:
    """What the formula makes of the example's amounts."""
    pairs = zip(terms_of(kpi), example.terms, strict=True)
    return worked_out(kpi, {leaf: _term(leaf, told) for leaf, told in pairs})


def calculation(kpi: type[KPI], example: Example) -> str:
    """The formula with the example's amounts in it, and what it comes to: 12 ÷ 40 = 30.0 %."""
    told = dict(zip(terms_of(kpi), example.terms, strict=True))
    result = written(kpi, worked(kpi, example))
    if isinstance(kpi.formula, Leaf) and not isinstance(example.terms[0], Sequence):
        return f"{kpi.formula.in_words()} = {result}"
    filled = with_words(kpi.formula, lambda leaf: _said(kpi, leaf, told[leaf]))
    return f"{filled.in_words()} = {result}"


def example_complaints(kpi: type[KPI]) -> Iterator[str]:
    """What is wrong with a KPI's example: too few amounts, or another result than it says."""
    if kpi.example is None:
        return
    wanted, told = len(terms_of(kpi)), len(kpi.example.terms)
    if wanted != told:
        yield f"The formula has {wanted} terms, the example tells {told}."
        return
    found = worked(kpi, kpi.example)
    if found.value is None or not _as_written(kpi, found.value, kpi.example.result):
        yield f"It says {kpi.example.result}, the formula makes {written(kpi, found)} of it."


@dataclass(frozen=True)
class Said(Node):
    """Words in the place of a term."""

    text: str

    def in_words(self) -> str:
        return self.text


def with_words(node: Node, words: Callable[[Leaf], str]) -> Node:
    """The same formula with words of one's own for each term."""
    if isinstance(node, Arithmetic):
        return replace(node, left=with_words(node.left, words), right=with_words(node.right, words))
    return Said(words(node)) if isinstance(node, Leaf) else node


def _said(kpi: type[KPI], leaf: Leaf, amount: Amount | Sequence[Amount]) -> str:
    if isinstance(amount, Sequence):
        name = leaf.in_words().partition(" of ")[0]
        *others, last = [_said(kpi, leaf, one) for one in amount]
        return f"{name} of {', '.join(others)} and {last}" if others else f"{name} of {last}"
    if isinstance(amount, timedelta):
        return duration(amount.total_seconds())
    return term(kpi, leaf, _exact(amount)).removesuffix(".00")


def _term(leaf: Leaf, told: Amount | Sequence[Amount]) -> Term:
    if isinstance(told, Sequence):
        return Term(_percentile([_exact(one) for one in told], getattr(leaf, "share", 0.5)), len(told))
    return Term(_exact(told), 1)


def _percentile(amounts: Sequence[Fraction], share: float) -> Fraction:
    """Linear between neighbours, as the database does it."""
    ordered = sorted(amounts)
    place = Fraction(str(share)) * (len(ordered) - 1)
    below, rest = int(place), place - int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + rest * (ordered[above] - ordered[below])


def _exact(amount: Amount) -> Fraction:
    return Fraction(str(amount.total_seconds() if isinstance(amount, timedelta) else amount))


def _as_written(kpi: type[KPI], value: Fraction, result: Amount) -> bool:
    """Whether a value rounds to the result as it is written."""
    wanted = _exact(result)
    if kpi.unit is Unit.PERCENT:
        value *= 100
    decimals = 0 if isinstance(result, timedelta) else len(str(result).partition(".")[2])
    return abs(value - wanted) <= Fraction(1, 2 * 10**decimals)
