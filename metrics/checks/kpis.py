"""What can be wrong with a KPI."""

from collections.abc import Iterator

from metrics.checks.words import Complaint, documented
from metrics.handbook.examples import example_complaints
from metrics.language import KPI, Arithmetic, Cohort, Count, Distinct, Grain, Node, Percentile, Total, Unit
from metrics.listed import Listed
from metrics.reading import COUNTED

LONGEST_KEY = 80


def kpi_complaints(kpi: type[KPI]) -> Iterator[Complaint]:
    yield from documented(kpi)
    if len(kpi.key) > LONGEST_KEY:
        yield "key", f"It is longer than {LONGEST_KEY} characters."
    if not kpi.grains or not all(isinstance(grain, Grain) for grain in kpi.grains):
        yield "grains", "It names no grain, or something that is none."
    formula = getattr(kpi, "formula", None)
    if not isinstance(formula, Node) or not list(formula.leaves()):
        yield "formula", "It counts nothing."
        return
    yield from (("formula", what) for what in _leaf_complaints(formula))
    yield from _unit_complaints(kpi, formula)
    if kpi.is_share and not _is_share(formula):
        yield "is_share", "A share is a number of rows divided by a number of rows."
    if kpi.example is None:
        yield "example", "It has none. The handbook works every KPI once by hand."
    yield from (("example", what) for what in example_complaints(kpi))


def _leaf_complaints(formula: Node) -> Iterator[str]:
    for leaf in formula.leaves():
        name = leaf.measures[0].__name__
        mark = getattr(leaf, "mark", "")
        if mark and mark not in leaf.measures[0].marks:
            known = ", ".join(leaf.measures[0].marks) or "none"
            yield f"{name} has no mark {mark!r}. It has: {known}."
        if isinstance(leaf, Total | Percentile) and leaf.measures[0].value is None:
            yield f"{name} has no value to add up or sort."
        if isinstance(leaf, Cohort | Distinct) and not all(measure.subject for measure in leaf.measures):
            yield f"{name} has no subject to follow."
        if isinstance(leaf, Percentile) and not 0 <= leaf.share <= 1:
            yield f"A percentile lies between 0 and 1, not at {leaf.share}."


def _unit_complaints(kpi: type[KPI], formula: Node) -> Iterator[Complaint]:
    divides = any(_divides(node) for node in _nodes(formula))
    money = any(leaf.measures[0].currency and not _counts(leaf) for leaf in formula.leaves())
    if not isinstance(kpi.unit, Unit):
        yield "unit", f"{kpi.unit!r} is not a unit."
    if kpi.unit in (Unit.PERCENT, Unit.POINTS) and not divides:
        yield "unit", "Percent and points come from a division."
    if kpi.unit is Unit.MONEY and not money:
        yield "unit", "None of its terms is money."
    if kpi.unit in (Unit.COUNT, Unit.SECONDS, Unit.DAYS) and money:
        yield "unit", "One of its terms is money."


def _nodes(formula: Node) -> Iterator[Node]:
    yield formula
    if isinstance(formula, Arithmetic):
        yield from _nodes(formula.left)
        yield from _nodes(formula.right)


def _is_share(formula: Node) -> bool:
    match formula:
        case Arithmetic("÷", left, right):
            return _counts(left) and _counts(right)
    return False


def _divides(formula: Node) -> bool:
    return isinstance(formula, Arithmetic) and formula.sign == "÷"


def _counts(formula: Node) -> bool:
    """Whether a term is a number of rows or of customers."""
    if isinstance(formula, Arithmetic):
        return formula.sign in "+−" and _counts(formula.left) and _counts(formula.right)
    if isinstance(formula, Listed):
        return formula.counts
    return isinstance(formula, Count | Distinct) or (isinstance(formula, Cohort) and formula.figure in COUNTED)
