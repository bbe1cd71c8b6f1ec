# ruff: noqa: S608 - every name in the SQL below is a column of ours; what people say travels as a parameter
"""The only writer of facts and cells: what records mean now is compared with what was believed, and differences kept.

One measure is settled in one transaction: facts no longer wanted are closed by the run, new ones opened by it, and
the cells move by exactly that difference. Settling twice changes nothing. `records` narrows the comparison to the
records that changed; without it everything is compared.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from metrics import causes
from metrics.changes import horizon, touched
from metrics.failpoint import failpoint
from metrics.language import Dimension, Measure
from metrics.models import Cell, Fact, MeasureState, Run
from metrics.models.fact import CURRENT, FOR_EVER
from metrics.wanted import Statement, wanted

IDENTITY = ("record", "part")


class Change(NamedTuple):
    """How many facts a settlement opened and closed."""

    opened: int
    closed: int


def state_of(measure: type[Measure]) -> MeasureState:
    """The measure by today's definition; begun where there is none yet. What was begun by another one is dropped."""
    definition = definition_of(measure)
    known = MeasureState.objects.filter(key=measure.key, live_to=FOR_EVER)
    for stale in known.half_built().exclude(definition=definition):
        Fact.objects.filter(measure=stale.pk).delete()
        Cell.objects.filter(measure=stale.pk).delete()
        stale.delete()
    return known.filter(definition=definition).first() or MeasureState.objects.create(
        key=measure.key, definition=definition
    )


def catch_up(measure: type[Measure], run: Run) -> Change:
    """Settle what changed since the measure was last settled, or everything where that cannot be told."""
    with one_view_of_the_world():
        state = state_of(measure)
        records = touched(measure, state)
        if records is None:
            return settle(measure, run)
        change = settle(measure, run, records=records) if records else Change(0, 0)
        _remember(state)
    return change


def settle(measure: type[Measure], run: Run, *, records: Collection[int] | None = None) -> Change:
    """Bring the facts and cells of one measure to what its records mean now: all of them, or just these."""
    if records is not None and not records:
        return Change(0, 0)
    statement = wanted(measure, records=records)
    with one_view_of_the_world():
        state = state_of(measure)
        _collect(statement)
        failpoint("facts wanted")
        if Fact.objects.filter(CURRENT, measure=state.pk).exists():
            closed = _close(statement, state.pk, run.pk, records)
            failpoint("facts closed")
            opened = _open(statement, state.pk, run.pk)
        else:
            closed, opened = 0, _open_all(statement, state.pk, run.pk)
        failpoint("facts opened")
        if opened or closed:
            _fold(measure, state.pk)
            causes.keep(measure, state, run.pk)
        failpoint("cells folded")
        _sweep()
        if records is None:
            _remember(state, compared=statement)
        if state.live_from is None and not MeasureState.objects.live().filter(key=measure.key).exists():
            _go_live([state], run)
    return Change(opened, closed)


@transaction.atomic
def swap(measures: Iterable[type[Measure]], run: Run) -> list[str]:
    """Let new definitions take the place of the old, all at once, when the last of them is built; their keys."""
    if not MeasureState.objects.half_built().exists():
        return []
    built = [state for measure in measures if (state := state_of(measure)).live_from is None]
    if any(state.compared_at is None for state in built):
        return []
    _go_live(built, run)
    return [state.key for state in built]


def _go_live(states: Collection[MeasureState], run: Run) -> None:
    MeasureState.objects.live().filter(key__in=[state.key for state in states]).update(live_to=run.pk)
    MeasureState.objects.filter(pk__in=[state.pk for state in states]).update(live_from=run.pk)


def _remember(state: MeasureState, compared: Statement | None = None) -> None:
    """All that this transaction saw of the records is in the ledger now."""
    state.read_to, state.read_at = horizon(), timezone.now()
    if compared:
        state.compared_at = state.read_at
        state.reads = state.reads or _tables(compared)
    state.save(update_fields=["read_to", "read_at", "compared_at", "reads"])
    failpoint("reading noted")


def refold(measure: type[Measure]) -> None:
    """Throw the cells of one measure away and fold them anew from its standing facts."""
    with one_view_of_the_world():
        state, columns = state_of(measure), _names(wanted(measure).columns)
        _run("DELETE FROM metrics_cell WHERE measure = %s", [state.pk])
        _run(
            "CREATE TEMP TABLE ledger_moved ON COMMIT DROP AS"
            f" SELECT 1 AS sign, {columns} FROM metrics_fact WHERE measure = %s AND run_to = {FOR_EVER}",
            [state.pk],
        )
        _fold(measure, state.pk)
        _run("DROP TABLE ledger_moved")


