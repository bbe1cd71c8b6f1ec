"""What a board says is what the ledger says, whether it was read there or published by the last night."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from metrics import calendar
from metrics.boards import BOARDS, Board
from metrics.evaluate import evaluate_all
from metrics.models import Run
from metrics.periods import Period
from metrics.publish import words_of
from metrics.published import said_of, standing
from metrics.views.cards import cards
from metrics.views.span import Span
from metrics.views.state import state_of
from tests.metrics.world import FEBRUARY, NOW, QUARTER, World
from tests.worlds import world as kept_world

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with time_machine.travel(NOW, tick=False), kept_world(django_db_blocker):
        yield World()


def span(period: Period, name: str = "") -> Span:
    settled = calendar.settled_until()
    return Span(period.until(settled) or period, settled, name)


def spans() -> list[Span]:
    settled = calendar.settled_until()
    names = ("this_month", "last_month", "this_quarter", "this_year", "last_90")
    return [span(FEBRUARY), span(QUARTER), *(span(calendar.preset(name, until=settled), name) for name in names)]


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_a_card_shows_what_the_ledger_says(board: Board, world: World) -> None:
    for asked in spans():
        made = cards(world.manager, board.kpis, asked, state_of(asked.settled))
        assert len(made) == len(set(board.kpis))
        counted = evaluate_all(made, [asked.period, asked.earlier], settled=asked.settled)
        for kpi, card in made.items():
            told = [words_of(value) for value in (card.value, card.earlier)]
            assert told == [words_of(value) for value in counted[kpi].total], (kpi.key, asked.words)


def test_some_of_it_was_published(world: World) -> None:
    """Otherwise the test above would hold nothing against anything."""
    asked = span(FEBRUARY)
    kpis = BOARDS["retention"].kpis
    said = said_of(kpis, [FEBRUARY], [], asked.settled)
    assert sum(standing(kpi, FEBRUARY, said, asked.settled) is not None for kpi in kpis) >= 5


def test_while_a_night_is_at_work_nothing_published_is_taken_for_the_ledger(world: World) -> None:
    asked = span(FEBRUARY)
    run = Run.objects.create(through=NOW.date(), zone="Europe/Berlin", currency="EUR")
    try:
        said = said_of(BOARDS["retention"].kpis, [FEBRUARY], [], asked.settled)
        assert not any(snapshot.stands for snapshot in said.values())
    finally:
        run.delete()
