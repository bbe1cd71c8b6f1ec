"""A file opened as a table: named columns, and rows with the numbers a spreadsheet shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from customers.importing import text_files, workbooks
from customers.importing.problems import Refused
from customers.importing.workbooks import Cell

MAX_BYTES = 100_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 500
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Layout:
    """How a file is laid out, as far as somebody told us."""

    encoding: str = ""
    delimiter: str = ""
    header: Sequence[str] = ()
    sheet: str = ""


@dataclass
class Table:
    """The columns of a file, its rows, and what we noticed on opening it."""

    columns: list[str]
    rows: Iterator[tuple[int, list[Cell]]]
    is_text: bool
    noticed: list[str] = field(default_factory=list)


def open_table(path: Path, layout: Layout) -> Table:
    """Open a CSV file or workbook; which of the two it is, its first bytes say."""
    start = first_bytes(path)
    if start.startswith(OLD_EXCEL):
        raise Refused.because("This is an old or locked Excel file; save it as .xlsx without a password, or as CSV.")
    if start.startswith(b"PK"):
        return headed(workbooks.rows_of(path, layout.sheet), layout, is_text=False)
    text, encoding = text_files.decoded(path.read_bytes(), layout.encoding)
    separator = layout.delimiter or text_files.separator_of(text)
    table = headed(text_files.rows_of(text, separator), layout, is_text=True)
    table.noticed.append(f"Read as {encoding}, cells separated by {separator!r}.")
    return table


def first_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Refused.because(f"The file is larger than {MAX_BYTES // 1_000_000} MB.")
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as closed:
        raise Refused.because(f"The file cannot be opened: {closed.strerror}.", value=path.name) from None
    if not start:
        raise Refused.because("The file is empty.")
    return start


def headed(rows: Iterator[Sequence[Cell]], layout: Layout, *, is_text: bool) -> Table:
    """The rows under their headings, which stand in the first row that is not blank unless they were given."""
    numbered = capped((number, list(row)) for number, row in enumerate(rows, 1) if row)
    if layout.header:
        return Table(named(layout.header), numbered, is_text)
    first = next(numbered, None)
    if first is None:
        raise Refused.because("The file has no rows.")
    return Table(named(first[1]), numbered, is_text)


def capped(rows: Iterator[tuple[int, list[Cell]]]) -> Iterator[tuple[int, list[Cell]]]:
    for count, row in enumerate(rows, 1):
        if count > MAX_ROWS:
            raise Refused.because(f"The file has more than {MAX_ROWS:,} rows; split it.")
        yield row


def named(headings: Sequence[Cell]) -> list[str]:
    """Headings without stray blanks, each different: the second `Variant` is `Variant 2`."""
    if len(headings) > MAX_COLUMNS:
        raise Refused.because(f"The file has more than {MAX_COLUMNS} columns.")
    names: list[str] = []
    for place, heading in enumerate(headings, 1):
        plain = name = " ".join(str("" if heading is None else heading).split()) or f"column {place}"
        again = 1
        while name in names:
            again += 1
            name = f"{plain} {again}"
        names.append(name)
    return names


def blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
