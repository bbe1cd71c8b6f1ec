# ruff: noqa: S608 - every name in the SQL below is a column of ours; what people say travels as a parameter
"""The terms of formulas, read from the ledger.

A plain question (all of the company, uncut or cut by one dimension, as now known) is answered from cells. One with
conditions, as of an earlier run, or within what a person may see is answered from the facts themselves: the same
facts the cells were folded from.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from metrics.language import (
    Cohort,
    Count,
    Dimension,
    Distinct,
    Kept,
    Leaf,
    Measure,
    Percentile,
    Simple,
    Steady,
    Stock,
    Total,
)
from metrics.listed import Listed
from metrics.models import MeasureState
from metrics.models.fact import FOR_EVER
from metrics.periods import Grain, Period, add_months, floor
from metrics.sql import query

MICRO = Fraction(1, 1_000_000)


class Term(NamedTuple):
    """One term for one period and member: its amount, and how many rows it stands on."""

    amount: Fraction
    n: int


Terms = dict[tuple[int, str], Term]
Limits = Mapping[type[Measure], tuple[str, tuple[Any, ...]]]


@dataclass(frozen=True)
class Slice:
    """Which facts count: cut by a dimension, only some members, as of a run, within a person's sight.

    `limits` gives, for measures this person sees in part, SQL for the records they see and its parameters. `through`
    counts days up to it that no night has settled.
    """

    by: Dimension | None = None
    where: tuple[tuple[Dimension, tuple[str, ...]], ...] = ()
    as_of: int | None = None
    limits: Limits = field(default_factory=dict, hash=False)
    through: date | None = None

    def counting_until(self, day: date) -> "Slice":
        return replace(self, through=day)

    @property
    def is_plain(self) -> bool:
        return not self.where and self.as_of is None and not self.limits

    @property
    def of_a_life(self) -> "Slice":
        """All that is known of a customer, whatever the cut, within what a person may see."""
        return Slice(as_of=self.as_of, limits=self.limits)

    @property
    def member(self) -> str:
        return f"f.{self.by.key}" if self.by else "''"


def read(
    leaves: Iterable[Leaf],
    periods: Sequence[Period],
    cut: Slice,
    *,
    only: Mapping[Leaf, Collection[int]] | None = None,
) -> dict[Leaf, Terms]:
    """Every leaf, for every period and member: `{leaf: {(index of the period, member): term}}`.

    `only` names, leaf by leaf, the indexes of the periods that are needed, where not all are.
    """
    leaves = list(dict.fromkeys(leaves))
    found: dict[Leaf, Terms] = {}
    numbers = numbers_of((m for leaf in leaves for m in leaf.measures), cut.as_of)
    groups: dict[Any, list[Any]] = defaultdict(list)
    for leaf in leaves:
        groups[_way(leaf, cut)].append(leaf)
    asked: list[Asked] = []
    for (reader, *_), group in groups.items():
        stretches = {leaf: stretches_of(leaf, periods, _needed(leaf, group, reader, only)) for leaf in group}
        found |= {leaf: {} for leaf in group}
        if any(stretches.values()):
            asked.append(reader(group, stretches, cut, numbers))
    return found | _ask(asked)


def _needed(
    leaf: Leaf, group: Iterable[Leaf], reader: Any, only: Mapping[Leaf, Collection[int]] | None
) -> Collection[int] | None:
    """The periods to read: what is read from the same rows is read for all that any of them needs."""
    if only is None:
        return None
    if reader is _from_cells:
        return only[leaf]
    return {index for other in group if other.periods is leaf.periods for index in only[other]}


class Asked(NamedTuple):
    """One part of a reading: SQL of (i, member, numbers), its parameters, and what its rows are taken for."""

    sql: str
    params: list[Any]
    take: Callable[[list[Any]], Mapping[Leaf, Terms]]


Stretches = Mapping[Leaf, "list[Stretch]"]


def _ask(asked: Sequence[Asked]) -> dict[Leaf, Terms]:
    """All parts of a reading, in one query."""
    if not asked:
        return {}
    rows: dict[int, list[Any]] = defaultdict(list)
    parts = [f"(SELECT {x} AS x, part.* FROM ({one.sql}) part)" for x, one in enumerate(asked)]
    for x, *row in query(" UNION ALL ".join(parts), [value for one in asked for value in one.params]):
        rows[x].append(row)
    return {leaf: terms for x, one in enumerate(asked) for leaf, terms in one.take(rows[x]).items()}


def _way(leaf: Leaf, cut: Slice) -> tuple[Any, ...]:
    """How a leaf is read; those that are read alike are read in one query."""
    match leaf:
        case Cohort():
            return (_cohorts, leaf.together, leaf.periods) if cut.by or cut.where else (_cohorts_of_all, leaf.together)
        case Count() | Total() | Stock() if cut.is_plain:
            return (_from_cells,)
        case Count() | Total() | Stock():
            return _sums, isinstance(leaf, Stock), leaf.measure, leaf.mark, leaf.periods
        case Steady():
            return _steady, leaf
        case Distinct():
            return _distinct, leaf.measure, leaf.mark, leaf.periods
        case Percentile():
            return _percentiles, leaf.measure, leaf.mark, leaf.periods
        case Listed():
            return _listed, leaf
    raise TypeError(f"No way to read {leaf!r}.")


def _listed(leaves: list[Listed], stretches: Stretches, cut: Slice, numbers: Mapping[str, int]) -> Asked:
    from metrics.listing import read_listed  # It is written in the words of this module.

    (leaf,) = leaves
    return read_listed(leaf, stretches[leaf], cut, numbers)


def numbers_of(measures: Iterable[type[Measure]], as_of: int | None = None) -> dict[str, int]:
    """What the ledger calls these measures, now or in a run; one it had not met has no facts, and number 0."""
    keys = {m.key for m in measures}
    return dict.fromkeys(keys, 0) | dict(
        MeasureState.objects.live(as_of).filter(key__in=keys).values_list("key", "pk")
    )


Stretch = tuple[int, int, Any, Any]


def stretches_of(leaf: Leaf, periods: Sequence[Period], needed: Collection[int] | None = None) -> list[Stretch]:
    """(index of the period, running number, first day, day after the last) of all a leaf looks at."""
    rows: list[Stretch] = []
    for index, period in enumerate(periods):
        if needed is not None and index not in needed:
            continue
        looked_at = leaf.periods(period) if leaf.periods else [period]
        rows += [(index, len(rows) + i, p.start, p.end) for i, p in enumerate(looked_at)]
    return rows


def values(stretches: Sequence[Stretch]) -> tuple[str, list[Any]]:
    """The stretches as a table p (i, j, s, e)."""
    one = "(%s::int, %s::int, %s::date, %s::date)"
    return f"(VALUES {', '.join([one] * len(stretches))}) AS p (i, j, s, e)", [x for row in stretches for x in row]


# ── Cells ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _from_cells(leaves: list[Simple], stretches: Stretches, cut: Slice, numbers: Mapping[str, int]) -> Asked:
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
        sources.append((FACTS.format(member=cut.member), days, []))
    sql = f"""
        SELECT i, member, ARRAY[place, sum(n), sum(total)] AS numbers
        FROM ({" UNION ALL ".join(source for source, _, _ in sources)}) found GROUP BY place, i, member"""

    def take(rows: list[Any]) -> Mapping[Leaf, Terms]:
        terms: dict[Leaf, Terms] = {leaf: {} for leaf in leaves}
        for i, member, (place, n, total) in rows:
            for leaf in groups[int(place)]:
                terms[leaf][i, member] = Term(_amount(leaf, int(n), int(total)), int(n))
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


def mark_number(measure: type[Measure], mark: str) -> int:
    """0 for all rows, else the place of the mark among the measure's marks, from 1."""
    return list(measure.marks).index(mark) + 1 if mark else 0


