"""Boards: numbers that are read together, over the same days."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse

from metrics.boards import BOARDS, OVERVIEW, Board
from metrics.kpis import lifecycle
from metrics.language import KPI
from metrics.reading import Slice
from metrics.sight import sight_of
from metrics.views import waterfall
from metrics.views.address import address_of
from metrics.views.cards import Card, cards_and_more
from metrics.views.frame import page, show
from metrics.views.span import Span, span_of
from metrics.views.standing import grain_of, standings
from metrics.views.state import is_empty, state_of
from metrics.views.tabs import pack_of


@page
def overview(request: HttpRequest) -> HttpResponse:
    return _show(request, pack_of(request).overview)


@page
def board(request: HttpRequest, key: str) -> HttpResponse:
    if key not in BOARDS:
        raise Http404(f"There is no board {key!r}.")
    return _show(request, pack_of(request).overview if key == OVERVIEW.key else BOARDS[key])


def _show(request: HttpRequest, board: Board) -> HttpResponse:
    span = span_of(request)
    state = state_of(span.settled)
    more = waterfall.asked_of(span) if board.has_waterfall and sight_of(request.user, lifecycle.MRR) else {}
    counted, value = cards_and_more(request.user, board.kpis, span, state, more)
    made = _marked(counted, span)
    shelves = [
        {"title": shelf.title, "cards": [made[kpi] for kpi in shelf.kpis if kpi in made]} for shelf in board.shelves
    ]
    return show(
        request,
        "metrics/board.html",
        board.title,
        board=board,
        span=span,
        here=address_of(request, ()).of_days(span.asked),
        state=state,
        shelves=[shelf for shelf in shelves if shelf["cards"]],
        sights=_sights(list(made.values())),
        mixed=len(_sights(list(made.values()))) > 1,
        waterfall=waterfall.waterfall(span, value, Slice()) if more else None,
        is_empty=_is_empty(list(made.values())),
    )


def _marked(made: dict[type[KPI], Card], span: Span) -> dict[type[KPI], Card]:
    """Each card knows how what was published of these days stands."""
    published = [kpi for kpi, card in made.items() if not card.sight.limits]
    stand = standings(published, grain_of(span.period), span.period)
    return {kpi: replace(card, standing=stand.get((kpi, span.period))) for kpi, card in made.items()}


def _sights(made: list[Card]) -> list[str]:
    """Whose numbers stand here, in words, the widest sight first."""
    far = sorted({card.sight.reach for card in made}, reverse=True)
    return [reach.words for reach in far]


def _is_empty(made: list[Card]) -> bool:
    return not any(card.spark.is_drawn for card in made) and is_empty()
