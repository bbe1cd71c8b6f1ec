# ruff: noqa: S608 - every name in the SQL below is a column of ours; what people say travels as a parameter
"""Any number, opened to exactly the rows it was summed from.

Every term of the formula is one component. Its rows come from the same facts, by the same condition, as its amount
did, and their contributions add up to it (a percentile's rows are all the values it was taken from).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from django.urls import NoReverseMatch, reverse

from customers.models import Customer
from metrics.language import (
    KPI,
    Arithmetic,
    Cohort,
    Constant,
    Count,
    Distinct,
    Leaf,
    Node,
    Percentile,
    Simple,
    Steady,
    Stock,
    node,
)
from metrics.listed import Listed
from metrics.periods import Period
from metrics.reading import Slice, Terms, numbers_of, scale, stretches_of
from metrics.reading.cohorts import FIGURES, balances, cohort_scale
from metrics.reading.facts import steady
from metrics.reading.lists import behind, unit_of
from metrics.reading.terms import Stretch, condition, values
from metrics.sight import model_of
from metrics.sql import query

PAGE = 50
MANY = 20_000  # rows: more are not added up again for somebody who looks at fifty
# Customers looked at one after the other, until a page is full: whoever is in most numbers is soon found.
AT_A_TIME = (1_000, 8_000, 64_000, 1 << 62)


@dataclass(frozen=True)
class Component:
    """One term of a formula for one period: what it comes to, and over how many rows."""

    index: int
    leaf: Leaf
    role: str
    amount: Fraction | None
    n: int

    @property
    def title(self) -> str:
        return self.leaf.in_words()

    @property
    def adds_up(self) -> bool:
        """Whether the rows' contributions sum to the amount; a percentile is one of them instead."""
        return not self.leaf.picks


@dataclass(frozen=True)
class Row:
    """One row behind a number.

    record, kind  the record it is about: its id and what sort it is
    day, at       when it counted; None for rows that stand for a customer over the whole period
    contribution  what it adds to the component
    details       what else there is to say, in words: balance at start and end, number of purchases
    key           where the next page goes on from
    """

    record: int
    kind: str
    name: str
    url: str
    customer: str
    day: date | None
    contribution: Fraction
    details: str
    run: int | None
    key: str
    customer_id: int | None = None


def components(kpi: type[KPI], terms: Mapping[Leaf, Terms]) -> list[Component]:
    """The terms of a KPI as read for one period, in reading order, those of the denominator last."""
    roles = _roles(kpi.formula)
    found = []
    for i, leaf in enumerate(dict.fromkeys(kpi.formula.leaves())):
        term = terms[leaf].get((0, ""))
        nothing = None if leaf.picks else Fraction(0)
        found.append(Component(i, leaf, roles[leaf], term.amount if term else nothing, term.n if term else 0))
    return found


def _roles(formula: Node) -> dict[Leaf, str]:
    if not (isinstance(formula, Arithmetic) and formula.sign == "÷"):
        return dict.fromkeys(formula.leaves(), "")
    below = dict.fromkeys(formula.right.leaves(), "denominator")
    return below | dict.fromkeys(formula.left.leaves(), "numerator")


def rows(component: Component, period: Period, cut: Slice, *, after: str = "", limit: int = PAGE) -> list[Row]:
    """The rows behind a component, latest first, from after the key of the last one seen."""
    leaf = component.leaf
    cut = cut.of(leaf)
    if not stretches_of(leaf, [period]):
        return []
    match leaf:
        case Cohort():
            return _customers(*_cohort_rows(leaf, period, cut, after, limit))
        case Distinct():
            return _customers(*_distinct_rows(leaf, period, cut, after, limit))
        case Listed():
            return _listed(leaf, period, cut, after, limit)
        case Simple():
            return _facts(leaf, period, cut, after, limit)
    raise TypeError(f"Nothing is known of the rows behind {leaf!r}.")


class Tally(NamedTuple):
    """What all rows behind a component come to together, and how many they are."""

    total: Fraction
    n: int


