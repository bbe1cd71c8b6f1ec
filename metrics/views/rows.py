"""The rows behind a number, term by term, whose total is the number."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from metrics.explain import PAGE, Component, Row, Tally, tally
from metrics.views.address import Address
from metrics.views.asked import Asked, asked
from metrics.views.frame import page, show, url_of
from metrics.wording import term, written


@dataclass(frozen=True)
class Term:
    """One term of the formula as a tab: what it comes to, and its page of rows."""

    component: Component
    amount: str
    url: Address
    is_chosen: bool


@page
def rows_page(request: HttpRequest, key: str) -> HttpResponse:
    ask = asked(request, key)
    whole = ask.question.whole()
    components = ask.question.components(whole)
    chosen = component_of(request, components)
    after = request.GET.get("after", "")
    found = ask.question.rows(chosen, after=after, limit=PAGE + 1)
    rows, more = found[:PAGE], len(found) > PAGE
    total = tally(chosen, ask.question.so_far, ask.question.cut)
    return show(
        request,
        "metrics/rows.html",
        f"Rows behind {ask.kpi.title}",
        ask=ask,
        kpi=ask.kpi,
        span=ask.span,
        here=ask.address,
        number=written(ask.kpi, whole.total[0]),
        terms=[_tab(ask, component, chosen) for component in components],
        chosen=chosen,
        rows=[_line(ask, chosen, row) for row in rows],
        verdict=_verdict(ask, chosen, total),
        amount=term(ask.kpi, chosen.leaf, chosen.amount),
        next=_next(ask, chosen, rows) if more else None,
        first=ask.address.having(term=str(chosen.index)) if after else None,
        kpi_url=ask.address.at(url_of(ask.kpi)).having(term=None),
        file=ask.address.at(url_of(ask.kpi, "rows-file")).of_days(ask.span.fixed).having(term=str(chosen.index)),
    )


def component_of(request: HttpRequest, components: list[Component]) -> Component:
    return components[number_of_term(request, len(components))]


def number_of_term(request: HttpRequest, terms: int) -> int:
    """The term the address names, the first where it names none. Raises `ValidationError`."""
    said = request.GET.get("term") or "0"
    if not (said.isascii() and said.isdigit() and len(said) < 4 and int(said) < terms):
        raise ValidationError({"term": f"This KPI has {terms} terms, counted from 0."})
    return int(said)


def _tab(ask: Asked, component: Component, chosen: Component) -> Term:
    url = ask.address.having(term=str(component.index))
    return Term(component, term(ask.kpi, component.leaf, component.amount), url, component.index == chosen.index)


def _line(ask: Asked, component: Component, row: Row) -> dict[str, Any]:
    return {"row": row, "contribution": term(ask.kpi, component.leaf, row.contribution)}


def _next(ask: Asked, component: Component, rows: list[Row]) -> Address:
    here = ask.address.having(term=str(component.index))
    return Address(here.path, (*here.words, ("after", rows[-1].key)))


def _verdict(ask: Asked, component: Component, total: Tally | None) -> dict[str, Any]:
    """Whether all rows together are the number; a percentile is one of them instead."""
    if total is None:
        return {"words": f"{component.n:,} rows; the file has them all."}
    if not component.adds_up:
        return {"is_wrong": total.n != component.n, "words": f"It is taken from all {total.n:,} values."}
    is_wrong = total.total != component.amount or total.n != component.n
    said = term(ask.kpi, component.leaf, total.total)
    return {"is_wrong": is_wrong, "is_whole": not is_wrong, "words": f"{total.n:,} rows, together {said}."}
