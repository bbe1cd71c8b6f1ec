"""CSV files, whoever wrote them: which letters, which separator, which rows."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from customers.importing.problems import Refused

SEPARATORS = ",;\t|"
WHITESPACE = "whitespace"
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def decoded(raw: bytes, encoding: str) -> tuple[str, str]:
    """The text of a file, and the encoding it was read in."""
    for name in [encoding] if encoding else guesses(raw):
        try:
            return raw.decode(name), name
        except UnicodeDecodeError:
            continue
        except LookupError:
            raise Refused.because("There is no such encoding.", column="encoding", value=encoding) from None
    raise Refused.because(f"The file cannot be read as {encoding or 'UTF-8 or Windows-1252'}; name its encoding.")


def guesses(raw: bytes) -> list[str]:
    marked = next((name for mark, name in BYTE_ORDER_MARKS.items() if raw.startswith(mark)), "")
    return [marked] if marked else ["utf-8", "cp1252"]


def separator_of(text: str) -> str:
    """The separator that cuts the first rows into the most, and most evenly many, cells."""
    start = text[:20_000]

    def fitness(separator: str) -> tuple[int, int]:
        try:
            rows = list(islice(csv.reader(io.StringIO(start, newline=""), delimiter=separator), 20))
        except csv.Error:
            return 0, 0
        widths = Counter(len(row) for row in rows[: -1 if len(rows) > 2 else None] if row)
        width, often = widths.most_common(1)[0] if widths else (1, 0)
        return (often if width > 1 else 0), width

    return max(SEPARATORS, key=fitness)


def rows_of(text: str, separator: str) -> Iterator[list[str]]:
    """The cells of each row; a row of blanks is an empty one."""
    lines = io.StringIO(text, newline="")
    if separator == WHITESPACE:
        yield from (line.split() for line in lines)
        return
    rows = csv.reader(lines, delimiter=separator, strict=True)
    try:
        for row in rows:
            yield row if any(cell.strip() for cell in row) else []
    except csv.Error as broken:
        raise Refused.because(f"Line {rows.line_num} cannot be read: {broken}.") from None
