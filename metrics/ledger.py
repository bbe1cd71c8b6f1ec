# ruff: noqa: S608 - every name in the SQL below is a column of ours; what people say travels as a parameter
"""The only writer of facts and cells: what records mean now is compared with what was believed, and differences kept.

One measure is settled in one transaction: facts no longer wanted are closed by the run, new ones opened by it, and
the cells move by exactly that difference. Settling twice changes nothing. `records` narrows the comparison to the
records that changed; without it everything is compared.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from metrics import causes, folding
from metrics.changes import Hearing, horizon, touched
from metrics.dimensions import DIMENSIONS
from metrics.failpoint import failpoint
from metrics.language import Measure
from metrics.models import Cell, Fact, MeasureState, Run
from metrics.models.fact import FOR_EVER
from metrics.sql import execute, names, query
from metrics.wanted import Statement, wanted

IDENTITY = ("record", "part")
DEFINED: dict[tuple[Any, ...], str] = {}
SOME = 1_000  # rows the database need not count to plan well


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


def catch_up(
    measure: type[Measure], run: Run, *, state: MeasureState | None = None, hearing: Hearing | None = None
) -> Change:
    """Settle what changed since the measure was last settled, or everything where that cannot be told.

    Whoever settles several in one view of the world gives them one `hearing`.
    """
    with one_view_of_the_world():
        state, hearing = state or state_of(measure), hearing or Hearing()
        records = touched(measure, state, hearing)
        if records is None:
            return settle(measure, run, state=state)
        change = settle(measure, run, records=records, state=state) if records else Change(0, 0)
        _remember(state, hearing.horizon)
    return change


def settle(
    measure: type[Measure], run: Run, *, records: Collection[int] | None = None, state: MeasureState | None = None
) -> Change:
    """Bring the facts and cells of one measure to what its records mean now: all of them, or just these."""
    if records is not None and not records:
        return Change(0, 0)
    statement = wanted(measure, records=records)
    with one_view_of_the_world():
        state = state or state_of(measure)
        is_first = state.compared_at is None and _is_unheard_of(state)
        _collect(statement)
        failpoint("facts wanted")
        if is_first:
            closed, opened = 0, _open_all(statement, state.pk, run.pk)
        else:
            closed = _close(statement, state.pk, run.pk, records)
            failpoint("facts closed")
            opened = _open(statement, state.pk, run.pk)
        failpoint("facts opened")
        if opened or closed:
            folding.fold(measure, state.pk, is_first=is_first)
            causes.keep(measure, state, run.pk)
        failpoint("cells folded")
        _sweep()
        if records is None:
            _remember(state, horizon(), compared=statement)
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


def _remember(state: MeasureState, heard_to: int, *, compared: Statement | None = None) -> None:
    """All that this transaction saw of the records is in the ledger now."""
    state.read_to, state.read_at = heard_to, timezone.now()
    if compared:
        state.compared_at = state.read_at
        state.reads = state.reads or _tables(compared)
    state.save(update_fields=["read_to", "read_at", "compared_at", "reads"])
    failpoint("reading noted")


def refold(measure: type[Measure]) -> None:
    """Throw the cells of one measure away and fold them anew from its standing facts."""
    with one_view_of_the_world():
        folding.refold(measure, state_of(measure).pk, wanted(measure).columns)


def misfolded(measure: type[Measure], month: date) -> list[tuple[Any, ...]]:
    """Cells of one month that are not the sum of their facts, as `folding.misfolded` tells them."""
    with one_view_of_the_world():
        return folding.misfolded(measure, state_of(measure).pk, wanted(measure).columns, month)


def definition_of(measure: type[Measure]) -> str:
    """A digest of everything that decides what this measure's facts are: its SQL holds rows, zone and currency."""
    told = (measure, measure.rows, measure.cuts, settings.TIME_ZONE, settings.REPORTING_CURRENCY)
    if told not in DEFINED:  # Every night asks several times, and writing the SQL takes its time.
        statement = wanted(measure)
        DEFINED[told] = hashlib.sha256((statement.sql + repr(statement.params)).encode()).hexdigest()
    return DEFINED[told]


