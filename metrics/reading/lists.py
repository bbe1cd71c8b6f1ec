# ruff: noqa: S608 - every name in the SQL below is a column of ours; what people say travels as a parameter
"""The statement behind every listed term: the rows it counts, period by period and member by member.

Each gives the columns i and j (the period, the stretch), member, key (what tells its rows apart), subject, record,
day, at, run and amount: what the row adds, in the ledger's whole numbers.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from django.conf import settings

from metrics.language import Cohort, Kept, Leaf, Measure
from metrics.listed import (
    Acted,
    DaysHeld,
    Different,
    HalfOver,
    Lasting,
    Listed,
    Lives,
    Members,
    Rank,
    Ranked,
    Seen,
    Waiting,
)
from metrics.mathematics.survival import from_counts
from metrics.reading.cohorts import balances
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

Statement = tuple[str, list[Any]]

NOBODYS = "NULL::bigint AS record, NULL::date AS day, NULL::timestamptz AS at, NULL::int AS run"
LAST = ("subject", "record", "day", "at")
OF_FACT = "f.subject, f.record, f.day, f.at, f.run_from AS run"


def listed(leaves: list[Listed], stretches: Stretches, cut: Slice, numbers: Numbers) -> Asked:
    """The amount of a listed term for every period and member."""
    (leaf,) = leaves
    sql, params = behind(leaf, stretches[leaf], cut, numbers)
    unit = unit_of(leaf)
    if isinstance(leaf, Lives):
        lives = "round(amount / 86400.0)::int || CASE WHEN has_ended THEN ' gone' ELSE ' here' END"
        found = f"SELECT i, {lives} AS member, ARRAY[count(*), count(*)] AS numbers FROM ({sql}) b GROUP BY 1, 2"
        return Asked(found, params, lambda rows: {leaf: _terms(rows, lambda x: int(x) * unit)})
    if isinstance(leaf, Lasting | HalfOver):
        days = f"""
            SELECT i, member, ARRAY[round(amount / 86400.0), has_ended::int, count(*)] AS numbers
            FROM ({sql}) b GROUP BY i, member, round(amount / 86400.0), has_ended"""
        return Asked(days, params, lambda rows: {leaf: _lives(rows, _worth(leaf))})
    if leaf.picks:
        share = getattr(leaf, "share", 0.5)
        # As text a float keeps all its digits on the way through numeric.
        picked = "(percentile_cont(%s) WITHIN GROUP (ORDER BY amount))::text::numeric"
        found = f"SELECT i, member, ARRAY[{picked}, count(*)] AS numbers FROM ({sql}) b GROUP BY 1, 2"
        return Asked(found, [share, *params], lambda rows: {leaf: _terms(rows, lambda x: Fraction(float(x)) * unit)})
    found = f"SELECT i, member, ARRAY[sum(amount), count(*)]::numeric[] AS numbers FROM ({sql}) b GROUP BY 1, 2"
    return Asked(found, params, lambda rows: {leaf: _terms(rows, lambda x: int(x) * unit)})


def _terms(rows: list[Any], worth: Callable[[Any], Fraction]) -> Terms:
    return {(i, member): Term(worth(amount), int(n)) for i, member, (amount, n) in rows}


def _lives(rows: list[Any], worth: Callable[[Counter[float], Counter[float]], Term | None]) -> Terms:
    """What is made of the lives of every period and member, counted by the day."""
    lives: dict[tuple[int, str], tuple[Counter[float], Counter[float]]] = defaultdict(lambda: (Counter(), Counter()))
    for i, member, (lasted, has_ended, n) in rows:
        lives[i, member][0 if has_ended else 1][float(lasted)] += int(n)
    return {key: term for key, told in lives.items() if (term := worth(*told))}


def _mean_life(gone: Counter[float], here: Counter[float]) -> Term:
    return Term(Fraction(round(from_counts(gone, here).restricted_mean() * 86_400)), gone.total() + here.total())


def _half_life(gone: Counter[float], here: Counter[float]) -> Term | None:
    half = from_counts(gone, here).median
    return None if half is None else Term(Fraction(round(half * 86_400)), gone.total() + here.total())


def made_of(leaf: Lasting | HalfOver, lives: Mapping[str, Term]) -> Term | None:
    """What a term comes to, to the day, from how many lasted how many days."""
    told: dict[str, Counter[float]] = {"gone": Counter(), "here": Counter()}
    for life, (_, n) in lives.items():
        days, how = life.split()
        told[how][float(days)] += n
    return _worth(leaf)(told["gone"], told["here"])


def _worth(leaf: Lasting | HalfOver) -> Callable[[Counter[float], Counter[float]], Term | None]:
    return _mean_life if isinstance(leaf, Lasting) else _half_life


def unit_of(leaf: Listed) -> Fraction:
    """What one of the ledger's whole numbers is worth in this term."""
    if leaf.counts or isinstance(leaf, Waiting | Lasting | HalfOver):
        return Fraction(1)
    return scale(leaf.measures[0])


