# ruff: noqa: S608 - every name in the SQL below is a column of ours; what people say travels as a parameter
"""All the values that medians, percentiles and ranks are picked from, and the figures that are picked."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import cast

from django.db import connection

from metrics.language import PICKED, Leaf, Percentile, Spread
from metrics.listed import Listed, Rank, Ranked, Waiting
from metrics.mathematics.spread import percentile, tilt, top
from metrics.periods import Period
from metrics.reading import facts, lists
from metrics.reading.terms import Asked, Numbers, Slice, Stretches, Term, scale, stretches_of

Figures = dict[str, Term]
PLACES = tuple(f"{share}" for share in PICKED)


def spreads(leaves: list[Spread], stretches: Stretches, cut: Slice, numbers: Numbers) -> Asked:
    """How often each value is among them: its members."""
    (leaf,) = leaves
    rows, params = _rows(leaf, stretches[leaf], cut, numbers)
    sql = f"SELECT i, value::text AS member, ARRAY[count(*)]::numeric[] AS numbers FROM ({rows}) v GROUP BY 1, 2"
    return Asked(sql, params, lambda rows: {leaf: {(i, m): Term(Fraction(int(n)), int(n)) for i, m, (n,) in rows}})


def in_order(leaf: Spread, stretches: Sequence[Period], numbers: Numbers) -> Iterator[tuple[Period, list[int]]]:
    """All of a spread's values over each stretch, ascending; one stretch at a time, for they may be many."""
    rows, params = _rows(leaf, stretches_of(leaf, stretches), Slice(), numbers)
    found = set()
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT i, array_agg(value ORDER BY value) FROM ({rows}) v GROUP BY i", params)
        while some := cursor.fetchmany(1):
            for i, values in some:
                found.add(i)
                yield stretches[i], values
    yield from ((stretch, []) for i, stretch in enumerate(stretches) if i not in found)


def figures_of(leaf: Spread, values: Sequence[int]) -> Figures:
    """The figures that are picked from ascending values; none where there are no values."""
    if not values:
        return {}
    if isinstance(leaf.told, Ranked):
        unit = scale(leaf.told.brought)
        total, many = top(values, Fraction(f"{leaf.told.share}"))
        return {Rank.TOP: Term(total * unit, many), Rank.TILT: Term(tilt(values) * unit, len(values))}
    unit = Fraction(1) if isinstance(leaf.told, Waiting) else scale(leaf.measures[0])
    return {
        name: Term(Fraction(percentile(values, share)) * unit, len(values))
        for name, share in zip(PLACES, PICKED, strict=True)
    }


def name_of(leaf: Leaf) -> str:
    """The name of a term among the figures of its spread."""
    return leaf.figure if isinstance(leaf, Ranked) else f"{leaf.share}"  # type: ignore[attr-defined]


def _rows(
    leaf: Spread, stretches: Sequence[tuple[int, int, object, object]], cut: Slice, numbers: Numbers
) -> lists.Statement:
    """SQL of the values (i, value), and its parameters."""
    told = leaf.told
    if isinstance(told, Percentile):
        return facts.picked_from(told, stretches, cut, numbers)
    if isinstance(told, Ranked):
        sql, params = lists.buyers(told, stretches, cut, numbers)
        return f"SELECT i, x::bigint AS value FROM ({sql}) each", params
    sql, params = lists.behind(cast("Listed", told), stretches, cut, numbers)
    return f"SELECT i, amount AS value FROM ({sql}) b", params
