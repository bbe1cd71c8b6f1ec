# ruff: noqa: S608 - every name in the SQL below is a column of ours; what people say travels as a parameter
"""The terms of formulas, read from the ledger.

A plain question (all of the company, uncut or cut by one dimension, as now known) is answered from cells. One with
conditions, as of an earlier run, or within what a person may see is answered from the facts themselves: the same
facts the cells were folded from.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from metrics.language import Cohort, Count, Distinct, Leaf, Percentile, Spread, Steady, Stock, Total
from metrics.listed import Listed, Ranked
from metrics.periods import Period
from metrics.reading import cells, cohorts, facts, lists, spreads
from metrics.reading.cohorts import COUNTED
from metrics.reading.terms import (
    Asked,
    Limits,
    Numbers,
    Slice,
    Term,
    Terms,
    mark_number,
    numbers_of,
    scale,
    stretches_of,
)
from metrics.sql import query

__all__ = [
    "COUNTED",
    "Limits",
    "Numbers",
    "Slice",
    "Term",
    "Terms",
    "mark_number",
    "numbers_of",
    "read",
    "scale",
    "spreads",
    "statement_of",
    "stretches_of",
]


def read(
    leaves: Iterable[Leaf],
    periods: Sequence[Period],
    cut: Slice,
    *,
    only: Mapping[Leaf, Collection[int]] | None = None,
    numbers: Numbers | None = None,
) -> dict[Leaf, Terms]:
    """Every leaf, for every period and member: `{leaf: {(index of the period, member): term}}`.

    `only` names, leaf by leaf, the indexes of the periods that are needed, where not all are; `numbers` what the
    ledger calls the measures, where that is known.
    """
    leaves = list(dict.fromkeys(leaves))
    found: dict[Leaf, Terms] = {}
    if numbers is None:
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


def statement_of(leaf: Leaf, numbers: Numbers) -> str:
    """All that decides what a term comes to over a stretch of days, in words that change with it."""
    reader, *_ = _way(leaf, Slice())
    asked = reader([leaf], {leaf: [(0, 0, date.min, date.max)]}, Slice(), numbers)
    return f"{leaf!r} {asked.sql} {asked.params}"


def _needed(
    leaf: Leaf, group: Iterable[Leaf], reader: Any, only: Mapping[Leaf, Collection[int]] | None
) -> Collection[int] | None:
    """The periods to read: what is read from the same rows is read for all that any of them needs."""
    if only is None:
        return None
    if reader is cells.from_cells:
        return only[leaf]
    return {index for other in group if other.periods is leaf.periods for index in only[other]}


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
        case Cohort() if cut.by or cut.where:
            return cohorts.of_members, leaf.together, leaf.periods
        case Cohort():
            return cohorts.of_all, leaf.together
        case Count() | Total() | Stock() if cut.is_plain and not (cut.by and leaf.measure.lender_of(cut.by)):
            return (cells.from_cells,)
        case Count() | Total() | Stock():
            return facts.sums, isinstance(leaf, Stock), leaf.measure, leaf.mark, leaf.periods
        case Steady():
            return facts.steady_customers, leaf
        case Distinct():
            return facts.distinct, leaf.measure, leaf.mark, leaf.periods
        case Percentile():
            return facts.percentiles, leaf.measure, leaf.mark, leaf.periods
        case Spread():
            return spreads.spreads, leaf
        case Ranked():
            return lists.ranked, leaf.brought, leaf.gone, leaf.periods
        case Listed():
            return lists.listed, leaf
    raise TypeError(f"No way to read {leaf!r}.")
