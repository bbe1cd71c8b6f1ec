"""From the rows of a file to the records it describes."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model

from customers.importing.cells import Dialect
from customers.importing.mapping import Map
from customers.importing.problems import Misread, Problems
from customers.importing.readers import Table, blank
from customers.importing.resources import Draft, Resource, Row
from customers.importing.sources import MISSING, Source

OFTEN = 5000  # rows between two words of progress


def read_rows(
    table: Table, sources: Sequence[Source], told: Map, problems: Problems, progress: Callable[[str], None]
) -> list[Row]:
    """Every row of the file in our words; one that the map wants skipped is not among them."""
    dialect, width = told.dialect, len(table.columns)
    needed = [table.columns.index(name) for name in told.skip_when_blank]
    rows: list[Row] = []
    for number, cells in table.rows:
        whole = [*cells, *[None] * (width - len(cells))]
        if any(blank(whole[place]) for place in needed):
            continue
        row = Row(number, whole)
        rows.append(row)
        if len(whole) > width and not all(blank(cell) for cell in whole[width:]):
            problems.add(number, "", whole[width], f"The row has {len(whole)} cells for {width} columns.")
        elif table.is_text and len(cells) < width:
            problems.add(number, "", "", f"The row has {len(cells)} cells for {width} columns.")
        else:
            read_row(row, sources, dialect, problems)
        if len(rows) % OFTEN == 0:
            progress(f"{len(rows):,} rows read")
    return rows


def read_row(row: Row, sources: Sequence[Source], dialect: Dialect, problems: Problems) -> None:
    for source in sources:
        value, cell = source.read(row.number, row.cells, dialect)
        if isinstance(value, Misread):
            problems.add(row.number, source.column.name, cell, str(value))
        elif value is not MISSING:
            row.values[source.column.name] = value


def drafts_from(
    rows: Sequence[Row], resource: Resource, told: Map, key: Sequence[str], problems: Problems
) -> list[Draft]:
    """One draft for each record: rows with the same key are its lines, or repeat it."""
    lines = {column.name for column in resource.line_columns}
    drafts: list[Draft] = []
    by_key: dict[tuple[Any, ...], Draft] = {}
    for row in rows:
        values = {name: value for name, value in row.values.items() if name not in lines}
        line = {name: value for name, value in row.values.items() if name in lines}
        known_by = key_of(values, key)
        draft = by_key.get(known_by) if known_by else None
        if draft is None:
            draft = Draft(row.number, values, problems, told.source)
            drafts.append(draft)
            if known_by:
                by_key[known_by] = draft
        elif not resource.line_model and told.repeats != "once":
            problems.add(row.number, key[0], known_by[0], f"Row {draft.number} is about the same record.")  # type: ignore[index]
        elif different := contradiction(draft.values, values):
            problems.add(row.number, different, values.get(different), f"Row {draft.number} says something else.")
        if resource.line_model:
            draft.lines.append(line)
            draft.line_numbers.append(row.number)
    return drafts


def key_of(values: dict[str, Any], key: Sequence[str]) -> tuple[Any, ...] | None:
    """What a record is known by; nothing, where a part of it is missing."""
    parts = tuple(values.get(name) for name in key)
    if not parts or None in parts:
        return None
    return tuple(comparable(name, part) for name, part in zip(key, parts, strict=True))


def comparable(name: str, value: Any) -> Any:
    """Ids to the letter, other words whatever their capitals, records by their key."""
    if isinstance(value, Model):
        return value.pk
    return value.lower() if isinstance(value, str) and name != "external_id" else value


def contradiction(first: dict[str, Any], again: dict[str, Any]) -> str:
    """The field in which two rows about one record differ."""
    return next((name for name in {**first, **again} if first.get(name) != again.get(name)), "")
