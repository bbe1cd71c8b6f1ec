# ruff: noqa: S608 - every name in the SQL below is a column of ours; what people say travels as a parameter
"""Terms read from cells: the totals of whole months, and the days before and after them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from metrics.language import Leaf, Simple, Stock
from metrics.models.fact import FOR_EVER
from metrics.periods import Grain, add_months, floor
from metrics.reading.terms import Asked, Numbers, Slice, Stretches, Term, Terms, amount, mark_number


def from_cells(leaves: list[Simple], stretches: Stretches, cut: Slice, numbers: Numbers) -> Asked:
    """Counts, totals and stocks of any measures: whole months from monthly cells, what is left day by day.

    Days are kept as cells in all; cut into members, they are added up from their facts.
    """
    alike: dict[Any, list[Simple]] = defaultdict(list)  # A count and a total of the same rows are in the same cells.
    for leaf in leaves:
        alike[leaf.measure, leaf.mark, isinstance(leaf, Stock), leaf.periods].append(leaf)
    groups = list(alike.values())
    pieces = [
        (place, i, numbers[group[0].measure.key], mark_number(group[0].measure, group[0].mark), *piece)
        for place, group in enumerate(groups)
        for i, start, end in {(i, start, end) for leaf in group for i, _, start, end in stretches[leaf]}
        for piece in _pieces(date.min if isinstance(group[0], Stock) else start, end)
    ]
    days = [piece for piece in pieces if cut.by and piece[4] == "d"]
    months = [piece for piece in pieces if piece[4] == "m"] if cut.by else pieces
    sources = [(CELLS, months, [cut.by.id if cut.by else 0])]
    if days:
        sources.append((FACTS.format(member=cut.member()), days, []))
    sql = f"""
        SELECT i, member, ARRAY[place, sum(n), sum(total)] AS numbers
        FROM ({" UNION ALL ".join(source for source, _, _ in sources)}) found GROUP BY place, i, member"""

    def take(rows: list[Any]) -> Mapping[Leaf, Terms]:
        terms: dict[Leaf, Terms] = {leaf: {} for leaf in leaves}
        for i, member, (place, n, total) in rows:
            for leaf in groups[int(place)]:
                terms[leaf][i, member] = Term(amount(leaf, int(n), int(total)), int(n))
        return terms

    return Asked(sql, [x for _, some, more in sources for x in [*_columns(some), *more]], take)


PIECES = """unnest(%s::int[], %s::int[], %s::int[], %s::int[], %s::text[], %s::date[], %s::date[])
    AS w (place, i, measure, mark, grain, s, e)"""
CELLS = f"""
    SELECT w.place, w.i, c.member, sum(c.n) AS n, sum(c.total) AS total
    FROM {PIECES} JOIN metrics_cell c ON c.measure = w.measure AND c.mark = w.mark AND c.dimension = %s
        AND c.grain = w.grain AND c.day >= w.s AND c.day < w.e
    GROUP BY w.place, w.i, c.member"""
FACTS = f"""
    SELECT w.place, w.i, {{member}} AS member, count(*) AS n, sum(f.value) AS total
    FROM {PIECES} JOIN metrics_fact f ON f.measure = w.measure AND f.run_to = {FOR_EVER}
        AND f.day >= w.s AND f.day < w.e AND (w.mark = 0 OR f.marks & (1 << w.mark - 1) <> 0)
    GROUP BY 1, 2, 3"""


def _columns(pieces: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Pieces as the arrays of one `unnest`."""
    return [list(column) for column in zip(*pieces, strict=True)] or [[] for _ in range(7)]


def _pieces(start: date, end: date) -> list[tuple[str, date, date]]:
    """A stretch as whole months, and the days before and after them."""
    first = start if start.day == 1 else add_months(floor(start, Grain.MONTH), 1)
    last = floor(end, Grain.MONTH)
    if first >= last:
        return [("d", start, end)]
    pieces = [("d", start, first), ("m", first, last), ("d", last, end)]
    return [(grain, s, e) for grain, s, e in pieces if s < e]
