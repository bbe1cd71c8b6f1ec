"""What an analysis found, in outside words: for programs as plain values, for people as they would write it."""

from datetime import date
from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from metrics.analyses.book import Analysis, Ask
from metrics.analyses.shape import Amount, Cell, Chart, Figure, Link, Named, Result, Table, Way
from metrics.explain import url_of
from metrics.language import Unit
from metrics.wording import in_unit

PLACES = 6


def heading(analysis: type[Analysis], ask: Ask) -> dict[str, Any]:
    """The question as it was understood."""
    return {
        "key": analysis.key,
        "title": analysis.title,
        "about": analysis.about.value,
        "summary": analysis.summary(),
        "definition": analysis.definition(),
        "said": dict(ask.said),
        "settled_until": ask.until.isoformat(),
        "learned_in": ask.learned.run_id if ask.learned else None,
        "currency": settings.REPORTING_CURRENCY,
        "sees": ask.sight.words,
    }


def told(result: Result) -> dict[str, Any]:
    """Everything but the rows of the tables."""
    return {
        "n": result.n,
        "of": result.of,
        "honesty": result.honesty,
        "refusal": result.refusal,
        "remarks": list(result.remarks),
        "figures": [_figure(figure) for figure in result.figures],
        "charts": [_chart(chart) for chart in result.charts],
    }


def told_table(table: Table, start: int, size: int) -> dict[str, Any]:
    """A table with some of its rows."""
    return {
        "key": table.key,
        "title": table.title,
        "note": table.note,
        "columns": [{"key": c.key, "title": c.title, "unit": c.unit.value} for c in table.columns],
        "count": len(table.rows),
        "rows": [told_row(table, row) for row in table.rows[start : start + size]],
    }


def told_row(table: Table, row: tuple[Cell, ...]) -> dict[str, Any]:
    return {column.key: plain(cell) for column, cell in zip(table.columns, row, strict=True)}


def flat_row(row: tuple[Cell, ...]) -> list[Any]:
    """For a spreadsheet: a record is its number and its name, in two columns."""
    found: list[Any] = []
    for cell in row:
        found += [cell.pk, cell.words] if isinstance(cell, Named) else [plain(cell)]
    return ["" if each is None else each for each in found]


def flat_heads(table: Table) -> list[str]:
    """The names of those columns. A column holds records in all of its rows or in none."""
    heads = []
    for i, column in enumerate(table.columns):
        is_record = any(isinstance(row[i], Named) for row in table.rows[:1])
        heads += [f"{column.key}_id", column.key] if is_record else [column.key]
    return heads


def plain(cell: Cell) -> Any:
    match cell:
        case Named():
            return {"model": cell.model, "id": cell.pk, "name": cell.words}
        case Way() | Link():
            return cell.words
        case Amount():
            return round(cell.value, PLACES)
        case date():
            return cell.isoformat()
        case float():
            return round(cell, PLACES)
    return cell


def written(cell: Cell, unit: Unit) -> str:
    """As people write it; nothing for what is not known."""
    match cell:
        case None:
            return ""
        case Named() | Way() | Link():
            return cell.words
        case Amount():
            return in_unit(cell.value, cell.unit)
        case date():
            return f"{cell.day} {cell:%b %Y}"
        case str():
            return cell
    return amount(cell, unit)


def amount(number: float, unit: Unit) -> str:
    """As its unit reads; whole days without their decimals."""
    if unit is Unit.DAYS and number == int(number):
        return f"{number:,.0f} day{'s' * (number != 1)}"
    return in_unit(number, unit)


def opens(cell: Cell, path: str, kept: dict[str, str]) -> str:
    """The address a cell opens, if any."""
    match cell:
        case Named():
            return url_of(apps.get_model(cell.model), cell.pk)
        case Way():
            return f"{path}?{urlencode({**kept, **cell.said})}"
        case Link():
            return cell.path
    return ""


def address(analysis: type[Analysis], door: str = "analysis", *more: str) -> str:
    return reverse(f"kpis:{door}", args=[analysis.key.replace("_", "-"), *more])


def _figure(figure: Figure) -> dict[str, Any]:
    numbers = {name: plain(getattr(figure, name)) for name in ("value", "low", "high")}
    return {"key": figure.key, "title": figure.title, **numbers, "unit": figure.unit.value, "note": figure.note}


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "key": chart.key,
        "title": chart.title,
        "unit": chart.unit.value,
        "x": chart.x_title,
        "note": chart.note,
        "lines": [
            {
                "name": line.name,
                "is_steps": line.is_steps,
                "is_dots": line.is_dots,
                "points": [{name: plain(at) for name, at in point._asdict().items()} for point in line.points],
            }
            for line in chart.lines
        ],
    }
