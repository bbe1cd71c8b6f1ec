# ruff: noqa: S608 - every name in the SQL below is a column of ours; what people say travels as a parameter
"""Terms read from the facts themselves: the same facts the cells were folded from."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from metrics.language import Distinct, Leaf, Percentile, Simple, Steady, Stock
from metrics.reading.terms import (
    Asked,
    Numbers,
    Slice,
    Stretch,
    Stretches,
    Term,
    Terms,
    amount,
    condition,
    mark_number,
    scale,
    values,
)


def sums(leaves: list[Simple], stretches: Stretches, cut: Slice, numbers: Numbers) -> Asked:
    """Counts, totals or stocks of the same rows."""
    table, params = values(stretches[leaves[0]])
    measure = leaves[0].measure
    kept, kept_params = condition(measure, cut, numbers[measure.key], leaves[0].mark)
    start = "" if isinstance(leaves[0], Stock) else "f.day >= p.s AND"
    sql = f"""
        SELECT p.i, {cut.member(measure)} AS member, ARRAY[count(*), sum(f.value)] AS numbers
        FROM {table} JOIN metrics_fact f ON {start} f.day < p.e
        WHERE {kept} GROUP BY 1, 2"""

    def take(rows: list[Any]) -> Mapping[Leaf, Terms]:
        return {
            leaf: {(i, member): Term(amount(leaf, int(n), int(total)), int(n)) for i, member, (n, total) in rows}
            for leaf in leaves
        }

    return Asked(sql, [*params, *kept_params], take)


def distinct(leaves: list[Distinct], stretches: Stretches, cut: Slice, numbers: Numbers) -> Asked:
    """Different customers, whatever number of rows to date is asked of them."""
    table, params = values(stretches[leaves[0]])
    often = sorted({leaf.lifetime for leaf in leaves if leaf.lifetime > 1})
    facts, fact_params = _lives(leaves[0], often, stretches[leaves[0]], cut, numbers)
    counts = ["count(*)", *(f"count(*) FILTER (WHERE often{k})" for k in often)]
    sql = f"""
        SELECT i, member, ARRAY[{", ".join(counts)}]::numeric[] AS numbers FROM (
            SELECT p.i, f.member, f.subject {"".join(f", bool_or(f.nth{k} < p.e) AS often{k}" for k in often)}
            FROM {table} JOIN ({facts}) f ON f.day >= p.s AND f.day < p.e
            WHERE f.counts GROUP BY 1, 2, 3
        ) b GROUP BY 1, 2"""
    places = {times: place for place, times in enumerate([1, *often])}

    def take(rows: list[Any]) -> Mapping[Leaf, Terms]:
        terms: dict[Leaf, Terms] = {leaf: {} for leaf in leaves}
        for i, member, counted in rows:
            for leaf in leaves:
                if n := int(counted[places[leaf.lifetime]]):
                    terms[leaf][i, member] = Term(Fraction(n), n)
        return terms

    return Asked(sql, [*params, *fact_params], take)


def _lives(
    leaf: Distinct, often: list[int], stretches: list[Stretch], cut: Slice, numbers: Numbers
) -> tuple[str, list[Any]]:
    """SQL of a measure's facts, each with whether it counts and the day its customer had the k-th of all records."""
    number, first, last = numbers[leaf.measure.key], min(s for _, _, s, _ in stretches), max(e for *_, e in stretches)
    kept, kept_params = condition(leaf.measure, cut, number, leaf.mark)
    if not often:
        sql = f"""SELECT f.subject, f.day, {cut.member(leaf.measure)} AS member, true AS counts FROM metrics_fact f
            WHERE {kept} AND f.subject IS NOT NULL"""
        return sql, kept_params
    ever, ever_params = condition(leaf.measure, cut.of_a_life, number, leaf.mark)
    seen, seen_params = condition(leaf.measure, cut, number, leaf.mark, "g")
    nth = ", ".join(f"min(f.day) FILTER (WHERE f.place = {k}) OVER life AS nth{k}" for k in often)
    sql = f"""
        SELECT f.subject, f.day, f.member, f.counts, {nth}
        FROM (
            SELECT f.subject, f.day, {cut.member(leaf.measure)} AS member, ({kept}) AS counts,
                   dense_rank() OVER (PARTITION BY f.subject ORDER BY f.day, f.record) AS place
            FROM metrics_fact f
            WHERE {ever} AND f.day < %s
                AND f.subject IN (SELECT g.subject FROM metrics_fact g WHERE {seen} AND g.day >= %s AND g.day < %s)
        ) f
        WINDOW life AS (PARTITION BY f.subject)"""
    return sql, [*kept_params, *ever_params, last, *seen_params, first, last]