def scale(measure: type[Measure]) -> Fraction:
    """What one of the ledger's whole numbers is worth: a millionth for money and what is kept like it, else 1."""
    return MICRO if measure.currency or measure.in_millionths else Fraction(1)


def _amount(leaf: Leaf, n: int, total: int) -> Fraction:
    return Fraction(n) if isinstance(leaf, Count) else total * scale(leaf.measures[0])


# ── Facts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def condition(measure: type[Measure], cut: Slice, number: int, mark: str = "", table: str = "f") -> tuple[str, list]:
    """SQL that keeps the facts of a measure this slice believes in, and its parameters."""
    clauses: list[str] = [f"{table}.measure = %s"]
    params: list[Any] = [number]
    if cut.as_of is None:
        clauses.append(f"{table}.run_to = {FOR_EVER}")
    else:
        # Said so that standing and closed facts are each found by the index of their own.
        closed = f"{table}.run_to > %s AND {table}.run_to < {FOR_EVER}"
        clauses.append(f"{table}.run_from <= %s AND ({table}.run_to = {FOR_EVER} OR {closed})")
        params += [cut.as_of, cut.as_of]
    if mark:
        clauses.append(f"{table}.marks & {1 << mark_number(measure, mark) - 1} <> 0")
    for dimension, members in cut.where:
        clauses.append(f"{table}.{dimension.key} = ANY (%s)")
        params.append(list(members))
    if measure in cut.limits:
        sql, limit_params = cut.limits[measure]
        clauses.append(f"{table}.record IN ({sql})")
        params += limit_params
    return " AND ".join(clauses), params


