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
    names = [encoding] if encoding else guesses(raw)
    for name in names:
        try:
            # Half a surrogate pair is let in here, to be refused where its row is known.
            return raw.decode(name, "surrogatepass" if name == "utf-8" else "strict"), name
        except UnicodeDecodeError:
            continue
        except LookupError:
            raise Refused.because("There is no such encoding.", column="encoding", value=encoding) from None
    raise Refused.because(f"The file cannot be read as {' or '.join(names)}; the map can name its encoding.")


def guesses(raw: bytes) -> list[str]:
    """What a file may be written in: what it says itself, or else UTF-8, or else Windows-1252."""
    marked = next((name for mark, name in BYTE_ORDER_MARKS.items() if raw.startswith(mark)), "")
    if marked:
        return [marked]
    text = raw.decode("utf-8", "replace")
    damaged = text.count("�")
    meant = sum(letter > "\x7f" for letter in text) - damaged if damaged else 0
    return ["utf-8"] if meant > damaged else ["utf-8", "cp1252"]


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
