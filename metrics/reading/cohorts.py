# ruff: noqa: S608 - every name in the SQL below is a column of ours; what people say travels as a parameter
"""Terms about customers followed from the start of a period to its end: who stayed, left, grew, came back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from metrics.language import Cohort, Kept, Leaf
from metrics.reading.terms import (
    Asked,
    Numbers,
    Slice,
    Stretch,
    Stretches,
    Term,
    Terms,
    column,
    condition,
    scale,
    values,
)

# Whom each figure is about, and what one of them adds to it: the total is the sum over the rows, by construction.
FIGURES = {
    Kept.STARTERS: ("s > 0", "1"),
    Kept.STAYED: ("s > 0 AND e > 0", "1"),
    Kept.LEFT: ("s > 0 AND e <= 0", "1"),
    Kept.START_SUM: ("s > 0", "s"),
    Kept.END_SUM: ("s > 0", "greatest(e, 0)"),
    Kept.LOWER_SUM: ("s > 0", "greatest(least(s, e), 0)"),
    Kept.GREW: ("s > 0 AND e > s", "e - s"),
    Kept.SHRANK: ("s > 0 AND e > 0 AND e < s", "s - e"),
    Kept.LOST: ("s > 0 AND e <= 0", "s"),
    Kept.CAME: ("s <= 0 AND e > 0 AND NOT known", "e"),
    Kept.RETURNED: ("s <= 0 AND e > 0 AND known", "e"),
}
COUNTED = {Kept.STARTERS, Kept.STAYED, Kept.LEFT}


def balances(
    leaf: Cohort, stretches: Sequence[Stretch], cut: Slice, numbers: Numbers, some: tuple[int, int] | None = None
) -> tuple[str, list[Any]]:
    """SQL of every customer's running sum at the start (s) and end (e) of each stretch, and whether they were known.

    The facts are summed once, between the ends of stretches, however many stretches there are.

    A customer belongs, whole, to the member that held most of them at the start (at the end, for one who came), and
    is kept by the members asked for in the same way: who moved from one to another has left neither. `some` keeps to
    customers between two numbers, both included.
    """
    kept = [condition(m, replace(cut, where=()), numbers[m.key]) for m in leaf.measures]
    facts = " OR ".join(f"({sql})" for sql, _ in kept)
    cuts = [cut.member(*leaf.measures), *(column(d, leaf.measures, cut.as_of) for d, _ in cut.where)]
    each = range(len(cuts))
    members = ", ".join(f"m{k}" for k in each)
    table, params = values(stretches)
    ends = sorted({day for _, _, start, end in stretches for day in (start, end)})
    sql = f"""
        SELECT * FROM (
            SELECT i, j, subject, sum(s) AS s, sum(e) AS e, bool_or(known) AS known,
                   {", ".join(f"(array_agg(m{k} ORDER BY s{k} DESC, e{k} DESC, m{k}))[1] AS m{k}" for k in each)}
            FROM (
                SELECT parts.*, {", ".join(_weight(k, alone=len(cuts) == 1) for k in each)}
                FROM (
                    SELECT p.i, p.j, f.subject, {members},
                           coalesce(sum(f.delta) FILTER (WHERE f.bucket < p.first), 0) AS s, sum(f.delta) AS e,
                           coalesce(bool_or(f.bucket < p.first AND f.rose), false) AS known
                    FROM (
                        SELECT i, j, width_bucket(s, %s::date[]) AS first, width_bucket(e, %s::date[]) AS beyond
                        FROM {table}
                    ) p JOIN (
                        SELECT f.subject, {", ".join(f"{member} AS m{k}" for k, member in enumerate(cuts))},
                               width_bucket(f.day, %s::date[]) AS bucket, sum(f.value)::bigint AS delta,
                               bool_or(f.value > 0) AS rose
                        FROM metrics_fact f
                        WHERE ({facts}) AND f.subject IS NOT NULL AND f.day < %s
                              {"AND f.subject BETWEEN %s AND %s" if some else ""}
                        GROUP BY 1, {members}, bucket
                    ) f ON f.bucket < p.beyond
                    GROUP BY 1, 2, 3, {members}
                ) parts
            ) weighed
            GROUP BY 1, 2, 3
        ) whole
        WHERE {" AND ".join(["true", *(f"m{k} = ANY (%s)" for k in each[1:])])}"""
    facts_params = [x for _, said in kept for x in said]
    bounds = [ends, ends, *params, ends]
    return sql, [*bounds, *facts_params, ends[-1], *(some or ()), *(list(asked) for _, asked in cut.where)]


def _weight(k: int, *, alone: bool) -> str:
    """How much of a customer each member of the k-th cut holds, whatever the other cuts say."""
    if alone:
        return f"s AS s{k}, e AS e{k}"
    within = f"OVER (PARTITION BY i, j, subject, m{k})"
    return f"sum(s) {within} AS s{k}, sum(e) {within} AS e{k}"


def of_members(leaves: list[Cohort], stretches: Stretches, cut: Slice, numbers: Numbers) -> Asked:
    """Several figures over the same customers, member by member."""
    customers, params = balances(leaves[0], stretches[leaves[0]], cut, numbers)
    sql = f"SELECT i, m0 AS member, ARRAY[{_figures(leaves)}] AS numbers FROM ({customers}) b GROUP BY 1, 2"

    def take(rows: list[Any]) -> Mapping[Leaf, Terms]:
        terms: dict[Leaf, Terms] = {leaf: {} for leaf in leaves}
        for i, member, figures in rows:
            for leaf, amount, n in zip(leaves, figures[::2], figures[1::2], strict=True):
                if n:
                    terms[leaf][i, member] = Term(int(amount) * cohort_scale(leaf), int(n))
        return terms

    return Asked(sql, params, take)


def _figures(leaves: list[Cohort]) -> str:
    """For each figure what it comes to over the rows (s, e, known), and how many of them it is about."""
    return ", ".join(
        f"coalesce(sum({adds}) FILTER (WHERE {about}), 0), count(*) FILTER (WHERE {about})"
        for about, adds in (FIGURES[leaf.figure] for leaf in leaves)
    )


# Figures that whoever was above 0 at the start and did not move adds to: 1, or the same sum as at the start.
STEADY = {Kept.STARTERS, Kept.STAYED, Kept.START_SUM, Kept.END_SUM, Kept.LOWER_SUM}


def of_all(leaves: list[Cohort], stretches: Stretches, cut: Slice, numbers: Numbers) -> Asked:
    """Several figures over all customers for any number of stretches, in one pass over the facts.

    The days fall into buckets between the ends of stretches. Only customers who moved within a stretch are looked at
    one by one; how many the others are, and what they have, is known from what all had at its start.
    """
    ways = list(dict.fromkeys(leaf.periods for leaf in leaves))
    rows = {
        (i * len(ways) + ways.index(leaf.periods), start, end)
        for leaf in leaves
        for i, _, start, end in stretches[leaf]
    }
    looked_at = [(i, j, start, end) for j, (i, start, end) in enumerate(sorted(rows))]
    ends = sorted({day for _, _, start, end in looked_at for day in (start, end)})
    table, params = values(looked_at)
    kept = [condition(m, cut, numbers[m.key]) for m in leaves[0].measures]
    sql = f"""
        WITH bounds AS MATERIALIZED (
            SELECT i, j, width_bucket(s, %s::date[]) AS first, width_bucket(e, %s::date[]) AS beyond FROM {table}
        ), moves AS (
            SELECT f.subject, width_bucket(f.day, %s::date[]) AS bucket, sum(f.value)::bigint AS delta,
                   bool_or(f.value > 0) AS rose
            FROM metrics_fact f
            WHERE ({" OR ".join(f"({sql})" for sql, _ in kept)}) AND f.subject IS NOT NULL AND f.day < %s
            GROUP BY 1, 2
        ), levels AS MATERIALIZED (
            SELECT subject, bucket, (sum(delta) OVER upto)::bigint - delta AS s, (sum(delta) OVER upto)::bigint AS e,
                   coalesce(bool_or(rose) OVER earlier, false) AS known
            FROM moves
            WINDOW upto AS (PARTITION BY subject ORDER BY bucket),
                   earlier AS (upto ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        ), steps AS MATERIALIZED (
            SELECT bucket, sum((e > 0)::int - (s > 0)::int) AS n, sum(greatest(e, 0) - greatest(s, 0)) AS total
            FROM levels GROUP BY 1
        ), starts AS (
            SELECT i, sum(steps.n) AS n, sum(steps.total) AS total FROM bounds JOIN steps ON bucket < first GROUP BY 1
        ), movers AS (
            SELECT i, (array_agg(s ORDER BY bucket))[1] AS s, (array_agg(e ORDER BY bucket DESC))[1] AS e,
                   (array_agg(known ORDER BY bucket))[1] AS known
            FROM bounds JOIN levels ON bucket >= first AND bucket < beyond GROUP BY i, j, subject
        ), moved AS (
            SELECT i, count(*) FILTER (WHERE s > 0) AS starters, coalesce(sum(s) FILTER (WHERE s > 0), 0) AS had,
                   ARRAY[{_figures(leaves)}] AS figures
            FROM movers GROUP BY 1
        )
        SELECT i, '' AS member, ARRAY[coalesce(n, 0) - coalesce(starters, 0), coalesce(total, 0) - coalesce(had, 0)]
               || coalesce(figures, ARRAY[]::numeric[]) AS numbers
        FROM starts FULL JOIN moved USING (i)"""
    params = [ends, ends, *params, ends, *(x for _, said in kept for x in said), ends[-1]]
    nothing = [0] * (2 * len(leaves))

    def take(rows: list[Any]) -> Mapping[Leaf, Terms]:
        terms: dict[Leaf, Terms] = {leaf: {} for leaf in leaves}
        for row, _, (stayers, theirs, *figures) in rows:
            i, way = divmod(row, len(ways))
            figures = figures or nothing
            for leaf, amount, n in zip(leaves, figures[::2], figures[1::2], strict=True):
                steady = int(stayers) if leaf.figure in STEADY else 0
                adds = steady if leaf.figure in COUNTED else int(theirs) if steady else 0
                if leaf.periods is ways[way] and (together := int(n) + steady):
                    terms[leaf][i, ""] = Term((int(amount) + adds) * cohort_scale(leaf), together)
        return terms

    return Asked(sql, params, take)


def cohort_scale(leaf: Cohort) -> Fraction:
    return Fraction(1) if leaf.figure in COUNTED else scale(leaf.measures[0])
