"""Which rows of a file count, and how many records each stands for."""

from collections.abc import Callable, Sequence

from customers.importing.cells import words
from customers.importing.fields import Whole
from customers.importing.mapping import Map
from customers.importing.problems import Misread
from customers.importing.readers import Table, blank
from customers.importing.workbooks import Cell

MAX_TIMES = 10_000


def skipping(told: Map, table: Table) -> Callable[[Sequence[Cell]], bool]:
    """Whether the map rules a row out: a cell it needs is blank, or one holds a word it does not want."""
    needed = [table.columns.index(name) for name in told.skip_when_blank]
    unwanted = [(table.columns.index(name), set(some)) for name, some in told.skip_when.items()]

    def skips(cells: Sequence[Cell]) -> bool:
        if any(blank(cells[place]) for place in needed):
            return True
        return any(words(cells[place]).strip() in some for place, some in unwanted)

    return skips


def counting(told: Map, table: Table) -> Callable[[Sequence[Cell]], int | Misread]:
    """How many records a row stands for, or why that is no number: one, unless the map names a column that says so."""
    if not told.times:
        return lambda cells: 1
    place, count = table.columns.index(told.times), Whole(told.times)

    def times(cells: Sequence[Cell]) -> int | Misread:
        try:
            said = 0 if blank(cells[place]) else count.value(cells[place], told.dialect)
        except Misread as why:
            return why
        return int(said) if 0 <= said <= MAX_TIMES else Misread(f"A row stands for 0 to {MAX_TIMES:,} records.")

    return times