def _sums(leaves: list[Simple], stretches: Stretches, cut: Slice, numbers: Mapping[str, int]) -> Asked:
    """Counts, totals or stocks of the same rows."""
    table, params = values(stretches[leaves[0]])
    measure = leaves[0].measure
    kept, kept_params = condition(measure, cut, numbers[measure.key], leaves[0].mark)
    start = "" if isinstance(leaves[0], Stock) else "f.day >= p.s AND"
    sql = f"""
        SELECT p.i, {cut.member} AS member, ARRAY[count(*), sum(f.value)] AS numbers
        FROM {table} JOIN metrics_fact f ON {start} f.day < p.e
        WHERE {kept} GROUP BY 1, 2"""

    def take(rows: list[Any]) -> Mapping[Leaf, Terms]:
        return {
            leaf: {(i, member): Term(_amount(leaf, int(n), int(total)), int(n)) for i, member, (n, total) in rows}
            for leaf in leaves
        }

    return Asked(sql, [*params, *kept_params], take)


def _distinct(leaves: list[Distinct], stretches: Stretches, cut: Slice, numbers: Mapping[str, int]) -> Asked:
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
    leaf: Distinct, often: list[int], stretches: list[Stretch], cut: Slice, numbers: Mapping[str, int]
) -> tuple[str, list[Any]]:
    """SQL of a measure's facts, each with whether it counts and the day its customer had the k-th of all."""
    number, first, last = numbers[leaf.measure.key], min(s for _, _, s, _ in stretches), max(e for *_, e in stretches)
    kept, kept_params = condition(leaf.measure, cut, number, leaf.mark)
    if not often:
        sql = f"""SELECT f.subject, f.day, {cut.member} AS member, true AS counts FROM metrics_fact f
            WHERE {kept} AND f.subject IS NOT NULL"""
        return sql, kept_params
    ever, ever_params = condition(leaf.measure, cut.of_a_life, number, leaf.mark)
    seen, seen_params = condition(leaf.measure, cut, number, leaf.mark, "g")
    nth = ", ".join(f"nth_value(f.day, {k}) OVER life AS nth{k}" for k in often)
    sql = f"""
        SELECT f.subject, f.day, {cut.member} AS member, ({kept}) AS counts, {nth}
        FROM metrics_fact f
        WHERE {ever} AND f.day < %s
            AND f.subject IN (SELECT g.subject FROM metrics_fact g WHERE {seen} AND g.day >= %s AND g.day < %s)
        WINDOW life AS (PARTITION BY f.subject ORDER BY f.day
                        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)"""
    return sql, [*kept_params, *ever_params, last, *seen_params, first, last]


def steady(leaf: Steady, table: str, cut: Slice, number: int) -> tuple[str, list[Any]]:
    """SQL of the customers whose rows carry the mark often enough, with how many rows each has, and its parameters."""
    kept, params = condition(leaf.measure, cut, number)
    marked = f"f.marks & {1 << mark_number(leaf.measure, leaf.mark) - 1} <> 0"
    sql = f"""
        SELECT p.i, {cut.member} AS member, f.subject, count(*) AS n
        FROM {table} JOIN metrics_fact f ON f.day >= p.s AND f.day < p.e
        WHERE {kept} AND f.subject IS NOT NULL GROUP BY 1, 2, 3
        HAVING count(*) FILTER (WHERE {marked}) >= {leaf.share}::numeric * count(*)"""
    return sql, params


def _steady(leaves: list[Steady], stretches: Stretches, cut: Slice, numbers: Mapping[str, int]) -> Asked:
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