def steady(leaf: Steady, table: str, cut: Slice, number: int) -> tuple[str, list[Any]]:
    """SQL of the customers whose rows carry the mark often enough, with how many rows each has, and its parameters."""
    kept, params = condition(leaf.measure, cut, number)
    marked = f"f.marks & {1 << mark_number(leaf.measure, leaf.mark) - 1} <> 0"
    sql = f"""
        SELECT p.i, {cut.member(leaf.measure)} AS member, f.subject, count(*) AS n
        FROM {table} JOIN metrics_fact f ON f.day >= p.s AND f.day < p.e
        WHERE {kept} AND f.subject IS NOT NULL GROUP BY 1, 2, 3
        HAVING count(*) FILTER (WHERE {marked}) >= {leaf.share}::numeric * count(*)"""
    return sql, params


def steady_customers(leaves: list[Steady], stretches: Stretches, cut: Slice, numbers: Numbers) -> Asked:
    """Customers whose rows carry a mark often enough."""
    (leaf,) = leaves
    table, params = values(stretches[leaf])
    rows_of, kept_params = steady(leaf, table, cut, numbers[leaf.measure.key])
    sql = f"SELECT i, member, ARRAY[count(*)]::numeric[] AS numbers FROM ({rows_of}) b GROUP BY 1, 2"
    return Asked(
        sql,
        [*params, *kept_params],
        lambda rows: {leaf: {(i, member): Term(Fraction(int(n)), int(n)) for i, member, (n,) in rows}},
    )


def picked_from(leaf: Percentile, stretches: Sequence[Stretch], cut: Slice, numbers: Numbers) -> tuple[str, list[Any]]:
    """SQL of all the values a percentile is picked from, and its parameters."""
    table, params = values(stretches)
    kept, kept_params = condition(leaf.measure, cut, numbers[leaf.measure.key], leaf.mark)
    sql = f"SELECT p.i, f.value FROM {table} JOIN metrics_fact f ON f.day >= p.s AND f.day < p.e WHERE {kept}"
    return sql, [*params, *kept_params]


def percentiles(leaves: list[Percentile], stretches: Stretches, cut: Slice, numbers: Numbers) -> Asked:
    """Several percentiles of the same rows."""
    table, params = values(stretches[leaves[0]])
    measure = leaves[0].measure
    kept, kept_params = condition(measure, cut, numbers[measure.key], leaves[0].mark)
    # As text a float keeps all its digits on the way through numeric.
    sql = f"""
        SELECT p.i, {cut.member(measure)} AS member, count(*)::numeric
               || (percentile_cont(%s::float8[]) WITHIN GROUP (ORDER BY f.value))::text[]::numeric[] AS numbers
        FROM {table} JOIN metrics_fact f ON f.day >= p.s AND f.day < p.e
        WHERE {kept} GROUP BY 1, 2"""
    unit = scale(measure)

    def take(rows: list[Any]) -> Mapping[Leaf, Terms]:
        return {
            leaf: {(i, m): Term(Fraction(float(found[place])) * unit, int(n)) for i, m, (n, *found) in rows}
            for place, leaf in enumerate(leaves)
        }

    return Asked(sql, [[leaf.share for leaf in leaves], *params, *kept_params], take)
