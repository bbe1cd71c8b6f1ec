"""Publishing: every KPI's value for every month, quarter and year, as a revision where it changed."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from metrics.calendar import fiscal_start
from metrics.evaluate import SETTLES_AFTER, Value, evaluate, exact
from metrics.language import KPI
from metrics.models import Cell, MeasureState, Run, Snapshot
from metrics.periods import Grain, Period, containing, steps

PUBLISHED = (Grain.MONTH, Grain.QUARTER, Grain.YEAR)
# Values younger than this may still turn from provisional to final.
SETTLING = SETTLES_AFTER + timedelta(days=1)


def first_day(kpi: type[KPI]) -> date | None:
    """The first day any of the KPI's measures has a fact on."""
    states = MeasureState.objects.filter(key__in=[m.key for m in kpi.measures()])
    cells = Cell.objects.filter(measure__in=states, mark=0, dimension=0, grain=Cell.Grain.DAY)
    return cells.order_by("day").values_list("day", flat=True).first()


@transaction.atomic
def publish(kpi: type[KPI], run: Run, *, since: date | None, settled: date) -> int:
    """Publish what a KPI is for all periods that reach past `since`; how many values are new or changed."""
    latest = {(s.grain, s.start): s for s in Snapshot.objects.filter(kpi=kpi.key, is_latest=True)}
    known = first_day(kpi)
    asked = []
    for grain in (grain for grain in PUBLISHED if grain in kpi.grains):
        # What was published stays to be corrected, also where no fact is left of it.
        days = [start for published, start in latest if published == grain] + ([known] if known else [])
        first = max(min(days, default=settled), since or date.min)
        asked += [(grain, period) for period in _periods(first, settled, grain)] if first < settled else []
    if not asked:
        return 0
    answer = evaluate(kpi, [period for _, period in asked], settled=settled)
    fresh = [
        _snapshot(kpi, grain, period, value, run, latest.get((grain, period.start)))
        for (grain, period), value in zip(asked, answer.total, strict=True)
        if _said(latest.get((grain, period.start))) != _words(value)
    ]
    replaced = [latest[s.grain, s.start].pk for s in fresh if (s.grain, s.start) in latest]
    Snapshot.objects.filter(pk__in=replaced).update(is_latest=False)
    Snapshot.objects.bulk_create(fresh)
    return len(fresh)


def _periods(first: date, settled: date, grain: Grain) -> list[Period]:
    """Whole steps of the calendar, the running one included."""
    cut = steps(Period(first, settled), grain, fiscal_start=fiscal_start())
    return [containing(period.start, grain, fiscal_start=fiscal_start()) for period in cut]


def _words(value: Value) -> tuple[Decimal | None, Decimal | None, Decimal | None, int, str, str]:
    return (
        exact(value.numerator),
        exact(value.denominator),
        exact(value.value),
        value.n,
        value.status,
        value.reason or "",
    )


def _said(snapshot: Snapshot | None) -> tuple[Decimal | None, Decimal | None, Decimal | None, int, str, str] | None:
    if snapshot is None:
        return None
    s = snapshot
    return (s.numerator, s.denominator, s.value, s.n, s.status, s.reason)


def _snapshot(
    kpi: type[KPI], grain: Grain, period: Period, value: Value, run: Run, before: Snapshot | None
) -> Snapshot:
    numerator, denominator, shown, n, status, reason = _words(value)
    return Snapshot(
        kpi=kpi.key,
        grain=grain,
        start=period.start,
        end=period.end,
        revision=before.revision + 1 if before else 1,
        numerator=numerator,
        denominator=denominator,
        value=shown,
        n=n,
        status=status,
        reason=reason,
        run=run,
    )
