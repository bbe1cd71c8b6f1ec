"""What must hold of the numbers, whatever the records say; checked at the end of every night.

Each promise is a generator of violations: which measure or KPI, which cell, what is wrong, and the first rows.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Max, Min

from metrics import ledger
from metrics.dimensions import DIMENSIONS
from metrics.language import Count, Measure, Total, Unit
from metrics.models import Audit, Cell, Fact, Finding, MeasureState, Run, Snapshot
from metrics.models.fact import CURRENT, FOR_EVER
from metrics.registry import all_kpis, all_measures
from metrics.sql import query

MOST = 20  # violations of one promise that are written down
MONTHS = 5  # measures whose facts of one month are added up again
EXACT = Decimal("0.000000001")

Said = Mapping[tuple[str, date], Snapshot]
MOVEMENTS = (
    "new_mrr",
    "expansion_mrr",
    "contraction_mrr",
    "churned_mrr",
    "reactivation_mrr",
    "paused_mrr",
    "resumed_mrr",
    "transfer_mrr",
    "fx_mrr",
)


class Violation(NamedTuple):
    about: str
    cell: str
    words: str
    rows: tuple[int, ...] = ()


Promise = Callable[[Run], Iterator[Violation]]


def audit(run: Run) -> int:
    """Hold the numbers to every promise and write down what breaks one; how many violations."""
    Audit.objects.filter(run=run).delete()
    run.findings.filter(kind=Finding.Kind.INVARIANT).delete()
    found = [violation for promise in PROMISES for _, violation in zip(range(MOST), promise(run), strict=False)]
    Finding.objects.bulk_create(
        Finding(run=run, kind=Finding.Kind.INVARIANT, about=v.about, cell=v.cell, words=v.words, rows=list(v.rows))
        for v in found
    )
    Audit.objects.create(run=run, checked=len(PROMISES), broken=len(found))
    return len(found)


def parts_add_up(run: Run) -> Iterator[Violation]:
    """Every month of every measure, cut by anything, adds up to the whole."""
    for key, mark, dimension, day, n, total, n_all, total_all in query(
        """
        WITH parts AS MATERIALIZED (
            SELECT measure, mark, dimension, day, sum(n) AS n, sum(total) AS total,
                   coalesce(max(sum(n)) FILTER (WHERE dimension = 0) OVER whole, 0) AS n_all,
                   coalesce(max(sum(total)) FILTER (WHERE dimension = 0) OVER whole, 0) AS total_all
            FROM metrics_cell WHERE grain = 'm'
            GROUP BY measure, mark, dimension, day
            WINDOW whole AS (PARTITION BY measure, mark, day)
        )
        SELECT s.key, mark, dimension, day, n, total, n_all, total_all FROM parts
        JOIN metrics_measurestate s ON s.id = parts.measure AND s.live_from IS NOT NULL AND s.live_to = %s
        WHERE (n, total) <> (n_all, total_all)
        ORDER BY 1, 2, 3, 4 LIMIT %s""",
        [FOR_EVER, MOST],
    ):
        yield Violation(
            key,
            f"{day:%B %Y}, by {NAMES.get(dimension, dimension)}{_marked(mark)}",
            f"The parts have {n} rows and add up to {total}; the whole has {n_all} and {total_all}.",
        )


def days_make_months(run: Run) -> Iterator[Violation]:
    """The days of a month add up to the month."""
    for key, mark, day, n, total in query(
        """
        SELECT s.key, mark, month, sum(n), sum(total)
        FROM (
            SELECT measure, mark, date_trunc('month', day)::date AS month, n, total
            FROM metrics_cell WHERE grain = 'd' AND dimension = 0
            UNION ALL
            SELECT measure, mark, day, -n, -total FROM metrics_cell WHERE grain = 'm' AND dimension = 0
        ) both_ways
        JOIN metrics_measurestate s ON s.id = measure AND s.live_from IS NOT NULL AND s.live_to = %s
        GROUP BY 1, 2, 3 HAVING sum(n) <> 0 OR sum(total) <> 0
        ORDER BY 1, 2, 3 LIMIT %s""",
        [FOR_EVER, MOST],
    ):
        yield Violation(
            key, f"{day:%B %Y}{_marked(mark)}", f"The days have {n:+} rows and {total:+} more than the month."
        )


def facts_make_cells(run: Run) -> Iterator[Violation]:
    """In a month picked by lot, every cell of a measure is the sum of its facts."""
    lots = random.Random(run.pk)  # noqa: S311 - nobody gains by guessing which month is looked at
    for measure in lots.sample(all_measures(), min(MONTHS, len(all_measures()))):
        state = ledger.state_of(measure)
        months = Cell.objects.filter(measure=state.pk, grain=Cell.Grain.MONTH)
        ends = months.aggregate(first=Min("day"), last=Max("day"))
        if ends["first"] is not None:
            month = ends["first"] + lots.random() * (ends["last"] - ends["first"])
            yield from _misfolded(measure, state, month.replace(day=1))


def _misfolded(measure: type[Measure], state: MeasureState, month: date) -> Iterator[Violation]:
    for mark, dimension, grain, day, member, n, total, n_cell, total_cell in ledger.misfolded(measure, month):
        cut = f", {NAMES.get(dimension, dimension)} {member or '(none)'}" if dimension else ""
        span = f"{day:%B %Y}" if grain == Cell.Grain.MONTH else f"{day}"
        facts = Fact.objects.filter(CURRENT, measure=state.pk, day__gte=day).order_by("day", "record")
        yield Violation(
            measure.key,
            f"{span}{cut}{_marked(mark)}",
            f"The facts are {n or 0} and add up to {total or 0}; the cell says {n_cell or 0} and {total_cell or 0}.",
            tuple(facts.values_list("record", flat=True)[:MOST]),
        )


def rates_stay_in_bounds(run: Run) -> Iterator[Violation]:
    """A share lies between 0 and 1, a net promoter score between −100 and 100."""
    shares = [kpi.key for kpi in all_kpis() if kpi.is_share]
    points = [kpi.key for kpi in all_kpis() if kpi.unit is Unit.POINTS]
    for keys, low, high in ((shares, 0, 1), (points, -100, 100)):
        out = Snapshot.objects.filter(is_latest=True, kpi__in=keys).exclude(value=None)
        for said in out.exclude(value__gte=low, value__lte=high)[:MOST]:
            yield Violation(said.kpi, _cell(said), f"{said.value:f} is not between {low} and {high}.")


def opening_and_movements_are_closing(run: Run) -> Iterator[Violation]:
    """MRR at the end of a month is that of the month before, and what moved in between."""
    said = _monthly("mrr", *MOVEMENTS)
    months = sorted(start for kpi, start in said if kpi == "mrr")
    for before, month in pairwise(months):
        moved = sum(_value(said, key, month) or 0 for key in MOVEMENTS)
        opening, closing = _value(said, "mrr", before), _value(said, "mrr", month)
        if opening is None or closing is None:
            continue
        off = opening + moved - closing
        if abs(off) > EXACT:
            yield Violation("mrr", f"{month:%B %Y}", f"Opening and movements are {off:f} more than closing.")


def kept_and_lost_are_all(run: Run) -> Iterator[Violation]:
    """Churn and retention of the same customers make 1; GRR is never above 1, or above NRR."""
    said = _monthly("churn_rate", "retention_rate", "grr", "nrr")
    for month in sorted({start for _, start in said}):
        churn, kept, grr, nrr = (_value(said, key, month) for key in ("churn_rate", "retention_rate", "grr", "nrr"))
        if churn is not None and kept is not None and abs(churn + kept - 1) > EXACT:
            yield Violation("churn_rate", f"{month:%B %Y}", f"Churn and retention make {churn + kept:f}.")
        if grr is not None and nrr is not None and grr > min(Decimal(1), nrr) + EXACT:
            yield Violation("grr", f"{month:%B %Y}", f"GRR is {grr:f}, NRR {nrr:f}.")


def months_make_quarters(run: Run) -> Iterator[Violation]:
    """What only counts and adds is, for a quarter, the sum of its months."""
    flows = [kpi.key for kpi in all_kpis() if isinstance(kpi.formula, Count | Total) and not kpi.formula.periods]
    for kpi, start, off in query(
        """
        SELECT q.kpi, q.start, sum(m.value) - q.value
        FROM metrics_snapshot q
        JOIN metrics_snapshot m ON m.kpi = q.kpi AND m.grain = 'month' AND m.is_latest
             AND m.start >= q.start AND m.start < q.end
        WHERE q.kpi = ANY (%s) AND q.grain = 'quarter' AND q.is_latest AND q.value IS NOT NULL
        GROUP BY q.kpi, q.start, q.value HAVING abs(sum(m.value) - q.value) > %s
        ORDER BY 1, 2 LIMIT %s""",
        [flows, EXACT, MOST],
    ):
        yield Violation(kpi, f"quarter from {start}", f"Its months are {off:f} more than it.")


PROMISES: tuple[Promise, ...] = (
    parts_add_up,
    days_make_months,
    facts_make_cells,
    rates_stay_in_bounds,
    opening_and_movements_are_closing,
    kept_and_lost_are_all,
    months_make_quarters,
)


def _monthly(*keys: str) -> Said:
    said = Snapshot.objects.filter(kpi__in=keys, grain="month", is_latest=True)
    return {(snapshot.kpi, snapshot.start): snapshot for snapshot in said}


def _value(said: Said, key: str, month: date) -> Decimal | None:
    return said[key, month].value if (key, month) in said else None


def _cell(said: Snapshot) -> str:
    return f"{said.grain} from {said.start}"


def _marked(mark: int) -> str:
    return f", mark {mark}" if mark else ""


NAMES = {0: "nothing"} | {dimension.id: dimension.key for dimension in DIMENSIONS.values()}