def tally(component: Component, period: Period, cut: Slice) -> Tally | None:
    """All rows behind a component added up, read by the very statements that list them; None where they are many."""
    if component.n > MANY:
        return None
    leaf = component.leaf
    cut = cut.of(leaf)
    stretches = stretches_of(leaf, [period])
    if not stretches:
        return Tally(Fraction(0), 0)
    table, params = values(stretches)
    match leaf:
        case Cohort():
            sql, kept_params = _balanced(leaf, stretches, cut)
            params, unit, amount = [], cohort_scale(leaf), "amount"
        case Distinct():
            sql, kept_params = _bought(leaf, table, cut)
            unit, amount = Fraction(1), "1"
        case Listed():
            sql, kept_params = behind(leaf, stretches, cut, numbers_of(leaf.measures, cut.as_of))
            params, unit, amount = [], unit_of(leaf), "amount"
        case _:
            sql, kept_params = _counted(leaf, table, cut)
            unit, amount = (Fraction(1), "1") if isinstance(leaf, Count) else (scale(leaf.measures[0]), "value")
    total, n = query(f"SELECT coalesce(sum({amount}), 0), count(*) FROM ({sql}) behind", [*params, *kept_params])[0]
    return Tally(int(total) * unit, n)


def contributions(leaf: Leaf, period: Period, cut: Slice) -> tuple[str, list[Any]]:
    """SQL of what every row behind a term adds to it, and its parameters.

    Columns: record, part, subject, day, amount (in the ledger's whole numbers), run_from, run_to; a row that stands
    for a customer has no day and no runs.
    """
    cut = cut.of(leaf)
    stretches = stretches_of(leaf, [period])
    table, params = values(stretches)
    match leaf:
        case Cohort():
            sql, kept_params = _balanced(leaf, stretches, cut)
            params, columns = [], "subject AS record, j AS part, subject, NULL::date AS day, amount"
        case Distinct():
            sql, kept_params = _bought(leaf, table, cut)
            columns = "subject AS record, 0 AS part, subject, NULL::date AS day, 1 AS amount"
        case Listed():
            sql, kept_params = behind(leaf, stretches, cut, numbers_of(leaf.measures, cut.as_of))
            params, columns = [], "coalesce(record, subject) AS record, j AS part, subject, day, amount"
        case _:
            sql, kept_params = _counted(leaf, table, cut)
            amount = "1" if isinstance(leaf, Count) else "value"
            columns = f"record, part, subject, day, {amount} AS amount, run_from, run_to"
    return f"SELECT {columns} FROM ({sql}) behind", [*params, *kept_params]


def adds_up(formula: Node) -> bool:
    """Whether the parts of a number, however it is cut, sum to the whole."""
    match formula:
        case Distinct() | Percentile():
            return False
        case Listed():
            return formula.is_additive
        case Arithmetic("+" | "−", left, right):
            return all(adds_up(side) or side == node(0) for side in (left, right))
        case Arithmetic("×", left, right):
            return isinstance(left, Constant) != isinstance(right, Constant) and (adds_up(left) or adds_up(right))
        case Leaf():
            return True
    return False


# ── Rows that are facts ─────────────────────────────────────────────────────────────────────────────────────────


def _counted(leaf: Any, table: str, cut: Slice) -> tuple[str, list[Any]]:
    """SQL of the facts of a term, and its parameters."""
    kept, params = condition(leaf.measure, cut, numbers_of([leaf.measure], cut.as_of)[leaf.measure.key], leaf.mark)
    start = "" if isinstance(leaf, Stock) else "f.day >= p.s AND"
    return f"SELECT f.* FROM {table} JOIN metrics_fact f ON {start} f.day < p.e WHERE {kept}", params


