"""From the rows of a file to the records it describes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Model

from customers.importing.cells import Dialect
from customers.importing.counting import counting, skipping
from customers.importing.mapping import Map
from customers.importing.problems import Misread, Problems, Refused
from customers.importing.readers import MAX_ROWS, Table, blank
from customers.importing.resources import Draft, Resource, Row
from customers.importing.sources import MISSING, Source
from customers.importing.workbooks import Cell

OFTEN = 5000  # records between two words of progress


def read_rows(
    table: Table, sources: Sequence[Source], told: Map, problems: Problems, progress: Callable[[str], None]
) -> list[Row]:
    """Every row of the file in our words, as often as it counts; one that the map wants skipped is not among them."""
    width, dialect = len(table.columns), told.dialect
    skips, often = skipping(told, table), counting(told, table)
    rows: list[Row] = []
    for number, cells in table.rows:
        row = Row(number, [*cells, *[None] * (width - len(cells))])
        if skips(row.cells):
            continue
        times = often(row.cells)
        if why := misfit(cells, table):
            problems.add(number, "", cells[width] if len(cells) > width else "", why)
            rows.append(row)
            continue
        if isinstance(times, Misread):
            problems.add(number, told.times, row.cells[table.columns.index(told.times)], str(times))
            times = 1
        for copy in range(1, times + 1):
            rows.append(replace(row, copy=copy, values={}))
            read_row(rows[-1], sources, dialect, problems)
        if number % OFTEN == 0:
            progress(f"{len(rows):,} rows read")
        if len(rows) > MAX_ROWS:
            raise Refused.because(f"The file makes more than {MAX_ROWS:,} records; split it.", row=number)
    return rows


def misfit(cells: Sequence[Cell], table: Table) -> str:
    """What is wrong with the number of cells in a row; a workbook may leave out the last ones."""
    width = len(table.columns)
    too_many = len(cells) > width and not all(blank(cell) for cell in cells[width:])
    too_few = table.is_text and len(cells) < width
    return f"The row has {len(cells)} cells for {width} columns." if too_many or too_few else ""


def read_row(row: Row, sources: Sequence[Source], dialect: Dialect, problems: Problems) -> None:
    for source in sources:
        value, cell = source.read(row, dialect)
        if isinstance(value, Misread):
            problems.add(row.number, source.column.name, cell, str(value))
        elif value is not MISSING:
            row.values[source.column.name] = value


def drafts_from(
    rows: Sequence[Row], resource: Resource, told: Map, key: Sequence[str], problems: Problems
) -> list[Draft]:
    """One draft for each record: rows with the same key are its lines, or repeat it; the map may let the last hold."""
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
        elif not resource.line_model and told.repeats == "refuse":
            problems.add(row.number, key[0], known_by[0], f"Row {draft.number} is about the same record.")  # type: ignore[index]
        elif told.repeats == "last":
            draft.values |= values
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
