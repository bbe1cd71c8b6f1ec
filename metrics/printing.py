"""Answers on paper: as a table for people, as JSON or CSV for programs."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from django.core.management.base import OutputWrapper

from customers.importing.formulas import escaped
from metrics.asking import Question
from metrics.dimensions import labels
from metrics.evaluate import Value
from metrics.explain import Component
from metrics.periods import in_words
from metrics.telling import heading, said, told, told_component, told_rows
from metrics.wording import reason_in_words, written

CELL = ("start", "end", "member", "label", "numerator", "denominator", "value", "n", "unit", "status", "reason")
CELL_COLUMNS = (*CELL, "low", "high")
ROW = ("record", "kind", "name", "url", "day", "customer", "customer_name", "contribution", "details", "run")
ROW_COLUMNS = ("term", "title", "role", *ROW)
# What people wrote, and a spreadsheet might take for a formula.
WRITTEN = ("member", "label", "name", "customer_name", "details")
ALL = "All"


class Format(NamedTuple):
    """How the numbers are printed, and how the rows behind them."""

    cells: Callable[[Question, OutputWrapper], None]
    rows: Callable[[Question, OutputWrapper], None]


def opened(question: Question) -> Iterator[tuple[Component, Iterator[dict[str, Any]]]]:
    """Every term with its rows, which are read while they are printed."""
    for component in question.components():
        yield component, told_rows(component, question.every_row(component))


# ── For people ──────────────────────────────────────────────────────────────────────────────────────────────────


def table_of_cells(question: Question, out: OutputWrapper) -> None:
    kpi, by = question.kpi, question.cut.by
    lines = [["Days", *([by.title] if by else []), kpi.title, "Rows", "Status"]]
    for days, member, value in _values(question):
        standing = ", ".join(filter(None, [value.status.value, reason_in_words(value)]))
        lines.append([days, *([member] if by else []), written(kpi, value), f"{value.n:,}", standing])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    numbers = (len(widths) - 3, len(widths) - 2)
    for line in lines:
        cells = [
            cell.rjust(width) if i in numbers else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        out.write("  ".join(cells).rstrip())


def _values(question: Question) -> Iterator[tuple[str, str, Value]]:
    """Days, member and value; where the KPI is cut, what it is in all comes last."""
    answer, by = question.answer(), question.cut.by
    names = labels(by, answer.members) if by else {}
    for i, period in enumerate(answer.periods):
        for member in answer.members:
            yield in_words(period), names[member], answer.cells[i, member]
        yield in_words(period), ALL, answer.total[i]


def table_of_rows(question: Question, out: OutputWrapper) -> None:
    out.write(f"{question.kpi.title}, {in_words(question.period)}")
    for component, rows in opened(question):
        title = component.title[:1].upper() + component.title[1:]
        out.write(f"\n{title}: {said(component.amount) or 'nothing'} from {component.n:,} rows")
        for row in rows:
            about = "  ".join(filter(None, [row["name"], row["customer_name"], row["details"]]))
            out.write(f"{row['day'] or '':<10}  {row['contribution']:>18}  {row['kind']} {row['record']}  {about}")


# ── For programs ────────────────────────────────────────────────────────────────────────────────────────────────


def json_of_cells(question: Question, out: OutputWrapper) -> None:
    out.write(json.dumps(told(question), indent=2, ensure_ascii=False))


def json_of_rows(question: Question, out: OutputWrapper) -> None:
    """One row a line, so that a number of any size can be read as it comes."""
    out.write(_open(heading(question), "components"))
    for i, (component, rows) in enumerate(opened(question)):
        out.write(("," if i else "") + _open(told_component(component), "rows"))
        for j, row in enumerate(rows):
            out.write(("," if j else "") + json.dumps(row, ensure_ascii=False))
        out.write("]}")
    out.write("]}")


def _open(head: dict[str, Any], name: str) -> str:
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "{name}": ['


def csv_of_cells(question: Question, out: OutputWrapper) -> None:
    _csv(out, CELL_COLUMNS, told(question)["cells"])


def csv_of_rows(question: Question, out: OutputWrapper) -> None:
    _csv(out, ROW_COLUMNS, (told_component(term) | row for term, rows in opened(question) for row in rows))


def _csv(out: OutputWrapper, columns: tuple[str, ...], lines: Iterable[dict[str, Any]]) -> None:
    writer = csv.DictWriter(out, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for line in lines:
        writer.writerow(line | {name: escaped(line[name]) for name in WRITTEN if line.get(name)})


FORMATS = {
    "table": Format(table_of_cells, table_of_rows),
    "json": Format(json_of_cells, json_of_rows),
    "csv": Format(csv_of_cells, csv_of_rows),
}