def behind(leaf: Listed, stretches: Sequence[Stretch], cut: Slice, numbers: Numbers) -> Statement:
    """SQL of the rows a listed term counts, and its parameters."""
    return BEHIND[type(leaf)](leaf, stretches, cut, numbers)


def _facts(measure: type[Measure], cut: Slice, numbers: Numbers, mark: str = "", table: str = "f") -> Statement:
    return condition(measure, cut, numbers[measure.key], mark, table)


def _member(cut: Slice, *measures: type[Measure]) -> str:
    return f"{cut.member(*measures)}::text"


def _acted(leaf: Acted, stretches: Sequence[Stretch], cut: Slice, numbers: Numbers) -> Statement:
    if not cut.by and not cut.where:
        return _acted_in_all(leaf, stretches, cut, numbers)
    table, params = values(stretches)
    sql, kept = balances(Cohort(leaf.together, Kept.STARTERS), stretches, cut, numbers)
    # What somebody did counts whatever cut it was done in: it is the customer who belongs to a member.
    done = [_facts(measure, replace(cut, where=()), numbers, mark, "g") for measure, mark in leaf.did]
    acts = " OR ".join(f"({said})" for said, _ in done)
    listed = f"""
        SELECT b.i, b.j, b.m0 AS member, b.subject AS key, b.subject, {NOBODYS}, 1 AS amount
        FROM ({sql}) b JOIN {table} ON p.j = b.j
        WHERE b.s > 0 AND EXISTS (
            SELECT 1 FROM metrics_fact g
            WHERE g.subject = b.subject AND g.day >= p.s AND g.day < p.e AND ({acts}))"""
    return listed, [*kept, *params, *(x for _, some in done for x in some)]


def _acted_in_all(leaf: Acted, stretches: Sequence[Stretch], cut: Slice, numbers: Numbers) -> Statement:
    """Only who did something is looked at, and what each of them had at the start."""
    table, params = values(stretches)
    done = [_facts(measure, cut, numbers, mark, "g") for measure, mark in leaf.did]
    held = [_facts(measure, cut, numbers) for measure in leaf.together]
    theirs = " OR ".join(f"({sql})" for sql, _ in held)
    listed = f"""
        SELECT i, j, ''::text AS member, subject AS key, subject, {NOBODYS}, 1 AS amount
        FROM (
            SELECT DISTINCT p.i, p.j, p.s, g.subject
            FROM {table} JOIN metrics_fact g ON g.day >= p.s AND g.day < p.e
            WHERE ({" OR ".join(f"({sql})" for sql, _ in done)}) AND g.subject IS NOT NULL
        ) acted
        WHERE (SELECT sum(f.value) FROM metrics_fact f
               WHERE ({theirs}) AND f.subject = acted.subject AND f.day < acted.s) > 0"""
    return listed, [*params, *(x for _, some in done for x in some), *(x for _, some in held for x in some)]