def definition_of(measure: type[Measure]) -> str:
    """A digest of everything that decides what this measure's facts are: its SQL holds rows, zone and currency."""
    statement = wanted(measure)
    return hashlib.sha256((statement.sql + repr(statement.params)).encode()).hexdigest()


@contextmanager
def one_view_of_the_world() -> Iterator[None]:
    """A transaction in which every statement sees the same instant, so that no concurrent change counts by half."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            _run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        # The views of movements ask it: people change teams, and customers grow older, at local midnight.
        _run("SELECT set_config('plumb.zone', %s, true)", [settings.TIME_ZONE])
        yield


def _collect(statement: Statement) -> None:
    _run(f"CREATE TEMP TABLE ledger_wanted ({_typed(statement.columns)}) ON COMMIT DROP")
    _run(f"INSERT INTO ledger_wanted ({_names(statement.columns)}) {statement.sql}", statement.params)
    _run("ANALYZE ledger_wanted")
    _run(f"CREATE TEMP TABLE ledger_moved (sign int, {_typed(statement.columns)}) ON COMMIT DROP")


def _close(statement: Statement, measure: int, run: int, records: Collection[int] | None) -> int:
    """Facts believed so far that no record asks for in these very words."""
    narrowed = "AND f.record = ANY (%s)" if records is not None else ""
    same = [f"w.{c} IS NOT DISTINCT FROM f.{c}" for c in statement.columns if c not in IDENTITY]
    return _run(
        f"""
        WITH closed AS (
            UPDATE metrics_fact f SET run_to = %s
            WHERE f.measure = %s AND f.run_to = {FOR_EVER} {narrowed} AND NOT EXISTS (
                SELECT 1 FROM ledger_wanted w WHERE w.record = f.record AND w.part = f.part AND {" AND ".join(same)})
            RETURNING {_names(statement.columns, "f")}
        )
        INSERT INTO ledger_moved SELECT -1, closed.* FROM closed
        """,
        [run, measure, *([list(records)] if records is not None else [])],
    )


def _open(statement: Statement, measure: int, run: int) -> int:
    """Facts wanted that nothing standing in the ledger says."""
    return _run(
        f"""
        WITH opened AS (
            INSERT INTO metrics_fact (measure, run_from, run_to, {_names(statement.columns)})
            SELECT %s, %s, {FOR_EVER}, {_names(statement.columns, "w")} FROM ledger_wanted w
            WHERE NOT EXISTS (
                SELECT 1 FROM metrics_fact f
                WHERE f.measure = %s AND f.run_to = {FOR_EVER} AND f.record = w.record AND f.part = w.part)
            RETURNING {_names(statement.columns)}
        )
        INSERT INTO ledger_moved SELECT 1, opened.* FROM opened
        """,
        [measure, run, measure],
    )


def _open_all(statement: Statement, measure: int, run: int) -> int:
    """The first facts of a measure; to look for standing ones in a table counted as empty would read it all anew."""
    columns = _names(statement.columns)
    _run(f"INSERT INTO ledger_moved (sign, {columns}) SELECT 1, {columns} FROM ledger_wanted")
    return _run(
        f"""
        INSERT INTO metrics_fact (measure, run_from, run_to, {columns})
        SELECT %s, %s, {FOR_EVER}, {columns} FROM ledger_wanted
        """,
        [measure, run],
    )


def _fold(measure: type[Measure], number: int) -> None:
    """Move the cells by what moved in the ledger: by day and by month, in all and member by member."""
    # In the order of their index, and with nothing to move at first: a first build spends most of its time here.
    into = f"""
        INSERT INTO metrics_cell (measure, mark, dimension, grain, day, member, n, total)
        SELECT %s, folded.* FROM ({_folded(measure)}) folded ORDER BY mark, dimension, grain, day, member"""
    if not Cell.objects.filter(measure=number).exists():
        _run(into, [number])
        return
    _run(
        f"""{into}
        ON CONFLICT (measure, mark, dimension, grain, day, member)
        DO UPDATE SET n = metrics_cell.n + EXCLUDED.n, total = metrics_cell.total + EXCLUDED.total
        """,
        [number],
    )
    _run("DELETE FROM metrics_cell WHERE measure = %s AND n = 0 AND total = 0", [number])


def _folded(measure: type[Measure]) -> str:
    """SQL of what `ledger_moved` adds to the cells: mark, dimension, grain, day, member, n, total."""
    cuts = measure.dimensions()
    marks = range(len(measure.marks) + 1)
    sums = ", ".join(
        f"sum(sign){chosen} AS n{i}, sum(sign * value){chosen} AS total{i}"
        for i in marks
        for chosen in [f" FILTER (WHERE marks & {1 << i - 1} <> 0)" if i else ""]
    )
    return f"""
        WITH grouped AS (
            SELECT {_which(cuts)}, day, {sums} FROM ledger_moved
            GROUP BY GROUPING SETS ((day){"".join(f", (day, {cut.key})" for cut in cuts)})
        ),
        days AS (
            SELECT x.mark, dimension, day, member, x.n, x.total
            FROM grouped, LATERAL (VALUES {", ".join(f"({i}, n{i}, total{i})" for i in marks)}) x (mark, n, total)
            WHERE x.n <> 0 OR x.total <> 0
        ),
        cells AS (
            SELECT mark, dimension, 'd' AS grain, day, member, n, total FROM days
            UNION ALL
            SELECT mark, dimension, 'm', date_trunc('month', day)::date, member, sum(n), sum(total) FROM days
            GROUP BY mark, dimension, date_trunc('month', day), member
        )
        SELECT * FROM cells WHERE n <> 0 OR total <> 0"""


def misfolded(measure: type[Measure], month: date, limit: int = 20) -> list[tuple[Any, ...]]:
    """Cells of one month that are not the sum of their facts.

    Each as (mark, dimension, grain, day, member, n of the facts, total of the facts, n of the cell, total of the
    cell); None where one of the two is missing.
    """
    with one_view_of_the_world(), connection.cursor() as cursor:
        number, columns = state_of(measure).pk, _names(wanted(measure).columns)
        within = "measure = %s AND day >= %s AND day < %s::date + interval '1 month'"
        _run(
            "CREATE TEMP TABLE ledger_moved ON COMMIT DROP AS"
            f" SELECT 1 AS sign, {columns} FROM metrics_fact WHERE {within} AND run_to = {FOR_EVER}",
            [number, month, month],
        )
        cursor.execute(
            f"""
            SELECT mark, dimension, grain, day, member, f.n::bigint, f.total::bigint, c.n, c.total
            FROM ({_folded(measure)}) f
            FULL JOIN (SELECT * FROM metrics_cell WHERE {within}) c USING (mark, dimension, grain, day, member)
            WHERE (f.n, f.total) IS DISTINCT FROM (c.n, c.total)
            ORDER BY 1, 2, 3, 4, 5 LIMIT %s""",
            [number, month, month, limit],
        )
        found = cursor.fetchall()
        _run("DROP TABLE ledger_moved")
    return found


def _which(cuts: tuple[Dimension, ...]) -> str:
    """The dimension and member a grouped row is about: GROUPING has a 0 bit for the one column it is grouped by."""
    if not cuts:
        return "0 AS dimension, ''::text AS member"
    all_bits = (1 << len(cuts)) - 1
    bits = [all_bits - (1 << len(cuts) - 1 - i) for i in range(len(cuts))]
    grouping = f"GROUPING({', '.join(cut.key for cut in cuts)})"
    ids = " ".join(f"WHEN {bit} THEN {cut.id}" for bit, cut in zip(bits, cuts, strict=True))
    members = " ".join(f"WHEN {bit} THEN {cut.key}" for bit, cut in zip(bits, cuts, strict=True))
    return f"CASE {grouping} {ids} ELSE 0 END AS dimension, CASE {grouping} {members} ELSE '' END AS member"


def _tables(statement: Statement) -> dict[str, int]:
    """Every table the database reads for a statement, seen through its views, and in how many places."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (VERBOSE, FORMAT JSON) {statement.sql}", statement.params)
        return dict(Counter(_relations(cursor.fetchone()[0])))


def _relations(plan: Any) -> Iterator[str]:
    if isinstance(plan, list):
        for step in plan:
            yield from _relations(step)
    elif isinstance(plan, dict):
        if "Relation Name" in plan:
            yield plan["Relation Name"]
        yield from _relations(list(plan.values()))


def _sweep() -> None:
    _run("DROP TABLE ledger_wanted, ledger_moved")


TYPES = {
    "record": "bigint",
    "part": "bigint",
    "subject": "bigint",
    "day": "date",
    "at": "timestamptz",
    "value": "bigint",
    "marks": "smallint",
    "rate": "numeric(18, 9)",
    "is_unpriced": "boolean",
}


def _typed(columns: Collection[str]) -> str:
    return ", ".join(f"{c} {TYPES.get(c, 'text')}" for c in columns)


def _names(columns: Collection[str], table: str = "") -> str:
    return ", ".join(f"{table}.{c}" if table else c for c in columns)


def _run(sql: str, params: Sequence[Any] | None = None) -> int:
    """Run one statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount
