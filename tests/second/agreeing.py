"""Holding the second counting against the ledger."""

from collections.abc import Iterable
from fractions import Fraction

from metrics.evaluate import SCALE
from metrics.language import KPI
from tests.metrics import asked
from tests.second.book import SECOND
from tests.second.records import Records, Span

Told = dict[tuple[str, Span], Fraction | None]


def by_the_ledger(kpis: Iterable[type[KPI]], *spans: Span) -> Told:
    told = {(kpi, span): asked.value(kpi.key, span.start, span.end).value for kpi in kpis for span in spans}
    return {(kpi.key, span): fitting(kpi, number) for (kpi, span), number in told.items()}


def by_hand(records: Records, kpis: Iterable[type[KPI]], *spans: Span) -> Told:
    told = {(kpi, span): SECOND[kpi.key](records, span) for kpi in kpis for span in spans}
    return {
        (kpi.key, span): None if number is None else fitting(kpi, number * SCALE.get(kpi.unit, Fraction(1)))
        for (kpi, span), number in told.items()
    }


def fitting(kpi: type[KPI], number: Fraction | None) -> Fraction | None:
    """Exact; where the database picks between two rows, in the digits a double has."""
    return round(number, 6) if number is not None and any(leaf.picks for leaf in kpi.leaves()) else number