def _facts(leaf: Simple, period: Period, cut: Slice, after: str, limit: int) -> list[Row]:
    table, params = values(stretches_of(leaf, [period]))
    sql, kept_params = _counted(leaf, table, cut)
    beyond, beyond_params = _beyond(after)
    found = query(
        f"""
        SELECT f.record, f.subject, f.day, f.at, f.value, f.run_from, f.id, f.is_unpriced
        FROM ({sql}) f WHERE true {beyond} ORDER BY f.day DESC, f.at DESC, f.id DESC LIMIT %s""",
        [*params, *kept_params, *beyond_params, limit],
    )
    unit = scale(leaf.measure)
    names = names_of(model_of(leaf.measure), [r[0] for r in found])
    customers = names_of(Customer, [r[1] for r in found if r[1]])
    return [
        Row(
            record=record,
            kind=model_of(leaf.measure)._meta.verbose_name,
            name=names.get(record, f"#{record}, deleted since"),
            url=url_of(model_of(leaf.measure), record) if record in names else "",
            customer=customers.get(subject, ""),
            day=day,
            contribution=Fraction(1) if isinstance(leaf, Count) else value * unit,
            details="No exchange rate is known for its day, so it counts 0." if unpriced else "",
            run=run,
            key=f"{day}|{at.isoformat()}|{pk}",
            customer_id=subject,
        )
        for record, subject, day, at, value, run, pk, unpriced in found
    ]


def _beyond(after: str) -> tuple[str, list[Any]]:
    """Keyset paging, by day first, as facts are found. Raises `ValueError` for a key that is none of ours."""
    if not after:
        return "", []
    day, at, pk = after.split("|")
    return "AND (f.day, f.at, f.id) < (%s, %s, %s)", [date.fromisoformat(day), datetime.fromisoformat(at), _id(pk)]


