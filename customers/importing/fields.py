"""Outside words to ours: what a column can hold, and how it is read."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from customers import edge
from customers.importing.cells import Dialect, exact, when, words
from customers.importing.problems import Misread
from customers.importing.workbooks import Cell

SPREADSHEET_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}
YES = {"true", "yes", "y", "1", "t", "on"}
NO = {"false", "no", "n", "0", "f", "off"}
UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}


@dataclass(frozen=True)
class Column:
    """Something a row can say: words, unless a kind of column knows better."""

    name: str
    label: str = ""
    required: bool = False
    check: Callable[[Any], None] | None = None
    max_length: int | None = None
    has_lines: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, self.label or self.name)

    def value(self, cell: Cell, dialect: Dialect) -> Any:
        """What the cell says in our words; `Misread` says why it cannot."""
        if isinstance(cell, str) and cell in SPREADSHEET_ERRORS:
            raise Misread("This is an error of the spreadsheet, not a value.")
        try:
            value = self.read(edge.checked(cell), dialect)
            if self.check:
                self.check(value)
        except ValidationError as wrong:
            raise Misread(" ".join(wrong.messages)) from None
        return value

    def read(self, cell: Cell, dialect: Dialect) -> Any:
        text = words(cell)
        if not self.has_lines:
            text = " ".join(text.splitlines())
        if self.max_length and len(text) > self.max_length:
            raise Misread(f"This is {len(text):,} letters long; {self.max_length:,} are kept.")
        return text


@dataclass(frozen=True)
class Number(Column):
    """An exact number, rounded to the places its table keeps."""

    places: int = 6

    def read(self, cell: Cell, dialect: Dialect) -> Decimal:
        number = exact(cell, dialect)
        try:
            return number.quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_EVEN)
        except ArithmeticError:
            raise Misread("This number is too large.") from None


class Whole(Column):
    """A whole number; `4.0` is one too."""

    def read(self, cell: Cell, dialect: Dialect) -> int:
        number = exact(cell, dialect)
        if abs(number) > 10**18:
            raise Misread("This number is too large.")
        if number != number.to_integral_value():
            raise Misread("This is not a whole number.")
        return int(number)


class YesNo(Column):
    def read(self, cell: Cell, dialect: Dialect) -> bool:
        if isinstance(cell, bool):
            return cell
        text = words(cell).casefold()
        if text in YES or text in NO:
            return text in YES
        raise Misread("Write true or false.")


class Day(Column):
    """A date; of a moment its day in the zone of the file."""

    def read(self, cell: Cell, dialect: Dialect) -> date:
        found = when(cell, dialect)
        if found.tzinfo:
            found = found.astimezone(dialect.zone)
        return found.date()


class Moment(Column):
    """A moment; a date without a time is the midnight it began with."""

    def read(self, cell: Cell, dialect: Dialect) -> datetime:
        found = when(cell, dialect)
        return (found if found.tzinfo else found.replace(tzinfo=dialect.zone)).astimezone(UTC)


class Duration(Column):
    """A length of time: `1:30:00`, or a number whose unit the map names."""

    def read(self, cell: Cell, dialect: Dialect) -> timedelta:
        found = re.fullmatch(r"(\d{1,6}):([0-5]\d)(?::([0-5]\d))?", words(cell), re.ASCII)
        if not found:
            raise Misread("This is not a length of time; write h:mm:ss, or name the unit in the map.")
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)

    def counted(self, cell: Cell, dialect: Dialect, unit: str) -> timedelta:
        """A bare number of units."""
        seconds = exact(cell, dialect) * UNITS[unit]
        if not 0 <= seconds < 10**10:
            raise Misread("A length of time lies between 0 and 300 years.")
        return timedelta(seconds=int(seconds.to_integral_value(ROUND_HALF_EVEN)))


@dataclass(frozen=True)
class OneOf(Column):
    """One of the words a column may hold, by its value or its label."""

    choices: tuple[tuple[str, str], ...] = ()

    def read(self, cell: Cell, dialect: Dialect) -> str:
        text = words(cell).casefold()
        for value, label in self.choices:
            if text in {str(value).casefold(), str(label).casefold()}:
                return value
        raise Misread(f"This is none of: {', '.join(str(value) for value, _ in self.choices if value)}.")


class Country(Column):
    """A country by its two letters."""

    def read(self, cell: Cell, dialect: Dialect) -> str:
        text = words(cell).upper()
        if not re.fullmatch(r"[A-Z]{2}", text):
            raise Misread("Write a country as two letters, as in DE; the map can translate names.")
        return text


class Several(Column):
    """Several words in one cell, separated by commas or semicolons."""

    def read(self, cell: Cell, dialect: Dialect) -> list[str]:
        parts = [" ".join(part.split()) for part in re.split(r"[,;]", words(cell))]
        if any(len(part) > (self.max_length or len(part)) for part in parts):
            raise Misread(f"Each of these may be {self.max_length} letters long.")
        return sorted({part for part in parts if part})


KINDS: list[tuple[type[models.Field], type[Column]]] = [
    (models.BooleanField, YesNo),
    (models.DateTimeField, Moment),
    (models.DateField, Day),
    (models.IntegerField, Whole),
    (models.DurationField, Duration),
    (models.Field, Column),
]


def columns_of(model: type[models.Model], *names: str, required: Iterable[str] = ()) -> list[Column]:
    """Columns that are plain fields of a table, with the bounds and words the table keeps."""
    return [column_of(getattr(model, name).field, required=name in required) for name in names]


def column_of(kept: models.Field, *, required: bool = False) -> Column:
    kind = next(kind for base, kind in KINDS if isinstance(kept, base))
    common: dict[str, Any] = {"label": str(kept.verbose_name), "required": required, "check": kept.run_validators}
    if kept.choices:
        return OneOf(kept.name, choices=tuple(kept.flatchoices), **common)
    if kept.name == "country":
        return Country(kept.name, **common)
    if isinstance(kept, models.DecimalField):
        return Number(kept.name, places=kept.decimal_places, **common)
    return kind(kept.name, max_length=kept.max_length, has_lines=isinstance(kept, models.TextField), **common)
