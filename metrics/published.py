"""Published values, read back as values: what the night counted once need not be counted for each reader."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from metrics.calendar import fiscal_start
from metrics.evaluate import Status, Value, status_of, wilson
from metrics.language import KPI, Count, Reason, Stock, Total
from metrics.models import Run, RunStep, Snapshot
from metrics.models.run import FINISHED
from metrics.periods import Grain, Period, containing
from metrics.publish import PUBLISHED

Published = Mapping[tuple[str, str, date], Any]


def latest() -> QuerySet:
    """What is published now, each with whether it stands: said by the last run, and none is at work."""
    last = Subquery(Run.objects.order_by("-pk").values("pk")[:1])
    steps = RunStep.objects.filter(run=last, run__status__in=FINISHED, kind=RunStep.Kind.KPI, error="")
    return Snapshot.objects.filter(is_latest=True).annotate(stands=Exists(steps.filter(key=OuterRef("kpi"))))


Asked = Mapping[type[KPI], Sequence[Period]]


def published_together(asked: Asked, grain: Grain, settled: date) -> dict[type[KPI], dict[Period, Value]]:
    """The latest published values of several KPIs, of those periods that are over and were published."""
    places = {kpi.key: (kpi, {period.start: period for period in periods}) for kpi, periods in asked.items()}
    starts = {start for _, known in places.values() for start in known}
    found: dict[type[KPI], dict[Period, Value]] = {kpi: {} for kpi in asked}
    said = latest().filter(kpi__in=places, grain=grain, start__in=starts, end__lte=settled, stands=True)
    for snapshot in said if grain in PUBLISHED else ():
        kpi, known = places[snapshot.kpi]
        period = known.get(snapshot.start)
        if period and period.end == snapshot.end:
            found[kpi][period] = value_of(kpi, snapshot, period, settled)
    return found


def published(kpi: type[KPI], grain: Grain, periods: Sequence[Period], settled: date) -> dict[Period, Value]:
    """The same of one KPI."""
    return published_together({kpi: periods}, grain, settled)[kpi]


def said_of(kpis: Iterable[type[KPI]], periods: Iterable[Period], months: Iterable[date], settled: date) -> Published:
    """In one query what was published of some months, and of these periods."""
    wanted = Q(grain=Grain.MONTH, start__in=list(months))
    for grain, start in {place for period in periods for place in _places(period, settled)}:
        wanted |= Q(grain=grain, start=start)
    found = latest().filter(wanted, kpi__in=[kpi.key for kpi in kpis])
    return {(snapshot.kpi, snapshot.grain, snapshot.start): snapshot for snapshot in found}


def standing(kpi: type[KPI], period: Period, said: Published, settled: date) -> Value | None:
    """The value of a period as it was published, where that stands and saves reading facts; cells are as quick."""
    if all(isinstance(leaf, Count | Total | Stock) for leaf in kpi.leaves()):
        return None
    for grain, start in _places(period, settled):
        snapshot = said.get((kpi.key, grain, start))
        if snapshot and snapshot.stands and not (kpi.undecided and snapshot.status == Status.PARTIAL):
            return value_of(kpi, snapshot, period, settled)
    return None


def _places(period: Period, settled: date) -> Iterator[tuple[Grain, date]]:
    """The whole steps whose settled part is the period's."""
    for grain in PUBLISHED:
        whole = containing(period.start, grain, fiscal_start=fiscal_start())
        if whole.start == period.start and min(whole.end, settled) == min(period.end, settled):
            yield grain, whole.start


def value_of(kpi: type[KPI], snapshot: Snapshot, period: Period, settled: date) -> Value:
    numerator, denominator, value = (
        None if said is None else Fraction(said) for said in (snapshot.numerator, snapshot.denominator, snapshot.value)
    )
    low, high = None, None
    if kpi.is_share and numerator is not None and denominator:
        low, high = wilson(float(numerator), float(denominator))
    status = status_of(kpi, period, settled)
    if snapshot.status == Status.MATURING and status is not Status.PARTIAL:
        status = Status.MATURING  # Rows of it have no outcome yet, however long ago it ended.
    reason = Reason(snapshot.reason) if snapshot.reason else None
    return Value(numerator, denominator, value, snapshot.n, status, reason, low, high)