def _seen(leaf: Seen, stretches: Sequence[Stretch], cut: Slice, numbers: Numbers) -> Statement:
    table, params = values(stretches)
    acted = [_facts(measure, cut, numbers) for measure in leaf.acted]
    held = [_facts(measure, cut, numbers) for measure in leaf.held]
    both = " OR ".join(f"({sql})" for sql, _ in [*acted, *held])
    rose = " OR ".join(f"({sql})" for sql, _ in held) or "false"
    listed = f"""
        SELECT i, j, member, subject AS key, subject, {NOBODYS}, 1 AS amount
        FROM (
            SELECT p.i, p.j, {_member(cut, *leaf.measures)} AS member, f.subject,
                   coalesce(sum(f.value) FILTER (WHERE f.is_held AND f.day < p.s), 0) > 0
                   OR bool_or(f.day >= p.s AND (NOT f.is_held OR f.value > 0)) AS is_seen
            FROM {table} JOIN (SELECT f.*, ({rose}) AS is_held FROM metrics_fact f WHERE {both}) f
                ON f.day < p.e AND (f.is_held OR f.day >= p.s)
            WHERE f.subject IS NOT NULL
            GROUP BY 1, 2, 3, 4
        ) each WHERE is_seen"""
    return listed, [
        *params,
        *(x for _, some in held for x in some),
        *(x for _, some in [*acted, *held] for x in some),
    ]


RANKED = {
    Rank.BUYERS: ("1", "true"),
    Rank.SUM: ("x", "true"),
    Rank.TOP: ("x", "nth <= ceil({share}::numeric * n)"),
    Rank.TILT: ("(n - 2 * nth + 1) * x", "true"),
}


def ranked(leaves: list[Ranked], stretches: Stretches, cut: Slice, numbers: Numbers) -> Asked:
    """Several figures over the same customers, brought into their order once."""
    order, params = _in_order(leaves[0], stretches[leaves[0]], cut, numbers)
    told = [(adds, among.format(share=leaf.share)) for leaf in leaves for adds, among in [RANKED[leaf.figure]]]
    figures = ", ".join(
        f"coalesce(sum({adds}) FILTER (WHERE {among}), 0), count(*) FILTER (WHERE {among})" for adds, among in told
    )
    sql = f"SELECT i, member, ARRAY[{figures}]::numeric[] AS numbers FROM ({order}) ranked GROUP BY 1, 2"

    def take(rows: list[Any]) -> Mapping[Leaf, Terms]:
        terms: dict[Leaf, Terms] = {leaf: {} for leaf in leaves}
        for i, member, numbers in rows:
            for leaf, amount, n in zip(leaves, numbers[::2], numbers[1::2], strict=True):
                terms[leaf][i, member] = Term(int(amount) * unit_of(leaf), int(n))
        return terms

    return Asked(sql, params, take)


def _ranked(leaf: Ranked, stretches: Sequence[Stretch], cut: Slice, numbers: Numbers) -> Statement:
    order, params = _in_order(leaf, stretches, cut, numbers)
    amount, among = RANKED[leaf.figure]
    listed = f"""
        SELECT i, j, member, subject AS key, subject, {NOBODYS}, ({amount})::bigint AS amount
        FROM ({order}) ranked WHERE {among.format(share=leaf.share)}"""
    return listed, params


def _in_order(leaf: Ranked, stretches: Sequence[Stretch], cut: Slice, numbers: Numbers) -> Statement:
    """SQL of who bought, each with what they brought in (x), the nth of n."""
    sql, params = buyers(leaf, stretches, cut, numbers)
    order = f"""
            SELECT each.*, row_number() OVER (PARTITION BY i, j, member ORDER BY x DESC, subject) AS nth,
                   count(*) OVER (PARTITION BY i, j, member) AS n
            FROM ({sql}) each"""
    return order, params


