"""Every number there is, with what it means: for whoever looks for one that stands on no board."""

from django.http import HttpRequest, HttpResponse

from metrics.handbook.areas import by_area, title_of
from metrics.handbook.sources import names_of
from metrics.language import KPI
from metrics.registry import every_kpi
from metrics.sight import visible_kpis
from metrics.views.frame import page, show, url_of
from metrics.views.packs import may_choose
from metrics.views.span import span_of
from metrics.views.state import state_of
from metrics.views.tabs import other_boards, pack_of

LONGEST = 100


@page
def catalogue(request: HttpRequest) -> HttpResponse:
    span = span_of(request)
    wanted = " ".join(request.GET.get("q", "")[:LONGEST].split())
    seen = visible_kpis(request.user, every_kpi())
    found = [kpi for kpi in seen if matches(kpi, wanted)]
    areas = {
        title_of(area): [
            {
                "title": kpi.title,
                "summary": kpi.summary(),
                "url": f"{url_of(kpi)}?{span.query}",
                "handbook": url_of(kpi, "handbook"),
            }
            for kpi in kpis
        ]
        for area, kpis in by_area(found).items()
    }
    return show(
        request,
        "metrics/catalogue.html",
        "All numbers",
        areas=areas,
        wanted=wanted,
        found=len(found),
        of=len(seen),
        span=span,
        state=state_of(span.settled),
        others=[] if wanted else other_boards(request),
        pack=pack_of(request),
        may_choose=may_choose(request),
        is_catalogue=True,
    )


def matches(kpi: type[KPI], wanted: str) -> bool:
    """Whether every word somebody looks for stands in a KPI's names or definition."""
    said = " ".join([kpi.title, kpi.key, *names_of(kpi), kpi.definition()]).casefold()
    return all(word in said for word in wanted.casefold().split())
