"""What an analysis finds, in one shape for every door: figures, charts and tables, and how far to trust them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from metrics.language import Unit


class Named(NamedTuple):
    """A record in a cell, which opens to it: `model` as in customers.customer."""

    model: str
    pk: int
    words: str


class Way(NamedTuple):
    """Words in a cell that open the same analysis, asked a little differently."""

    words: str
    said: Mapping[str, str]


class Link(NamedTuple):
    """Words in a cell that open another page: its path."""

    words: str
    path: str


class Amount(NamedTuple):
    """A number in a unit of its own, where a column holds several."""

    value: float
    unit: Unit


Cell = str | int | float | date | Named | Way | Link | Amount | None


class Column(NamedTuple):
    """One column of a table. `unit` says how its numbers read; words and days read as they are."""

    key: str
    title: str
    unit: Unit = Unit.COUNT
    is_shaded: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells. A blank is what is not known, or is still to come."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    empty: str = ""


@dataclass(frozen=True)
class Figure:
    """One number with its name, and how far chance alone could have moved it."""

    key: str
    title: str
    value: float | None
    unit: Unit = Unit.COUNT
    low: float | None = None
    high: float | None = None
    note: str = ""


class Point(NamedTuple):
    """Where a line is at x; without a y it has a gap there."""

    x: float
    y: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Line:
    name: str
    points: tuple[Point, ...]
    is_steps: bool = False
    is_dots: bool = False


@dataclass(frozen=True)
class Chart:
    """Lines over a common axis; `ticks` names places on it."""

    key: str
    title: str
    lines: tuple[Line, ...]
    unit: Unit
    x_title: str = ""
    ticks: tuple[tuple[float, str], ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Result:
    """What was found in `n` of something, and in a plain sentence how honest that is.

    refusal  why there is nothing to show, and what to do; then all else may be empty
    """

    n: int
    of: str = "customers"
    honesty: str = ""
    figures: tuple[Figure, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    remarks: tuple[str, ...] = ()
    refusal: str = ""
