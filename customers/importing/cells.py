"""The words, the number or the moment in one cell of a file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings

from customers import edge
from customers.importing.problems import Misread
from customers.importing.workbooks import Cell

ISO = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})"
    r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d*)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?\Z",
    re.ASCII,
)
NUMBER = {
    ".": re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d{1,3})?\Z", re.ASCII),
    ",": re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)?(,\d*)?([eE][+-]?\d{1,3})?\Z", re.ASCII),
}
GROUPING = {".": ",", ",": "."}


@dataclass(frozen=True)
class Dialect:
    """How a file writes numbers and moments, and which system it came from."""

    decimal: str = "."
    dates: Sequence[str] = ()
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(settings.TIME_ZONE))
    source: str = ""


def words(cell: Cell) -> str:
    """The cell as text, as the person at the spreadsheet sees it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time() != time.min else cell.date().isoformat()
    return str("" if cell is None else cell)


def exact(cell: Cell, dialect: Dialect) -> Decimal:
    """The number in a cell, with the decimal mark of the file."""
    if isinstance(cell, bool | date | time):
        raise Misread("This is not a number.")
    if isinstance(cell, int | float):
        text, mark = repr(cell), "."
    else:
        text, mark = re.sub(r"[\s'’]", "", words(cell)), dialect.decimal
    if not NUMBER[mark].match(text) or not any(letter.isdigit() for letter in text):
        hint = " The map can say that it has a decimal comma." if mark == "." and "," in text else ""
        raise Misread(f"This is not a number.{hint}")
    return Decimal(text.replace(GROUPING[mark], "").replace(mark, "."))


def when(cell: Cell, dialect: Dialect) -> datetime:
    """The date or moment in a cell; naive where the file names no zone."""
    if isinstance(cell, datetime):
        found = cell
    elif isinstance(cell, date):
        found = datetime.combine(cell, time.min)
    else:
        found = parsed(words(cell), dialect.dates)
    edge.day(found)
    return found


def parsed(text: str, formats: Sequence[str]) -> datetime:
    for way in formats:
        try:
            return datetime.strptime(text, way)  # noqa: DTZ007 - the zone of the file is put on later
        except ValueError:
            continue
    if formats:
        raise Misread(f"This is not a date written like {' or '.join(formats)}.")
    found = ISO.match(text)
    if not found:
        raise Misread("This is not a date like 2024-12-31; the map can name the format, as in %d.%m.%Y.")
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    offset = "" if zone is None else "+00:00" if zone in {"Z", "UTC"} else zone
    clock = f"{int(hour or 0):02}:{minute or '00'}:{second or '00'}.{(fraction or '0').ljust(6, '0')}"
    try:
        return datetime.fromisoformat(f"{year}-{int(month):02}-{int(day):02}T{clock}{offset}")
    except ValueError:
        raise Misread("There is no such date.") from None
