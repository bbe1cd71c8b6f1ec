"""The pages of the analyses: all of them with a sentence each, one at a time, and its tables as files."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import urlencode

from customers.importing.formulas import escaped
from metrics.analyses.book import About, Analysis, Ask, analysis_of, answer, ask, choices_of, visible_analyses
from metrics.analyses.drawing import drawing
from metrics.analyses.shape import Amount, Cell, Column, Result, Table
from metrics.analyses.telling import address, amount, flat_heads, flat_row, opens, written
from metrics.boards import BOARDS
from metrics.sight import Sight, visible_kpis
from metrics.views.files import send
from metrics.views.frame import page, show
from metrics.views.span import span_of
from metrics.views.state import is_empty, state_of

FIRST, PAGE = 15, 50  # rows of a table among others, and alone
LONGEST = 100_000
LONG = 30  # letters that want room on a phone
HEAT = 4  # shaded columns make a heat table


@page
def analyses_page(request: HttpRequest) -> HttpResponse:
    """Every analysis this person may open."""
    seen = visible_analyses(request.user)
    shelves = {about.value: [_entry(one) for one in seen if one.about is about] for about in About}
    return show(
        request,
        "metrics/analyses.html",
        "Analyses",
        shelves={title: entries for title, entries in shelves.items() if entries},
        **_frame(request),
    )


@page
def analysis_page(request: HttpRequest, key: str) -> HttpResponse:
    """One analysis. A table named in the address is shown alone, page by page."""
    analysis, sight = _seen(request, key)
    asked = _asked(request, analysis, sight)
    found = answer(analysis, asked)
    here = {name: value for name, value in asked.said.items() if request.GET.get(name)}
    paged = _paged(request, found)
    return show(
        request,
        "metrics/analysis.html",
        analysis.title,
        analysis=analysis,
        definition=analysis.definition().split("\n\n"),
        result=found,
        figures=[_figure(one) for one in found.figures] if not paged else [],
        charts=[drawing(one) for one in found.charts] if not paged else [],
        tables=[
            _shown(analysis, table, here, start, is_alone=bool(paged) or len(found.tables) == 1)
            for table in found.tables
            for start in [paged.get(table.key, 0)]
            if not paged or table.key in paged
        ],
        choices=[_choice(request, analysis, choice, asked) for choice in analysis.choices],
        back=_address(analysis, here) if paged else "",
        asked=asked,
        **_frame(request),
        empty=is_empty(),
    )


@page
def analysis_file(request: HttpRequest, key: str, table: str) -> StreamingHttpResponse:
    """All rows of one table, for spreadsheets."""
    analysis, sight = _seen(request, key)
    found = answer(analysis, _asked(request, analysis, sight))
    wanted = next((one for one in found.tables if one.key == table.replace("-", "_")), None)
    if wanted is None:
        raise Http404(f"There is no table {table!r} here.")
    lines = ([escaped(cell) if isinstance(cell, str) else cell for cell in flat_row(row)] for row in wanted.rows)
    return send(f"{analysis.key}-{wanted.key}", flat_heads(wanted), lines)


def _seen(request: HttpRequest, key: str) -> tuple[type[Analysis], Sight]:
    """What is none of their business answers as not existing."""
    try:
        analysis = analysis_of(key)
    except LookupError as error:
        raise Http404(str(error)) from error
    sight = analysis.sight(request.user)
    if sight is None:
        raise Http404(f"There is no analysis {key!r}.")
    return analysis, sight


def _asked(request: HttpRequest, analysis: type[Analysis], sight: Sight) -> Ask:
    said = {key: request.GET[key] for key in choices_of(analysis) if key in request.GET}
    return ask(analysis, request.user, said, sight)


def _frame(request: HttpRequest) -> dict[str, Any]:
    span = span_of(request)
    boards = [board for board in BOARDS.values() if visible_kpis(request.user, board.kpis)]
    return {"span": span, "state": state_of(span.settled), "boards": boards, "is_analyses": True}


def _entry(analysis: type[Analysis]) -> dict[str, str]:
    return {"title": analysis.title, "summary": analysis.summary(), "url": address(analysis)}


def _figure(figure: Any) -> dict[str, Any]:
    between = ""
    if figure.low is not None and figure.high is not None:
        between = f"95 % between {amount(figure.low, figure.unit)} and {amount(figure.high, figure.unit)}"
    value = "–" if figure.value is None else amount(figure.value, figure.unit)
    return {"title": figure.title, "written": value, "between": between, "note": figure.note}


# ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Shown:
    """A table as the page shows it: some of its rows, and the ways to the others."""

    table: Table
    heads: list[dict[str, Any]]
    rows: list[list[dict[str, Any]]]
    file: str
    start: int
    next: str
    previous: str

    @property
    def count(self) -> int:
        return len(self.table.rows)

    @property
    def is_heat(self) -> bool:
        return _is_heat(self.table)


def _paged(request: HttpRequest, found: Result) -> dict[str, int]:
    """The table the address wants alone, and from which row."""
    key, start = request.GET.get("table", ""), request.GET.get("from", "0")
    if key not in [table.key for table in found.tables]:
        return {}
    return {key: int(start) if start.isascii() and start.isdigit() and int(start[:9]) < LONGEST else 0}


def _shown(analysis: type[Analysis], table: Table, here: dict[str, str], start: int, *, is_alone: bool) -> Shown:
    size = PAGE if is_alone or _is_heat(table) else FIRST
    rows = table.rows[start : start + size]
    path, scale = address(analysis), _heat(table)

    def at(place: int) -> str:
        return _address(analysis, {**here, "table": table.key, "from": str(place)})

    return Shown(
        table,
        [{"title": column.title, "is_number": _is_number(rows, i)} for i, column in enumerate(table.columns)],
        [[_cell(c, column, path, here, scale) for c, column in zip(row, table.columns, strict=True)] for row in rows],
        f"{address(analysis, 'analysis-file', table.key.replace('_', '-'))}{f'?{urlencode(here)}' if here else ''}",
        start,
        at(start + PAGE if is_alone else 0) if start + size < len(table.rows) else "",
        at(max(0, start - PAGE)) if start else "",
    )


def _heat(table: Table) -> tuple[float, float]:
    """The least and the most of the shaded cells."""
    shaded = [
        float(cell)
        for row in table.rows
        for cell, column in zip(row, table.columns, strict=True)
        if column.is_shaded and isinstance(cell, int | float)
    ]
    return min(shaded, default=0.0), max(shaded, default=1.0)


def _is_heat(table: Table) -> bool:
    return sum(column.is_shaded for column in table.columns) >= HEAT


def _is_number(rows: tuple[tuple[Cell, ...], ...], i: int) -> bool:
    return any(isinstance(row[i], int | float | Amount) for row in rows)


def _cell(cell: Cell, column: Column, path: str, here: dict[str, str], scale: tuple[float, float]) -> dict[str, Any]:
    is_number = isinstance(cell, int | float | Amount)
    low, high = scale
    shade = (cell - low) / (high - low or 1) if isinstance(cell, int | float) and column.is_shaded else None
    return {
        "words": written(cell, column.unit),
        "url": opens(cell, path, here),
        "is_number": is_number,
        "is_long": isinstance(cell, str) and len(cell) > LONG,
        "shade": round(100 * shade) if shade is not None else None,
    }


def _choice(request: HttpRequest, analysis: type[Analysis], choice: Any, asked: Ask) -> dict[str, Any]:
    others = {key: value for key, value in asked.said.items() if key != choice.key and request.GET.get(key)}
    return {
        "title": choice.title,
        "key": choice.key,
        "said": asked.said[choice.key],
        "away": _address(analysis, others),
        "options": [
            {"title": title, "url": _address(analysis, {**others, choice.key: key}), "is_chosen": key == chosen}
            for chosen in [asked.said[choice.key]]
            for key, title in choice.options.items()
        ],
        "others": others,
        "offers": [
            {"key": key, "title": title, "is_chosen": key == asked.said[choice.key].replace("-", "_")}
            for key, title in choice.offers(request.user).items()
        ],
    }


def _address(analysis: type[Analysis], said: dict[str, str]) -> str:
    return f"{address(analysis)}?{urlencode(said)}" if said else address(analysis)