@contextmanager
def one_view_of_the_world() -> Iterator[None]:
    """A transaction in which every statement sees the same instant, so that no concurrent change counts by half."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        # The views of movements ask it: people change teams, and customers grow older, at local midnight.
        execute("SELECT set_config('plumb.zone', %s, true)", [settings.TIME_ZONE])
        yield


def _is_unheard_of(state: MeasureState) -> bool:
    """Whether no fact of a measure stands; asked in the order of an index, or the database would look at them all."""
    return not query(
        f"SELECT 1 FROM metrics_fact WHERE measure = %s AND run_to = {FOR_EVER} ORDER BY day LIMIT 1", [state.pk]
    )


def _collect(statement: Statement) -> None:
    # One for all measures of a transaction: tables that come and go leave much behind in the catalogue.
    execute(f"CREATE TEMP TABLE IF NOT EXISTS ledger_wanted ({_typed()}) ON COMMIT DROP")
    execute(f"CREATE TEMP TABLE IF NOT EXISTS {folding.MOVED} (sign int, {_typed()}) ON COMMIT DROP")
    if execute(f"INSERT INTO ledger_wanted ({names(statement.columns)}) {statement.sql}", statement.params) > SOME:
        execute("ANALYZE ledger_wanted")


def _close(statement: Statement, measure: int, run: int, records: Collection[int] | None) -> int:
    """Facts believed so far that no record asks for in these very words."""
    narrowed = "AND f.record = ANY (%s)" if records is not None else ""
    same = [f"w.{c} IS NOT DISTINCT FROM f.{c}" for c in statement.columns if c not in IDENTITY]
    return execute(
        f"""
        WITH closed AS (
            UPDATE metrics_fact f SET run_to = %s
            WHERE f.measure = %s AND f.run_to = {FOR_EVER} {narrowed} AND NOT EXISTS (
                SELECT 1 FROM ledger_wanted w WHERE w.record = f.record AND w.part = f.part AND {" AND ".join(same)})
            RETURNING {names(statement.columns, "f")}
        )
        INSERT INTO ledger_moved (sign, {names(statement.columns)}) SELECT -1, closed.* FROM closed
        """,
        [run, measure, *([list(records)] if records is not None else [])],
    )


def _open(statement: Statement, measure: int, run: int) -> int:
    """Facts wanted that nothing standing in the ledger says."""
    return execute(
        f"""
        WITH opened AS (
            INSERT INTO metrics_fact (measure, run_from, run_to, {names(statement.columns)})
            SELECT %s, %s, {FOR_EVER}, {names(statement.columns, "w")} FROM ledger_wanted w
            WHERE NOT EXISTS (
                SELECT 1 FROM metrics_fact f
                WHERE f.measure = %s AND f.run_to = {FOR_EVER} AND f.record = w.record AND f.part = w.part)
            RETURNING {names(statement.columns)}
        )
        INSERT INTO ledger_moved (sign, {names(statement.columns)}) SELECT 1, opened.* FROM opened
        """,
        [measure, run, measure],
    )


def _open_all(statement: Statement, measure: int, run: int) -> int:
    """The first facts of a measure; to look for standing ones in a table counted as empty would read it all anew."""
    columns = names(statement.columns)
    execute(f"INSERT INTO ledger_moved (sign, {columns}) SELECT 1, {columns} FROM ledger_wanted")
    return execute(
        f"""
        INSERT INTO metrics_fact (measure, run_from, run_to, {columns})
        SELECT %s, %s, {FOR_EVER}, {columns} FROM ledger_wanted
        """,
        [measure, run],
    )


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
    execute("TRUNCATE ledger_wanted, ledger_moved")


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


def _typed() -> str:
    return ", ".join(f"{name} {kind}" for name, kind in (TYPES | dict.fromkeys(DIMENSIONS, "text")).items())
