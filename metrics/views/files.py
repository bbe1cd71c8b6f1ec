"""The same numbers as files, for spreadsheets."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse

from customers.importing.formulas import escaped
from metrics.asking import plain, text
from metrics.evaluate import exact
from metrics.views.asked import asked
from metrics.views.frame import page
from metrics.views.kpi import counted, cut_up
from metrics.views.rows import component_of

# What a spreadsheet takes for a formula; text that starts so gets a ' before it.


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def send(name: str, heads: Iterable[str], lines: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    writer = csv.writer(_Echo())

    def told() -> Iterator[str]:
        yield "\ufeff"  # Without it Excel takes UTF-8 for something else.
        yield writer.writerow(heads)
        for line in lines:
            yield writer.writerow(line)

    answer = StreamingHttpResponse(told(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


@page
def rows_file(request: HttpRequest, key: str) -> StreamingHttpResponse:
    """Every row behind one term, not only a page of them."""
    ask = asked(request, key)
    component = component_of(request, ask.question.components())
    period = ask.span.period
    lines = (
        [
            escaped(row.kind),
            row.record,
            escaped(row.name),
            escaped(row.customer),
            row.day.isoformat() if row.day else "",
            text(exact(row.contribution)),
            escaped(row.details),
            row.run,
        ]
        for row in ask.question.every_row(component)
    )
    heads = ["kind", "record", "name", "customer", "day", "contribution", "details", "run"]
    return send(f"{ask.kpi.key}-rows-{period.start}-{period.last}", heads, lines)


@page
def series_file(request: HttpRequest, key: str) -> StreamingHttpResponse:
    ask = asked(request, key)
    _, series = counted(ask)
    lines = ([p.start, p.end, *_numbers(v)] for p, v in zip(series.periods, series.values, strict=True))
    return send(f"{ask.kpi.key}-by-{series.grain}", ["start", "end", *NUMBERS], lines)


@page
def breakdown_file(request: HttpRequest, key: str) -> StreamingHttpResponse:
    ask = asked(request, key)
    cut = cut_up(ask)
    if cut is None:
        return send(ask.kpi.key, NUMBERS, [])
    parts = [(escaped(part.title), part.value) for part in [*cut.parts, cut.whole]]
    return send(f"{ask.kpi.key}-by-{cut.by.key}", [cut.by.key, *NUMBERS], ([t, *_numbers(v)] for t, v in parts))


NUMBERS = ("value", "numerator", "denominator", "n", "low", "high", "status", "reason")


def _numbers(value: Any) -> list[Any]:
    said = plain(value)
    return [said[name] for name in NUMBERS]
