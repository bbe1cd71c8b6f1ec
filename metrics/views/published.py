"""Published values, read back as values: what the night counted once need not be counted for each reader."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from metrics.evaluate import Value, status_of
from metrics.language import KPI, Reason
from metrics.mathematics.intervals import wilson
from metrics.models import Snapshot
from metrics.periods import Grain, Period


def published(kpi: type[KPI], grain: Grain, periods: Sequence[Period], settled: date) -> dict[Period, Value]:
    """The latest published values of those periods that are over and were published."""
    starts = [period.start for period in periods]
    found = Snapshot.objects.filter(kpi=kpi.key, grain=grain, is_latest=True, start__in=starts, end__lte=settled)
    stretches = {Period(snapshot.start, snapshot.end): snapshot for snapshot in found}
    return {period: value_of(kpi, stretches[period], settled) for period in periods if period in stretches}


def value_of(kpi: type[KPI], snapshot: Snapshot, settled: date) -> Value:
    numerator, denominator, value = (
        None if said is None else Fraction(said) for said in (snapshot.numerator, snapshot.denominator, snapshot.value)
    )
    low, high = None, None
    if kpi.is_share and numerator is not None and denominator:
        low, high = wilson(float(numerator), float(denominator))
    status = status_of(kpi, Period(snapshot.start, snapshot.end), settled)
    reason = Reason(snapshot.reason) if snapshot.reason else None
    return Value(numerator, denominator, value, snapshot.n, status, reason, low, high)
