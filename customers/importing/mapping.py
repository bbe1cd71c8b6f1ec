"""The map of an import: which column of a file means which of our fields, and how the file writes things."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError

from customers import edge
from customers.importing.cells import Dialect
from customers.importing.fields import UNITS
from customers.importing.problems import Refused
from customers.importing.readers import Layout
from customers.importing.text_files import WHITESPACE

MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Rule:
    """Where one field takes its words from, and what they mean."""

    column: str = ""
    fixed: str | int | float | bool | None = None
    text: str = ""  # with {columns} in it; {#} is the number of the row, {##} which of its records this is
    default: str | int | float | bool | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    unit: str = ""
    by: str = ""
    source: str | None = None


@dataclass(frozen=True)
class Map:
    """Everything somebody told us about a file; without `fields`, its headings speak for themselves."""

    source: str = ""
    encoding: str = ""
    delimiter: str = ""
    header: Sequence[str] = ()
    sheet: str = ""
    decimal: str = "."
    dates: Sequence[str] = ()
    zone: str = ""
    match: str = ""
    repeats: str = "refuse"
    skip_when_blank: Sequence[str] = ()
    skip_when: Mapping[str, Sequence[str]] = field(default_factory=dict)  # the words that rule a row out
    times: str = ""  # the column that says how many records a row stands for
    create_missing: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    fields: Mapping[str, Rule] = field(default_factory=dict)

    @property
    def steered_by(self) -> list[str]:
        """The columns that say whether a row counts, and how often."""
        return [*self.skip_when_blank, *self.skip_when, *([self.times] if self.times else [])]

    @property
    def layout(self) -> Layout:
        return Layout(self.encoding, self.delimiter, self.header, self.sheet)

    @property
    def dialect(self) -> Dialect:
        return Dialect(self.decimal, self.dates, ZoneInfo(self.zone or settings.TIME_ZONE), self.source)


def read_map(path: Path) -> Map:
    """The map in a JSON file, or why it is none."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Refused.because("The map is larger than a megabyte.", value=path.name)
        said = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as closed:
        raise Refused.because(f"The map cannot be opened: {closed.strerror}.", value=path.name) from None
    except (ValueError, RecursionError) as broken:
        raise Refused.because(f"The map is not JSON: {broken}.", value=path.name) from None
    return map_from(said)


def map_from(said: Any) -> Map:
    """A map from what JSON made of it; a word we do not know is an error, not a wish."""
    expect(said, dict, "The map")
    refuse_unknown(said, Map, "the map")
    for name in ("source", "encoding", "delimiter", "sheet", "decimal", "zone", "match", "repeats", "times"):
        expect(said.get(name, ""), str, name)
    told = dict(said)
    told["dates"] = listed(said.get("dates", ()), "dates")
    told["header"] = listed(said.get("header", ()), "header")
    told["skip_when_blank"] = listed(said.get("skip_when_blank", ()), "skip_when_blank")
    skipped = expect(said.get("skip_when", {}), dict, "skip_when")
    told["skip_when"] = {name: listed(words, f"skip_when.{name}") for name, words in skipped.items()}
    told["create_missing"] = creations(said.get("create_missing", ()))
    told["fields"] = {name: rule(name, one) for name, one in expect(said.get("fields", {}), dict, "fields").items()}
    made = Map(**told)
    refuse_impossible(made)
    return made


def refuse_impossible(made: Map) -> None:
    if made.decimal not in {".", ","}:
        raise Refused.because("The decimal mark is a point or a comma.", column="decimal", value=made.decimal)
    if made.delimiter not in {"", WHITESPACE} and len(made.delimiter) != 1:
        raise Refused.because(f'One letter, or "{WHITESPACE}".', column="delimiter", value=made.delimiter)
    if made.delimiter in {'"', "\n", "\r"}:
        raise Refused.because("This cannot separate cells.", column="delimiter", value=made.delimiter)
    if made.repeats not in {"refuse", "once", "last"}:
        raise Refused.because('"refuse", "once" or "last".', column="repeats", value=made.repeats)
    if len(made.source) > 40:
        raise Refused.because("The name of the source has more than 40 letters.", column="source", value=made.source)
    try:
        edge.text(made.source)
        ZoneInfo(made.zone or settings.TIME_ZONE)
    except ValidationError as unfit:
        raise Refused.because(unfit.messages[0], column="source", value=made.source) from None
    except (KeyError, ValueError, OSError):  # each is a way of ZoneInfo to know no such zone
        raise Refused.because("There is no such time zone.", column="zone", value=made.zone) from None


def rule(name: str, said: Any) -> Rule:
    """A rule as written: the name of a column, or an object that says more."""
    if isinstance(said, str):
        return Rule(column=said)
    expect(said, dict, name)
    refuse_unknown(said, Rule, name)
    for part in ("column", "text", "unit", "by", "source"):
        expect(said.get(part, ""), str, f"{name}.{part}")
    for part in ("fixed", "default"):
        expect(said.get(part, ""), (str, int, float, bool), f"{name}.{part}")
    expect(said.get("values", {}), dict, f"{name}.values")
    made = Rule(**said)
    if sum([bool(made.column), made.fixed is not None, bool(made.text)]) != 1:
        raise Refused.because('Say one of "column", "fixed" and "text".', column=name)
    if made.unit and made.unit not in UNITS:
        raise Refused.because(f"A unit is one of {', '.join(UNITS)}.", column=name, value=made.unit)
    return made


def creations(said: Any) -> dict[str, dict[str, Any]]:
    """What may be created where it is missing, and how: names alone, or names with what is to be set."""
    if isinstance(said, dict):
        return {name: expect(how, dict, f"create_missing.{name}") for name, how in said.items()}
    return {name: {} for name in listed(said, "create_missing")}


def listed(said: Any, name: str) -> tuple[str, ...]:
    said = [said] if isinstance(said, str) else said
    expect(said, (list, tuple), name)
    return tuple(expect(one, str, name) for one in said)


def expect(said: Any, kind: type | tuple[type, ...], name: str) -> Any:
    if not isinstance(said, kind):
        wanted = " or ".join(one.__name__ for one in (kind if isinstance(kind, tuple) else (kind,)))
        raise Refused.because(f"The map says it in the wrong form; it should be: {wanted}.", column=name)
    return said


def refuse_unknown(said: Mapping[str, Any], form: type, where: str) -> None:
    known = [one.name for one in fields(form)]
    for name in said:
        if name not in known:
            raise Refused.because(f"There is no such word in {where}.{meant(name, known)}", column=name)


def meant(name: str, known: Sequence[str]) -> str:
    """A guess at what somebody wanted to write."""
    close = get_close_matches(name, known, n=1)
    return f" Did you mean {close[0]}?" if close else f" It may have: {', '.join(known)}."
