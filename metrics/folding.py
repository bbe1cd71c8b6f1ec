# ruff: noqa: S608 - every name in the SQL below is a column of ours; what people say travels as a parameter
"""Cells: the totals of a measure by day and by month in all, and by month member by member.

A cut of single days is rare, and the facts of a few days are soon added up; kept as cells they would be nine tenths
of the table.
"""

from datetime import date
from typing import Any

from metrics.language import Dimension, Measure
from metrics.models.fact import FOR_EVER
from metrics.sql import execute, names, query

# What has to move: facts with a sign, made by whoever settles or checks.
MOVED = "ledger_moved"
CELL = "mark, dimension, grain, day, member"


def fold(measure: type[Measure], number: int, *, is_first: bool) -> None:
    """Move the cells of a measure by what moved in the ledger. At first there are none, and none is looked for."""
    # In the order of their index: a first build spends most of its time here.
    into = f"""
        INSERT INTO metrics_cell (measure, mark, dimension, grain, day, member, n, total)
        SELECT %s, folded.* FROM ({_folded(measure)}) folded ORDER BY {CELL}"""
    if is_first:
        execute(into, [number])
        return
    execute(
        f"""{into}
        ON CONFLICT (measure, {CELL})
        DO UPDATE SET n = metrics_cell.n + EXCLUDED.n, total = metrics_cell.total + EXCLUDED.total
        """,
        [number],
    )
    execute("DELETE FROM metrics_cell WHERE measure = %s AND n = 0 AND total = 0", [number])


def refold(measure: type[Measure], number: int, columns: tuple[str, ...]) -> None:
    """Throw the cells of one measure away and fold them anew from its standing facts."""
    execute("DELETE FROM metrics_cell WHERE measure = %s", [number])
    standing(number, columns)
    fold(measure, number, is_first=True)
    execute(f"DROP TABLE {MOVED}")


def standing(number: int, columns: tuple[str, ...], within: str = "true", params: tuple[Any, ...] = ()) -> None:
    """Take the facts that stand, all or those within some bounds, for what moved."""
    execute(f"DROP TABLE IF EXISTS {MOVED}")
    execute(
        f"CREATE TEMP TABLE {MOVED} ON COMMIT DROP AS SELECT 1 AS sign, {names(columns)} FROM metrics_fact"
        f" WHERE measure = %s AND run_to = {FOR_EVER} AND {within}",
        [number, *params],
    )


def misfolded(
    measure: type[Measure], number: int, columns: tuple[str, ...], month: date, limit: int = 20
) -> list[tuple[Any, ...]]:
    """Cells of one month that are not the sum of their facts.

    Each as (mark, dimension, grain, day, member, n of the facts, total of the facts, n of the cell, total of the
    cell); None where one of the two is missing.
    """
    within = "day >= %s AND day < %s::date + interval '1 month'"
    standing(number, columns, within, (month, month))
    found = query(
        f"""
        SELECT {CELL}, f.n::bigint, f.total::bigint, c.n, c.total
        FROM ({_folded(measure)}) f
        FULL JOIN (SELECT * FROM metrics_cell WHERE measure = %s AND {within}) c USING ({CELL})
        WHERE (f.n, f.total) IS DISTINCT FROM (c.n, c.total)
        ORDER BY 1, 2, 3, 4, 5 LIMIT %s""",
        [number, month, month, limit],
    )
    execute(f"DROP TABLE {MOVED}")
    return found


def _folded(measure: type[Measure]) -> str:
    """SQL of what moved, as cells: mark, dimension, grain, day, member, n, total."""
    cuts = measure.own_dimensions()
    marks = range(len(measure.marks) + 1)
    sums = ", ".join(
        f"sum(sign){chosen} AS n{i}, sum(sign * value){chosen} AS total{i}"
        for i in marks
        for chosen in [f" FILTER (WHERE marks & {1 << i - 1} <> 0)" if i else ""]
    )
    return f"""
        SELECT x.mark, dimension, grain, day, member, x.n, x.total
        FROM (
            SELECT {_which(cuts)}, {sums}
            FROM (SELECT *, date_trunc('month', day)::date AS month FROM {MOVED}) m
            GROUP BY GROUPING SETS ((day), (month){"".join(f", (month, {cut.key})" for cut in cuts)})
        ) grouped, LATERAL (VALUES {", ".join(f"({i}, n{i}, total{i})" for i in marks)}) x (mark, n, total)
        WHERE x.n <> 0 OR x.total <> 0"""


def _which(cuts: tuple[Dimension, ...]) -> str:
    """The grain, day, dimension and member of a grouped row: GROUPING has a 0 bit for what it is grouped by."""
    by_day = f"GROUPING({', '.join(['day', *(cut.key for cut in cuts)])})"
    bits = {cut: (1 << len(cuts) + 1) - 1 - (1 << len(cuts) - 1 - i) for i, cut in enumerate(cuts)}
    ids, members = (
        f"CASE {by_day} {' '.join(f'WHEN {bit} THEN {said(cut)}' for cut, bit in bits.items())} ELSE {none} END"
        if bits
        else none
        for said, none in ((lambda cut: cut.id, "0"), (lambda cut: cut.key, "''::text"))
    )
    grain = "CASE GROUPING(day) WHEN 0 THEN 'd' ELSE 'm' END"
    return f"{grain} AS grain, coalesce(day, month) AS day, {ids} AS dimension, {members} AS member"