def _id(said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        raise ValueError(said)
    return int(said)


# ── Rows that are customers ─────────────────────────────────────────────────────────────────────────────────────


def _balanced(
    leaf: Cohort, stretches: list[Stretch], cut: Slice, some: tuple[int, int] | None = None
) -> tuple[str, list[Any]]:
    """SQL of the customers a figure is about, with what each adds to it, and its parameters."""
    sql, params = balances(leaf, stretches, cut, numbers_of(leaf.measures, cut.as_of), some)
    about, adds = FIGURES[leaf.figure]
    return f"SELECT subject, j, {adds} AS amount, s, e FROM ({sql}) b WHERE {about}", params


def _cohort_rows(leaf: Cohort, period: Period, cut: Slice, after: str, limit: int) -> tuple[list[Any], Fraction]:
    stretches = stretches_of(leaf, [period])
    found: list[Any] = []
    for some in _customers_after(_last(after)[0]):
        sql, params = _balanced(leaf, stretches, cut, some)
        found += query(
            f"SELECT subject, j, amount, s, e FROM ({sql}) b WHERE (subject, j) > (%s, %s)"
            " ORDER BY subject, j LIMIT %s",
            [*params, *_last(after), limit - len(found)],
        )
        if len(found) == limit:
            break
    unit = scale(leaf.measures[0])
    money = bool(leaf.measures[0].currency)
    return [
        (subject, j, amount, _both_ends(int(start) * unit, int(end) * unit, money=money))
        for subject, j, amount, start, end in found
    ], cohort_scale(leaf)


def _customers_after(subject: int) -> Iterator[tuple[int, int]]:
    """Ever longer stretches of customers, by number, from one on."""
    for length in AT_A_TIME:
        yield subject, min(subject + length, (1 << 63) - 1)
        subject += length + 1


def _both_ends(start: Fraction, end: Fraction, *, money: bool) -> str:
    if money:
        return f"{float(start):,.2f} at the start, {float(end):,.2f} at the end"
    return f"{'in' if start > 0 else 'out'} at the start, {'in' if end > 0 else 'out'} at the end"


def _bought(leaf: Distinct, table: str, cut: Slice) -> tuple[str, list[Any]]:
    """SQL of the customers a distinct count is about, with how many rows each has, and its parameters."""
    number = numbers_of([leaf.measure], cut.as_of)[leaf.measure.key]
    if isinstance(leaf, Steady):
        return steady(leaf, table, cut, number)
    kept, params = condition(leaf.measure, cut, number, leaf.mark)
    ever, ever_params = condition(leaf.measure, cut.of_a_life, number, leaf.mark, "g")
    sql = f"""
        SELECT b.subject, b.n FROM (
            SELECT f.subject, p.e, count(DISTINCT f.record) AS n
            FROM {table} JOIN metrics_fact f ON f.day >= p.s AND f.day < p.e
            WHERE {kept} AND f.subject IS NOT NULL GROUP BY 1, 2
        ) b
        WHERE (SELECT count(*) FROM (SELECT DISTINCT g.record FROM metrics_fact g
               WHERE {ever} AND g.subject = b.subject AND g.day < b.e
               LIMIT {leaf.lifetime}) often) = {leaf.lifetime}"""
    return sql, [*params, *ever_params]


def _distinct_rows(leaf: Distinct, period: Period, cut: Slice, after: str, limit: int) -> tuple[list[Any], Fraction]:
    table, params = values(stretches_of(leaf, [period]))
    sql, kept_params = _bought(leaf, table, cut)
    found = query(
        f"SELECT subject, 0, n FROM ({sql}) b WHERE (subject, 0) > (%s, %s) ORDER BY subject LIMIT %s",
        [*params, *kept_params, *_last(after), limit],
    )
    many = f"{leaf.measure.title} in the period"
    return [(subject, j, 1, f"{many}: {n}") for subject, j, n in found], Fraction(1)


def _last(after: str) -> tuple[int, int]:
    subject, _, j = after.partition("|")
    return (_id(subject), _id(j)) if after else (-1, -1)


def _customers(found: list[Any], unit: Fraction) -> list[Row]:
    names = names_of(Customer, [r[0] for r in found])
    return [
        Row(
            record=subject,
            kind="customer",
            name=names.get(subject, f"#{subject}, deleted since"),
            url=url_of(Customer, subject) if subject in names else "",
            customer="",
            day=None,
            contribution=int(contribution) * unit,
            details=details,
            run=None,
            key=f"{subject}|{j}",
            customer_id=subject,
        )
        for subject, j, contribution, details in found
    ]


# ── Rows that a term lists itself ───────────────────────────────────────────────────────────────────────────────


def _listed(leaf: Listed, period: Period, cut: Slice, after: str, limit: int) -> list[Row]:
    sql, params = behind(leaf, stretches_of(leaf, [period]), cut, numbers_of(leaf.measures, cut.as_of))
    found = query(
        f"""SELECT key, j, subject, record, day, at, run, amount FROM ({sql}) b
        WHERE (key, j) > (%s, %s) ORDER BY key, j LIMIT %s""",
        [*params, *_last(after), limit],
    )
    about = model_of(leaf.about) if leaf.about else Customer
    names = names_of(about, [record if leaf.about else subject for _, _, subject, record, *_ in found])
    customers = names_of(Customer, [subject for _, _, subject, *_ in found if subject]) if leaf.about else {}
    return [
        Row(
            record=(pk := record if leaf.about else subject),
            kind=str(about._meta.verbose_name),
            name=names.get(pk, f"#{pk}, deleted since"),
            url=url_of(about, pk) if pk in names else "",
            customer=customers.get(subject, ""),
            day=day,
            contribution=int(amount) * unit_of(leaf),
            details="",
            run=run,
            key=f"{key}|{j}",
            customer_id=subject,
        )
        for key, j, subject, record, day, _, run, amount in found
    ]


# ── Names ───────────────────────────────────────────────────────────────────────────────────────────────────────


# Relations that records are called after.
CALLED_AFTER = {"customer", "owner", "plan", "survey", "team"}


def names_of(model: Any, ids: Iterable[int]) -> dict[int, str]:
    along = [field.name for field in model._meta.fields if field.is_relation and field.name in CALLED_AFTER]
    return {pk: str(record) for pk, record in model.objects.select_related(*along).in_bulk(list(set(ids))).items()}


def url_of(model: Any, pk: int) -> str:
    return _address_of(model).replace("/0/", f"/{pk}/")


@cache
def _address_of(model: Any) -> str:
    """The page of record 0, of which there is none: fifty rows need not look up fifty addresses."""
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[0])
    except NoReverseMatch:
        return ""
