"""The boards on top of every page: those of the company's trade, and the one you stand on."""

from django.http import HttpRequest

from metrics.boards import BOARDS, Board
from metrics.models import PackChoice
from metrics.packs import GENERAL, PACKS, Pack
from metrics.sight import visible_kpis


def pack_of(request: HttpRequest) -> Pack:
    """The pack in force, asked once a page; one that is no longer declared is the general one."""
    if not hasattr(request, "_pack"):
        request._pack = PACKS.get(PackChoice.objects.in_force(), GENERAL)  # type: ignore[attr-defined]
    return request._pack  # type: ignore[attr-defined]


def tabs(request: HttpRequest, here: Board | None = None) -> list[Board]:
    """The boards of the pack of which this person sees anything, and last the one they are on."""
    boards = list(pack_of(request).boards)
    if here and here.key not in {board.key for board in boards}:
        boards.append(BOARDS[here.key])
    return seen(request, boards)


def other_boards(request: HttpRequest) -> list[Board]:
    """The boards the pack does not start with."""
    first = {board.key for board in pack_of(request).boards}
    return seen(request, [board for board in BOARDS.values() if board.key not in first])


def seen(request: HttpRequest, boards: list[Board]) -> list[Board]:
    return [board for board in boards if visible_kpis(request.user, board.kpis)]
