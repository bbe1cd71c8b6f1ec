"""The handbook: what each number means, and where the numbers of the sources live."""

from django.http import HttpRequest, HttpResponse

from metrics.handbook.conventions import CONVENTIONS
from metrics.handbook.entries import Entry
from metrics.handbook.sources import NAMED, TEXTS, further
from metrics.registry import all_kpis
from metrics.sight import visible_kpis
from metrics.views.frame import kpi_for, page, show, url_of
from metrics.views.span import span_of


@page
def handbook_page(request: HttpRequest, key: str) -> HttpResponse:
    """One KPI, as the handbook tells it."""
    kpi, _ = kpi_for(request, key)
    return show(
        request,
        "metrics/handbook.html",
        f"{kpi.title} in the handbook",
        entry=Entry(kpi),
        number=url_of(kpi),
        span=span_of(request),
    )


@page
def conventions(request: HttpRequest) -> HttpResponse:
    """What holds for all numbers alike, and which number of the sources is which here."""
    seen = set(visible_kpis(request.user, all_kpis()))
    rows = [
        {
            "named": named,
            "here": [{"title": kpi.title, "url": url_of(kpi, "handbook")} for kpi in named.here if kpi in seen],
        }
        for named in NAMED
    ]
    return show(
        request,
        "metrics/conventions.html",
        "How all numbers are counted",
        conventions=CONVENTIONS,
        texts=TEXTS,
        rows=rows,
        further=[{"title": kpi.title, "url": url_of(kpi, "handbook")} for kpi in further() if kpi in seen],
        span=span_of(request),
        is_catalogue=True,
    )
