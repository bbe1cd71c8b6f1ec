"""Holding the second counting against the ledger."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import pytest

from metrics.calendar import settled_until
from metrics.evaluate import SCALE, evaluate_all
from metrics.language import KPI
from metrics.periods import Period
from tests.second.book import SECOND
from tests.second.records import Records, Span

Told = dict[tuple[str, Span], Any]


def by_the_ledger(kpis: Iterable[type[KPI]], *spans: Span) -> Told:
    """What the product answers, all in one go as a board asks."""
    periods = [Period(span.start, span.end) for span in spans]
    answers = evaluate_all(kpis, periods, settled=settled_until())
    return {
        (kpi.key, span): value.value
        for kpi, answer in answers.items()
        for span, value in zip(spans, answer.total, strict=True)
    }


def by_hand(records: Records, kpis: Iterable[type[KPI]], *spans: Span) -> Told:
    return {(kpi.key, span): as_read(kpi, SECOND[kpi.key](records, span)) for kpi in kpis for span in spans}


def as_read(kpi: type[KPI], number: Fraction | int | None) -> Any:
    """In the unit people read, exactly; where the database picks between two rows, in the digits a double has."""
    if number is None:
        return None
    exact = Fraction(number) * SCALE.get(kpi.unit, Fraction(1))
    picks = any(leaf.picks for leaf in kpi.leaves())
    return pytest.approx(float(exact), rel=1e-9, abs=1e-9) if picks else exact
