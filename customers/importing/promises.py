"""What the database will not take, said kindly and by row before it is asked."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import DatabaseError
from django.db.models import CheckConstraint, F, Model, Q, UniqueConstraint
from django.db.models.constants import LOOKUP_SEP

Truth = bool | None  # None is SQL's unknown, which breaks no promise


def broken_checks(row: Model) -> Iterator[tuple[str, str]]:
    """The check constraints this row would break: the column to look at, and why."""
    for constraint in row._meta.constraints:
        condition = getattr(constraint, "condition", None)
        if isinstance(constraint, CheckConstraint) and isinstance(condition, Q) and truth(condition, row) is False:
            yield blamed(condition, row), said(constraint)


def said(constraint: CheckConstraint | UniqueConstraint) -> str:
    """The constraint's own words, or its name, which is a sentence too."""
    words = constraint.violation_error_message
    if words and words != constraint.default_violation_error_message:
        return str(words)
    return f"This cannot be kept: {constraint.name.split('_', 2)[-1].replace('_', ' ')}."


def spoken(model: type[Model], broken: DatabaseError) -> str:
    """What the database said, in the words of the constraint it named."""
    name = getattr(getattr(broken.__cause__, "diag", None), "constraint_name", "")
    for constraint in model._meta.constraints:
        if constraint.name == name and constraint.violation_error_message:
            return str(constraint.violation_error_message)
    return f"The database refused the file: {str(broken).splitlines()[0]}."


def truth(condition: Q, row: Model) -> Truth:
    """What SQL would make of a condition on this row."""
    children: list[Any] = list(condition.children)
    parts = [truth(part, row) if isinstance(part, Q) else holds(part[0], part[1], row) for part in children]
    if condition.connector == Q.OR:
        whole: Truth = True if True in parts else None if None in parts else False
    else:
        whole = False if False in parts else None if None in parts else True
    return whole if whole is None or not condition.negated else not whole


def holds(name: str, wanted: Any, row: Model) -> Truth:
    path, _, lookup = name.partition(LOOKUP_SEP)
    have = column(row, path)
    if isinstance(wanted, F):
        wanted = column(row, wanted.name)  # type: ignore[attr-defined]
        if wanted is None:
            return None
    if lookup == "isnull" or (not lookup and wanted is None):
        return (have is None) is (wanted is None or bool(wanted))
    if have is None or lookup not in COMPARE:
        return None
    return COMPARE[lookup](have, wanted)


COMPARE = {
    "": lambda have, wanted: have == wanted,
    "exact": lambda have, wanted: have == wanted,
    "in": lambda have, wanted: have in wanted,
    "gt": lambda have, wanted: have > wanted,
    "gte": lambda have, wanted: have >= wanted,
    "lt": lambda have, wanted: have < wanted,
    "lte": lambda have, wanted: have <= wanted,
}


def column(row: Model, name: str) -> Any:
    return getattr(row, attname(type(row), name))


def attname(model: type[Model], name: str) -> str:
    """The attribute with a column's own value: of a related record its key."""
    return model._meta.get_field(name).attname  # type: ignore[union-attr]


def names_in(condition: Q) -> Iterator[str]:
    children: list[Any] = list(condition.children)
    for part in children:
        if isinstance(part, Q):
            yield from names_in(part)
        else:
            yield part[0].partition(LOOKUP_SEP)[0]


def blamed(condition: Q, row: Model) -> str:
    """The last column of a condition that says something; it is most often the one that is wrong."""
    names = list(names_in(condition))
    return next((name for name in reversed(names) if column(row, name) not in (None, "")), names[-1])


def unique_sets(model: type[Model]) -> Iterator[tuple[tuple[str, ...], Q | None, str]]:
    """The columns that may hold the same only once, when, and how that is said."""
    for kept in model._meta.fields:
        if kept.unique and not kept.primary_key:
            yield (kept.name,), None, f"There is one with this {kept.verbose_name} already."
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.fields:
            yield tuple(constraint.fields), constraint.condition, said(constraint)


def broken_uniqueness(rows: Iterable[tuple[int, Model]]) -> Iterator[tuple[int, str, str]]:
    """Rows that repeat what may be there once: in the file, or against what is kept already."""
    rows = list(rows)
    for names, condition, why in unique_sets(type(rows[0][1])) if rows else ():
        seen: dict[tuple[Any, ...], tuple[int, Any]] = {}
        for number, row in rows:
            key = tuple(column(row, name) for name in names)
            if None in key or (condition is not None and truth(condition, row) is False):
                continue
            if key in seen:
                yield number, names[-1], f"Row {seen[key][0]} of the file says the same. {why}"
            seen[key] = number, row.pk
        yield from clashes(type(rows[0][1]), names, condition, why, seen)


def clashes(
    model: type[Model],
    names: tuple[str, ...],
    condition: Q | None,
    why: str,
    seen: dict[tuple[Any, ...], tuple[int, Any]],
) -> Iterator[tuple[int, str, str]]:
    place = max(range(len(names)), key=lambda at: len({key[at] for key in seen}))
    kept = model._base_manager.filter(condition or Q())
    attnames = [attname(model, name) for name in names]
    for some in chunks(list({key[place] for key in seen})):
        for pk, *key in kept.filter(**{f"{names[place]}__in": some}).values_list("pk", *attnames):
            number, own = seen.get(tuple(key), (0, None))
            if number and own != pk:
                yield number, names[-1], why


def chunks(values: list[Any], size: int = 5000) -> Iterator[list[Any]]:
    steps = iter(values)
    while some := list(islice(steps, size)):
        yield some