def _percentiles(leaves: list[Percentile], stretches: Stretches, cut: Slice, numbers: Mapping[str, int]) -> Asked:
    """Several percentiles of the same rows."""
    table, params = values(stretches[leaves[0]])
    measure = leaves[0].measure
    kept, kept_params = condition(measure, cut, numbers[measure.key], leaves[0].mark)
    # As text a float keeps all its digits on the way through numeric.
    sql = f"""
        SELECT p.i, {cut.member} AS member, count(*)::numeric
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


def balances(leaf: Cohort, table: str, cut: Slice, numbers: Mapping[str, int]) -> tuple[str, list[Any]]:
    """SQL of every customer's running sum at the start (s) and end (e) of each stretch, and whether they were known.

    A customer belongs, whole, to the member that held most of them at the start (at the end, for one who came), and
    is kept by the members asked for in the same way: who moved from one to another has left neither.
    """
    kept = [condition(m, replace(cut, where=()), numbers[m.key]) for m in leaf.measures]
    facts = " OR ".join(f"({sql})" for sql, _ in kept)
    cuts = [cut.member, *(f"f.{dimension.key}" for dimension, _ in cut.where)]
    each = range(len(cuts))
    sql = f"""
        SELECT * FROM (
            SELECT i, j, subject, sum(s) AS s, sum(e) AS e, bool_or(known) AS known,
                   {", ".join(f"(array_agg(m{k} ORDER BY s{k} DESC, e{k} DESC, m{k}))[1] AS m{k}" for k in each)}
            FROM (
                SELECT parts.*, {", ".join(_weight(k, alone=len(cuts) == 1) for k in each)}
                FROM (
                    SELECT p.i, p.j, f.subject, {", ".join(f"{member} AS m{k}" for k, member in enumerate(cuts))},
                           coalesce(sum(f.value) FILTER (WHERE f.day < p.s), 0) AS s, sum(f.value) AS e,
                           coalesce(bool_or(f.day < p.s AND f.value > 0), false) AS known
                    FROM {table} JOIN metrics_fact f ON f.day < p.e
                    WHERE ({facts}) AND f.subject IS NOT NULL
                    GROUP BY 1, 2, 3, {", ".join(str(4 + k) for k in each)}
                ) parts
            ) weighed
            GROUP BY 1, 2, 3
        ) whole
        WHERE {" AND ".join(["true", *(f"m{k} = ANY (%s)" for k in each[1:])])}"""
    return sql, [*(x for _, params in kept for x in params), *(list(members) for _, members in cut.where)]


def _weight(k: int, *, alone: bool) -> str:
    """How much of a customer each member of the k-th cut holds, whatever the other cuts say."""
    if alone:
        return f"s AS s{k}, e AS e{k}"
    within = f"OVER (PARTITION BY i, j, subject, m{k})"
    return f"sum(s) {within} AS s{k}, sum(e) {within} AS e{k}"


def _cohorts(leaves: list[Cohort], stretches: Stretches, cut: Slice, numbers: Mapping[str, int]) -> Asked:
    """Several figures over the same customers, member by member."""
    table, params = values(stretches[leaves[0]])
    customers, kept_params = balances(leaves[0], table, cut, numbers)
    sql = f"SELECT i, m0 AS member, ARRAY[{_figures(leaves)}] AS numbers FROM ({customers}) b GROUP BY 1, 2"

    def take(rows: list[Any]) -> Mapping[Leaf, Terms]:
        terms: dict[Leaf, Terms] = {leaf: {} for leaf in leaves}
        for i, member, figures in rows:
            for leaf, amount, n in zip(leaves, figures[::2], figures[1::2], strict=True):
                if n:
                    terms[leaf][i, member] = Term(int(amount) * cohort_scale(leaf), int(n))
        return terms

    return Asked(sql, [*params, *kept_params], take)


def _figures(leaves: list[Cohort]) -> str:
    """For each figure what it comes to over the rows (s, e, known), and how many of them it is about."""
    return ", ".join(
        f"coalesce(sum({adds}) FILTER (WHERE {about}), 0), count(*) FILTER (WHERE {about})"
        for about, adds in (FIGURES[leaf.figure] for leaf in leaves)
    )


# Figures that whoever was above 0 at the start and did not move adds to: 1, or the same sum as at the start.
STEADY = {Kept.STARTERS, Kept.STAYED, Kept.START_SUM, Kept.END_SUM, Kept.LOWER_SUM}


def _cohorts_of_all(leaves: list[Cohort], stretches: Stretches, cut: Slice, numbers: Mapping[str, int]) -> Asked:
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