def buyers(leaf: Ranked, stretches: Sequence[Stretch], cut: Slice, numbers: Numbers) -> Statement:
    """SQL of who bought, each with what they brought in (x)."""
    table, params = values(stretches)
    brought, brought_params = _facts(leaf.brought, cut, numbers)
    gone, gone_params = _facts(leaf.gone, cut, numbers)
    sql = f"""
        SELECT p.i, p.j, {_member(cut, leaf.brought, leaf.gone)} AS member, f.subject,
               sum(CASE WHEN f.is_in THEN f.value ELSE -f.value END) AS x
        FROM {table} JOIN (
            SELECT f.*, ({brought}) AS is_in FROM metrics_fact f WHERE ({brought}) OR ({gone})
        ) f ON f.day >= p.s AND f.day < p.e
        WHERE f.subject IS NOT NULL
        GROUP BY 1, 2, 3, 4 HAVING bool_or(f.is_in)"""
    return sql, [*params, *brought_params, *brought_params, *gone_params]


def _waiting(leaf: Waiting, stretches: Sequence[Stretch], cut: Slice, numbers: Numbers) -> Statement:
    table, params = values(stretches)
    begun, begun_params = _facts(leaf.begun, cut, numbers)
    ended, ended_params = _facts(leaf.ended, Slice(as_of=cut.as_of), numbers, table="g")
    listed = f"""
        SELECT p.i, p.j, {_member(cut, leaf.begun)} AS member, f.id AS key, {OF_FACT},
               extract(epoch FROM p.e::timestamp AT TIME ZONE %s - f.at)::bigint AS amount
        FROM {table} JOIN metrics_fact f ON f.day < p.e
        WHERE {begun} AND NOT EXISTS (
            SELECT 1 FROM metrics_fact g
            WHERE {ended} AND g.record = f.record AND g.part = f.part AND g.day < p.e)"""
    return listed, [settings.TIME_ZONE, *params, *begun_params, *ended_params]


def _half_over(leaf: HalfOver, stretches: Sequence[Stretch], cut: Slice, numbers: Numbers) -> Statement:
    table, params = values(stretches)
    begun, begun_params = _facts(leaf.begun, cut, numbers)
    ended, ended_params = _facts(leaf.ended, cut.of_a_life, numbers, table="g")
    listed = f"""
        SELECT p.i, p.j, {_member(cut, leaf.begun)} AS member, f.id AS key, {OF_FACT},
               coalesce(ends.day < p.e, false) AS has_ended,
               extract(epoch FROM CASE WHEN ends.day < p.e THEN ends.at ELSE p.e::timestamp AT TIME ZONE %s END
                                  - f.at)::bigint AS amount
        FROM {table} JOIN metrics_fact f ON f.day >= p.s AND f.day < p.e
        LEFT JOIN (
            SELECT g.record, g.part, min(g.day) AS day, min(g.at) AS at FROM metrics_fact g WHERE {ended} GROUP BY 1, 2
        ) ends ON ends.record = f.record AND ends.part = f.part
        WHERE {begun}"""
    return listed, [settings.TIME_ZONE, *params, *ended_params, *begun_params]


def _lasting(leaf: Lasting, stretches: Sequence[Stretch], cut: Slice, numbers: Numbers) -> Statement:
    table, params = values(stretches)
    kept = [_facts(measure, replace(cut, where=()), numbers) for measure in leaf.together]
    cuts = [
        _member(cut, *leaf.measures),
        *(column(dimension, leaf.measures, cut.as_of) for dimension, _ in cut.where),
    ]
    last = "(array_agg({} ORDER BY f.at DESC) FILTER (WHERE f.value > 0))[1] AS m{}"
    listed = f"""
        SELECT i, j, m0 AS member, subject AS key, subject, {NOBODYS}, balance <= 0 AS has_ended,
               extract(epoch FROM CASE WHEN balance <= 0 THEN last_at ELSE until END - first_at)::bigint AS amount
        FROM (
            SELECT p.i, p.j, f.subject, p.e::timestamp AT TIME ZONE %s AS until, sum(f.value) AS balance,
                   min(f.at) FILTER (WHERE f.value > 0) AS first_at, max(f.at) FILTER (WHERE f.value < 0) AS last_at,
                   {", ".join(last.format(said, k) for k, said in enumerate(cuts))}
            FROM {table} JOIN metrics_fact f ON f.day < p.e
            WHERE ({" OR ".join(f"({sql})" for sql, _ in kept)}) AND f.subject IS NOT NULL
            GROUP BY 1, 2, 3, 4
        ) lives
        WHERE first_at IS NOT NULL {"".join(f" AND m{k} = ANY (%s)" for k in range(1, len(cuts)))}"""
    members = [list(some) for _, some in cut.where]
    return listed, [settings.TIME_ZONE, *params, *(x for _, some in kept for x in some), *members]


