"""Every number there is, with what it means: for whoever looks for one that stands on no board."""

from django.http import HttpRequest, HttpResponse

from metrics.boards import BOARDS
from metrics.registry import all_kpis
from metrics.sight import visible_kpis
from metrics.views.frame import page, show, url_of
from metrics.views.span import span_of
from metrics.views.state import state_of

ROOMS = {
    "lifecycle": "Customers and recurring revenue",
    "sales": "Sales",
    "marketing": "Marketing",
    "support": "Support",
    "surveys": "Voice of customer",
}


@page
def catalogue(request: HttpRequest) -> HttpResponse:
    span = span_of(request)
    rooms: dict[str, list[dict[str, str]]] = {}
    for kpi in visible_kpis(request.user, all_kpis()):
        room = kpi.__module__.rpartition(".")[2]
        entry = {"title": kpi.title, "summary": kpi.summary(), "url": f"{url_of(kpi)}?{span.query}"}
        rooms.setdefault(ROOMS.get(room, room.capitalize()), []).append(entry)
    return show(
        request,
        "metrics/catalogue.html",
        "All numbers",
        rooms=rooms,
        span=span,
        state=state_of(span.settled),
        boards=[board for board in BOARDS.values() if visible_kpis(request.user, board.kpis)],
        is_catalogue=True,
    )
