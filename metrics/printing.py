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
from metrics.restated import Comparison
from metrics.telling import (
    heading,
    said,
    told,
    told_changes,
    told_component,
    told_moved,
    told_revisions,
    told_rows,
    told_term,
)
from metrics.wording import reason_in_words, written

CELL = ("start", "end", "member", "label", "numerator", "denominator", "value", "n", "unit", "status", "reason")
CELL_COLUMNS = (*CELL, "low", "high")
ROW = ("record", "kind", "name", "url", "day", "customer", "customer_name", "contribution", "details", "run")
ROW_COLUMNS = ("term", "title", "role", *ROW)
SAID = ("grain", "start", "end", "revision", "is_latest", "is_reported", "is_locked")
REVISION_COLUMNS = (*SAID, "numerator", "denominator", "value", "n", "status", "reason", "run", "published_at")
MOVED = ("record", "kind", "name", "url", "customer", "customer_name", "what", "day_before", "day_after")
CHANGE_COLUMNS = ("term", "title", *MOVED, "before", "after", "difference", "by")
# What people wrote, and a spreadsheet might take for a formula.
WRITTEN = ("member", "label", "name", "customer_name", "details", "by")
ALL = "All"


class Format(NamedTuple):
    """How the numbers are printed, and how the rows behind them."""

    cells: Callable[[Question, OutputWrapper], None]
    rows: Callable[[Question, OutputWrapper], None]
    revisions: Callable[[Question, OutputWrapper], None]
    changes: Callable[[Comparison, OutputWrapper], None]


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


def table_of_revisions(question: Question, out: OutputWrapper) -> None:
    out.write(f"{question.kpi.title}, as it was published")
    for line in told_revisions(question):
        marks = [mark for mark in ("reported", "locked", "latest") if line[f"is_{mark}"]]
        stretch = f"{line['start']} to {line['end']}"
        value = f"{line['value'] or '–':>18}  {line['n']:>9,} rows"
        out.write(f"{stretch}  r{line['revision']:<3} run {line['run']:<5} {value}  {', '.join(marks)}".rstrip())


def table_of_changes(comparison: Comparison, out: OutputWrapper) -> None:
    kpi, (before, after) = comparison.after.kpi, comparison.values
    until = f"run {comparison.after.cut.as_of}" if comparison.after.cut.as_of else "now"
    out.write(f"{kpi.title}, {in_words(comparison.after.period)}, since run {comparison.since.pk}")
    out.write(f"{written(kpi, before)} then, {written(kpi, after)} {until}")
    for term in comparison.terms:
        told = told_term(term)
        title = term.after.title[:1].upper() + term.after.title[1:]
        out.write(f"\n{title}: {told['before'] or 'nothing'} then, {told['after'] or 'nothing'} {until}")
        for row in told_moved(term, comparison.every_row(term.leaf)):
            sides = f"{row['before'] or '':>16}  {row['after'] or '':>16}"
            who = ", ".join(cause["by_name"] or "unsigned" for cause in row["causes"])
            about = "  ".join(filter(None, [row["name"], row["customer_name"], who]))
            out.write(f"{row['what']:<7}  {sides}  {row['kind']} {row['record']}  {about}")


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


def json_of_revisions(question: Question, out: OutputWrapper) -> None:
    out.write(json.dumps({**heading(question), "results": list(told_revisions(question))}, indent=2))


def json_of_changes(comparison: Comparison, out: OutputWrapper) -> None:
    told = heading(comparison.after) | told_changes(comparison)
    for term, words in zip(comparison.terms, told["terms"], strict=True):
        words["rows"] = list(told_moved(term, comparison.every_row(term.leaf)))
    out.write(json.dumps(told, indent=2, ensure_ascii=False))


def csv_of_revisions(question: Question, out: OutputWrapper) -> None:
    _csv(out, REVISION_COLUMNS, told_revisions(question))


def csv_of_changes(comparison: Comparison, out: OutputWrapper) -> None:
    lines = (
        {"term": term.index, "title": term.after.title, **row, "by": ", ".join(c["by_name"] for c in row["causes"])}
        for term in comparison.terms
        for row in told_moved(term, comparison.every_row(term.leaf))
    )
    _csv(out, CHANGE_COLUMNS, lines)


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
    "table": Format(table_of_cells, table_of_rows, table_of_revisions, table_of_changes),
    "json": Format(json_of_cells, json_of_rows, json_of_revisions, json_of_changes),
    "csv": Format(csv_of_cells, csv_of_rows, csv_of_revisions, csv_of_changes),
}