def _different(leaf: Different, stretches: Sequence[Stretch], cut: Slice, numbers: Numbers) -> Statement:
    table, params = values(stretches)
    kept, kept_params = _facts(leaf.measure, cut, numbers, leaf.mark)
    listed = f"""
        SELECT DISTINCT ON (p.i, {_member(cut, leaf.measure)}, f.part)
               p.i, p.j, {_member(cut, leaf.measure)} AS member, f.id AS key, {OF_FACT}, 1 AS amount
        FROM {table} JOIN metrics_fact f ON f.day >= p.s AND f.day < p.e
        WHERE {kept} ORDER BY p.i, {_member(cut, leaf.measure)}, f.part, f.at DESC, f.id DESC"""
    return listed, [*params, *kept_params]


def _members(leaf: Members, stretches: Sequence[Stretch], cut: Slice, numbers: Numbers) -> Statement:
    table, params = values(stretches)
    kept = [_facts(measure, cut, numbers) for measure in leaf.measures]
    gone = "AND e <= 0" if leaf.only_gone else ""
    latest = "(array_agg({} ORDER BY f.at DESC) FILTER (WHERE f.day < p.s AND f.value > 0))[1] AS {}"
    last = ", ".join(
        latest.format(said, name)
        for said, name in [
            (_member(cut, *leaf.measures), "member"),
            *((f"f.{name}", name) for name in LAST),
            ("f.run_from", "run"),
        ]
    )
    listed = f"""
        SELECT i, j, member, record AS key, subject, record, day, at, run, 1 AS amount
        FROM (
            SELECT p.i, p.j, f.part, sum(f.value) FILTER (WHERE f.day < p.s) AS s, sum(f.value) AS e, {last}
            FROM {table} JOIN metrics_fact f ON f.day < p.e
            WHERE {" OR ".join(f"({sql})" for sql, _ in kept)}
            GROUP BY 1, 2, 3
        ) each WHERE s > 0 {gone}"""
    return listed, [*params, *(x for _, some in kept for x in some)]


def _days_held(leaf: DaysHeld, stretches: Sequence[Stretch], cut: Slice, numbers: Numbers) -> Statement:
    table, params = values(stretches)
    kept, kept_params = _facts(leaf.measure, cut, numbers)
    listed = f"""
        SELECT p.i, p.j, {_member(cut, leaf.measure)} AS member, f.id AS key, {OF_FACT},
               f.value * (p.e - greatest(f.day, p.s)) AS amount
        FROM {table} JOIN metrics_fact f ON f.day < p.e
        WHERE {kept}"""
    return listed, [*params, *kept_params]


BEHIND: dict[type[Listed], Callable[[Any, Sequence[Stretch], Slice, Numbers], Statement]] = {
    Acted: _acted,
    Seen: _seen,
    Ranked: _ranked,
    Waiting: _waiting,
    HalfOver: _half_over,
    Lasting: _lasting,
    Lives: lambda leaf, stretches, cut, numbers: behind(leaf.told, stretches, cut, numbers),
    Different: _different,
    Members: _members,
    DaysHeld: _days_held,
}
