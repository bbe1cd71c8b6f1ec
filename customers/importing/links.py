"""Related records, found by the words a file has for them: one question per column, whatever the number of rows."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import CheckConstraint, F, Model, Q, QuerySet, Value
from django.db.models.functions import Concat, Lower, Trim

from customers.importing.cells import Dialect, words
from customers.importing.fields import Column
from customers.importing.mapping import Rule
from customers.importing.problems import Misread, Problems, Refused
from customers.importing.promises import broken_checks, chunks
from customers.importing.resources import Row
from customers.importing.workbooks import Cell

BY_ID = "external_id"
EXPRESSIONS = {"full_name": Trim(Concat(F("first_name"), Value(" "), F("last_name")))}
LONGEST_NAME = 300


@dataclass(frozen=True)
class Link(Column):
    """A record of another table, by any of the `ways` it is known, in that order."""

    to: Any = None  # the model
    ways: tuple[str, ...] = (BY_ID, "name")
    create: Callable[..., Model] | None = None  # from its name and, by keyword, whatever the map says
    within: str = ""  # a column whose record this one belongs to
    related: tuple[str, ...] = ()  # what will be asked of the record, fetched with it
    otherwise: Callable[[], Any] | None = None  # that record, where a row does not name it
    parts: Callable[[str], Sequence[str]] = lambda text: (text,)  # the names in a text, the surest first
    agrees: Callable[[str, Any], bool] = lambda text, record: True  # whether a record of one of these names is meant

    def read(self, cell: Cell, dialect: Dialect) -> str:
        text = " ".join(words(cell).split())
        if len(text) > LONGEST_NAME:
            raise Misread("This is too long to be a name.")
        return text


@dataclass
class Known:
    """The records that go by some texts: ids to the letter, names whatever their capitals."""

    ids: dict[tuple[Any, str], list[Any]] = field(default_factory=dict)
    names: dict[tuple[Any, str], list[Any]] = field(default_factory=dict)

    def get(self, parent: Any, text: str) -> list[Any]:
        return self.ids.get((parent, text)) or self.names.get((parent, text.lower()), [])


def resolve(
    link: Link, rows: Sequence[Row], rule: Rule, *, source: str, creation: Mapping[str, Any] | None, problems: Problems
) -> None:
    """Put records in the place of their names; create those that may be, report the others."""
    waiting = [row for row in rows if isinstance(row.values.get(link.name), str)]
    texts = {part for text in {row.values[link.name] for row in waiting} for part in link.parts(text)}
    known = find(link, texts, rule, source if rule.source is None else rule.source)
    usual = link.otherwise() if waiting and link.otherwise else None
    for row in waiting:
        text, parent = row.values.pop(link.name), row.values.get(link.within, usual)
        parent_key = parent.pk if isinstance(parent, Model) else None
        fitting = named(link, text, known, parent_key)
        if not fitting and creation is not None and link.create:
            try:
                fitting = [created(link, text, creation, parent)]
            except ValidationError as wrong:
                problems.add(row.number, link.name, text, f"It cannot be created: {' '.join(wrong.messages)}")
                continue
            known.names.update({(parent_key, part.lower()): fitting for part in link.parts(text)})
        if len(fitting) == 1:
            row.values[link.name] = fitting[0]
            continue
        problems.add(row.number, link.name, text, why_not(link, fitting))


def named(link: Link, text: str, known: Known, parent: Any) -> list[Any]:
    """The records meant by the first name in a text that means any."""
    for part in link.parts(text):
        if found := [record for record in known.get(parent, part) if link.agrees(text, record)]:
            return found
    return []


def why_not(link: Link, fitting: list[Any]) -> str:
    if fitting:
        return f"{len(fitting)} {link.to._meta.verbose_name_plural} go by this name."
    return f"There is no {link.to._meta.verbose_name} of this name here."


def find(link: Link, texts: set[str], rule: Rule, source: str) -> Known:
    """The records known by these texts; the first way that knows a text decides."""
    known = Known()
    if rule.by and rule.by not in link.ways:
        raise Refused.because(f"It is known by {', '.join(link.ways)}.", column=link.name, value=rule.by)
    for way in (rule.by,) if rule.by else link.ways:
        hits: dict[tuple[Any, str], dict[Any, Any]] = defaultdict(dict)
        by_id = way == BY_ID
        for text, record in by_external_id(link, texts, source) if by_id else by_name(link, way, texts):
            record = survivor(record)
            hits[getattr(record, f"{link.within}_id", None), text if by_id else text.lower()][record.pk] = record
        for key, records in hits.items():
            (known.ids if by_id else known.names).setdefault(key, list(records.values()))
        if not link.within:
            texts = {text for text in texts if not known.get(None, text)}
    return known


def all_of(link: Link) -> QuerySet[Any]:
    records = link.to._base_manager.all()
    return records.select_related(*link.related) if link.related else records


def by_external_id(link: Link, texts: set[str], source: str) -> Iterator[tuple[str, Any]]:
    for some in chunks(sorted(texts)):
        for record in all_of(link).filter(source=source, external_id__in=some):
            yield record.external_id, record


def by_name(link: Link, way: str, texts: set[str]) -> Iterator[tuple[str, Any]]:
    records = all_of(link).annotate(known_as=EXPRESSIONS.get(way, F(way))).annotate(small=Lower("known_as"))
    for some in chunks(sorted(texts)):
        # Both ways of writing, because a database in the C locale has small letters for ASCII only.
        fitting = Q(small__in=[text.lower() for text in some]) | Q(known_as__in=some)
        for record in records.filter(fitting).order_by("pk"):
            yield record.known_as, record


def survivor(record: Any) -> Any:
    """The record that stands for this one, where it was merged into another."""
    while getattr(record, "merged_into_id", None):
        record = record.merged_into
    return record


def created(link: Link, text: str, how: Mapping[str, Any], parent: Any) -> Model:
    """A record that was missing, as the map says it is to be."""
    try:
        record = link.create(text, **how, **({link.within: parent} if link.within else {}))  # type: ignore[misc]
    except (FieldDoesNotExist, TypeError, ValueError) as wrong:
        raise ValidationError(str(wrong)) from None
    if record.pk is None:
        check(record)
        record.save()
    return record


def check(record: Model) -> None:
    """What the record's fields and its table promise, without asking the database of each promise one row can keep."""
    record.full_clean(validate_constraints=False)
    if broken := dict(broken_checks(record)):
        raise ValidationError(broken)
    for constraint in record._meta.constraints:
        if not isinstance(constraint, CheckConstraint):
            constraint.validate(type(record), record)


def maker(model: type[Model], name: str = "name") -> Callable[..., Model]:
    """Creates a record of a table from its name."""

    def make(text: str, **how: Any) -> Model:
        return model(**{name: text, **how})

    return make
