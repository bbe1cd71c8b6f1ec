"""The first build, measure by measure, against one hand-written SQL aggregation of the same cells.

    .venv/bin/python -m tests.bench.first_build 100000

The ledger is emptied and settled; beside it the statements of `by_hand.py` make the cells of the large measures from
the same records into a table of their own, and the two sets of cells are compared. Work is processor time.
"""

from tests.bench import cluster, meter
from tests.bench.by_hand import ROWS, statement

TABLE = """CREATE UNLOGGED TABLE IF NOT EXISTS bench_cell
(mark smallint, dimension smallint, grain char, day date, member varchar(120), n bigint, total bigint)"""
DIFFERENCE = """SELECT count(*) FROM (
    SELECT mark, dimension, grain, day, member, n, total FROM bench_cell
    FULL JOIN (SELECT mark, dimension, grain, day, member, n, total FROM metrics_cell WHERE measure = %s) c
    USING (mark, dimension, grain, day, member, n, total)
    WHERE bench_cell.mark IS NULL OR c.mark IS NULL) differ"""


def main() -> None:
    parser = cluster.arguments("Build the ledger of a company from nothing.")
    parser.add_argument("--publish", action="store_true", help="end with a whole run, which publishes every KPI")
    said = parser.parse_args()
    cluster.enter(said)
    from metrics.registry import all_measures
    from tests.bench.ledger import build, empty_the_ledger, facts_and_cells, sql

    sql("SET max_parallel_workers_per_gather = 0")
    sql(TABLE)
    empty_the_ledger()
    print(meter.load())
    run = begin()
    races = [race(measure, run) for measure in all_measures()]
    sql("DROP TABLE bench_cell")
    print(f"{facts_and_cells()}; {meter.memory()}")
    print(f"all {len(races)} measures: {sum(ours.work for ours, _ in races):.1f} s of work")
    told = [(ours.work, by_hand.work) for ours, by_hand in races if by_hand]
    work, hand = (sum(side) for side in zip(*told, strict=True))
    print(f"the {len(told)} written by hand as well: {work:.1f} s ÷ {hand:.1f} s = {work / hand:.2f} (target 4)")
    if said.publish:
        print(f"a whole run after it, which publishes every KPI: {meter.cost(build)}")
        print(meter.memory())


def begin():
    """A run to write facts by."""
    from django.utils import timezone

    from metrics.models import Run

    return Run.objects.create(kind=Run.Kind.MANUAL, status=Run.Status.DONE, through=timezone.localdate())


def race(measure, run) -> tuple[meter.Cost, meter.Cost | None]:
    """Settle one measure, then do the same by hand."""
    from metrics import ledger

    changes = []
    ours = meter.cost(lambda: changes.append(ledger.settle(measure, run)))
    said = f"{measure.key:28}{changes[0].opened:>11,} facts   work {ours.work:7.2f} s"
    if measure.key not in ROWS:
        print(f"{said}   by hand: not written", flush=True)
        return ours, None
    by_hand, wrong = aggregate(measure)
    verdict = f"{wrong:,} cells differ" if wrong else "the same cells"
    print(f"{said}   by hand {by_hand.work:7.2f} s   {ours.work / by_hand.work:5.2f} x   {verdict}", flush=True)
    return ours, by_hand


def aggregate(measure) -> tuple[meter.Cost, int]:
    """Cells by hand: what they take, and how many are not the ledger's."""
    from django.conf import settings

    from metrics.ledger import one_view_of_the_world, state_of
    from tests.bench.ledger import sql

    cuts = [(dimension.id, dimension.key) for dimension in measure.dimensions()]
    select = statement(ROWS[measure.key], cuts, len(measure.marks), settings.TIME_ZONE, settings.REPORTING_CURRENCY)
    sql("TRUNCATE bench_cell")
    with one_view_of_the_world():
        took = meter.cost(lambda: sql(f"INSERT INTO bench_cell {select}"))
        return took, sql(DIFFERENCE, [state_of(measure).pk])[0][0]


if __name__ == "__main__":
    main()
