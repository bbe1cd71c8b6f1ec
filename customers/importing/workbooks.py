"""Excel workbooks (.xlsx), opened with gloves on: they are archives of XML that a stranger may have made."""

import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import zip_longest
from pathlib import Path

import openpyxl

from customers.importing.problems import Refused

Cell = str | int | float | bool | date | datetime | time | None

MAX_PARTS = 2_000
MAX_UNPACKED = 300_000_000
MAX_RATIO = 200  # a sheet of numbers packs to a tenth; a bomb to a thousandth


def rows_of(path: Path, sheet: str) -> Iterator[list[Cell]]:
    """The cells of each row of one sheet, formulas by the value they last had."""
    if not openpyxl.DEFUSEDXML:
        raise Refused.because("Workbooks are only read with defusedxml installed.")
    try:
        with_formulas = inspect_archive(path)
        yield from read(path, sheet, with_formulas)
    except Refused:
        raise
    except Exception as broken:  # a hostile workbook breaks its reader in any way it likes
        raise Refused.because(f"This workbook cannot be read ({type(root_of(broken)).__name__}).") from broken


def root_of(broken: BaseException) -> BaseException:
    return root_of(broken.__cause__) if broken.__cause__ else broken


def inspect_archive(path: Path) -> bool:
    """Refuse what would unpack to too much; say whether any sheet has formulas."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        packed = max(1, sum(part.compress_size for part in parts))
        if (
            len(parts) > MAX_PARTS
            or unpacked > MAX_UNPACKED
            or (unpacked > 10_000_000 and unpacked / packed > MAX_RATIO)
        ):
            raise Refused.because("This workbook unpacks to more than we take.")
        sheets = [part for part in parts if part.filename.startswith("xl/worksheets/")]
        return any(has_formula(archive, part) for part in sheets)


def has_formula(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    with archive.open(part) as stream:
        rest = b""
        while block := stream.read(1 << 20):
            if b"<f>" in rest + block or b"<f " in rest + block:
                return True
            rest = block[-2:]
    return False


def read(path: Path, sheet: str, with_formulas: bool) -> Iterator[list[Cell]]:
    values = grid(path, sheet, as_values=True)
    if not with_formulas:
        yield from values
        return
    for row, formulas in zip(values, grid(path, sheet, as_values=False), strict=True):
        for value, formula in zip_longest(row, formulas):
            if value is None and isinstance(formula, str) and formula.startswith("="):
                raise Refused.because("A formula has no value yet; open the file in Excel and save it.", value=formula)
        yield row


def grid(path: Path, sheet: str, *, as_values: bool) -> Iterator[list[Cell]]:
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(file, read_only=True, data_only=as_values, keep_links=False)
        try:
            names = [page.title for page in book.worksheets]
            if sheet and sheet not in names:
                raise Refused.because(f"The workbook has no such sheet; it has {', '.join(names)}.", value=sheet)
            page = book[sheet] if sheet else book.worksheets[0]
            page.reset_dimensions()  # What a sheet says about its size is not to be believed.
            for cells in page.iter_rows(values_only=True):
                yield trimmed([*cells])  # type: ignore[list-item]
        finally:
            book.close()


def trimmed(cells: list[Cell]) -> list[Cell]:
    """Without the blanks at the end, which a sheet has where it was only coloured."""
    while cells and (cells[-1] is None or (isinstance(cells[-1], str) and not cells[-1].strip())):
        cells.pop()
    return cells
