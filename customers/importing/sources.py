"""Where each field of a row takes its words from, once a map has met the headings of a file."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from customers.importing.cells import Dialect, words
from customers.importing.fields import Column, Duration
from customers.importing.formulas import unescaped
from customers.importing.mapping import Map, Rule, meant
from customers.importing.problems import Misread, Problem, Refused
from customers.importing.readers import Table, blank
from customers.importing.resources import Resource, Row
from customers.importing.workbooks import Cell

PLACE = re.compile(r"\{([^{}]+)\}")
NUMBERS = {"#", "##"}
MISSING = object()


@dataclass
class Source:
    """One field of ours and the way to its words; what was read once is remembered."""

    column: Column
    rule: Rule
    pick: Callable[[Row], Cell]
    remembered: dict[Cell, Any] = field(default_factory=dict)

    @property
    def heading(self) -> str:
        """The column of the file, where it is one."""
        return self.rule.column

    def read(self, row: Row, dialect: Dialect) -> tuple[Any, Cell]:
        """The value, or `MISSING`, and the words it came from."""
        cell = self.pick(row)
        key = (type(cell), cell)
        if key not in self.remembered:
            self.remembered[key] = self.value(cell, dialect)  # type: ignore[index]
        return self.remembered[key], cell  # type: ignore[index]

    def value(self, cell: Cell, dialect: Dialect) -> Any:
        text = words(cell).strip()
        if text in self.rule.values:
            cell = self.rule.values[text]
        if blank(cell):
            cell = self.rule.default
        if blank(cell):
            return MISSING
        cell = cell.strip() if isinstance(cell, str) else cell
        try:
            if self.rule.unit and isinstance(self.column, Duration):
                return self.column.counted(cell, dialect, self.rule.unit)
            return self.column.value(cell, dialect)
        except Misread as why:
            return why


def sources_for(resource: Resource, told: Map, table: Table) -> list[Source]:
    """Match the map, or else the headings themselves, with what the resource can carry."""
    rules = told.fields or rules_from(resource, table.columns)
    found, wrong = [], []
    for name, rule in rules.items():
        column = resource.column(name)
        if column is None:
            known = [one.name for one in [*resource.columns, *resource.line_columns]]
            wrong.append(Problem(None, name, "", f"{resource.name} have no such field.{meant(name, known)}"))
            continue
        for heading in headings(rule):
            if heading not in table.columns:
                wrong.append(
                    Problem(None, name, heading, f"The file has no such column.{meant(heading, table.columns)}")
                )
        if not wrong:
            found.append(Source(column, rule, picker(rule, table)))
    if wrong:
        raise Refused(*wrong)
    if not found:
        raise Refused.because(f"No heading is a field of {resource.name}; a map can say what they mean.")
    return found


def rules_from(resource: Resource, headings: Sequence[str]) -> dict[str, Rule]:
    """Headings that are names or labels of fields, whatever their capitals and spaces."""
    rules: dict[str, Rule] = {}
    for column in [*resource.columns, *resource.line_columns]:
        names = {plain(name) for name in column.names}
        for heading in headings:
            if plain(heading) in names:
                rules.setdefault(column.name, Rule(column=heading))
    return rules


def plain(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name).strip().casefold()


def headings(rule: Rule) -> list[str]:
    """The headings a rule speaks of."""
    if rule.column:
        return [rule.column]
    return [name for name in PLACE.findall(rule.text) if name not in NUMBERS]


def picker(rule: Rule, table: Table) -> Callable[[Row], Cell]:
    """A function that takes the words of one field out of a row."""
    if rule.fixed is not None:
        return lambda row: rule.fixed
    if rule.column:
        place = table.columns.index(rule.column)
        if table.is_text:
            return lambda row: unescaped(row.cells[place])  # type: ignore[arg-type]
        return lambda row: row.cells[place]
    places = {name: table.columns.index(name) for name in headings(rule)}

    def composed(row: Row) -> Cell:
        def part(found: re.Match[str]) -> str:
            if found[1] in NUMBERS:
                return str(row.number if found[1] == "#" else row.copy)
            return words(row.cells[places[found[1]]])

        return " ".join(PLACE.sub(part, rule.text).split())

    return composed
