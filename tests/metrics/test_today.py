"""The running day, counted by hand on top of what the night settled: never in a settled number, always marked."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection

from metrics.asking import Question
from metrics.evaluate import Status, exact
from metrics.measures.sales import DealsClosed
from metrics.models import Cell, Fact
from sales.models import Deal
from sales.services.deals import win_deal
from tests.conftest import api_of, staff_of
from tests.makers import make_customer, make_deal, make_pipeline
from tests.metrics.asked import number, question, settle

pytestmark = pytest.mark.django_db
MARCH = ("2026-03-01", "2026-04-01")
TENTH = ("2026-03-10", "2026-03-11")
NOON = datetime(2026, 3, 10, 11, tzinfo=UTC)


@pytest.fixture
def deals(owner):
    """Won: 100 on 2 March, settled. On the 10th, not settled: 40 by the owner, 7 by nobody; one more is open."""
    with time_machine.travel(NOON, tick=False):
        pipeline, customer = make_pipeline(), make_customer(owner=owner, segment="small")
        began = datetime(2026, 2, 1, 12, tzinfo=UTC)
        found = [
            make_deal(pipeline=pipeline, customer=customer, owner=who, amount=amount, created_at=began)
            for amount, who in ((100, owner), (40, owner), (7, None), (1000, owner))
        ]
        win_deal(found[0], at=datetime(2026, 3, 2, 12, tzinfo=UTC))
        settle(DealsClosed)
        win_deal(found[1], at=datetime(2026, 3, 10, 8, tzinfo=UTC))
        win_deal(found[2], at=datetime(2026, 3, 10, 9, tzinfo=UTC))
        yield found


def ledger() -> tuple[int, int, int | None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(run_to) FROM metrics_fact")
        return Fact.objects.count(), Cell.objects.count(), cursor.fetchone()[0]


def today(start: str, end: str, **words) -> Question:
    return question("won_revenue", start, end, as_of="today", **words)


def test_the_running_day_counts_where_it_is_asked_for(deals: list[Deal]) -> None:
    assert number("won_revenue", *MARCH) == 100
    value = today(*MARCH).answer().total[0]
    assert (exact(value.value, 0), value.n, value.status) == (147, 3, Status.PARTIAL)
    value = today(*TENTH).answer().total[0]
    assert (exact(value.value, 0), value.status) == (47, Status.PARTIAL)


def test_nothing_of_it_stays(deals: list[Deal]) -> None:
    before = ledger()
    today(*MARCH).answer()
    assert ledger() == before
    assert number("won_revenue", *MARCH) == 100


def test_a_record_corrected_since_the_night_counts_as_it_is_now(deals: list[Deal]) -> None:
    Deal.objects.filter(pk=deals[0].pk).update(amount=90)
    assert exact(today(*MARCH).answer().total[0].value, 0) == 137


def test_parts_add_up_and_rows_open(deals: list[Deal], owner) -> None:
    asked = today(*TENTH, by="owner")
    answer = asked.answer()
    assert {m: exact(answer.cells[0, m].value, 0) for m in answer.members} == {str(owner.pk): 40, "": 7}
    (component,) = asked.components()
    assert [row.record for row in asked.rows(component)] == [deals[2].pk, deals[1].pk]


def test_days_of_a_series_after_the_running_one_are_empty(deals: list[Deal]) -> None:
    answer = today("2026-03-09", "2026-03-12", grain="day").answer()
    assert [exact(value.value, 0) for value in answer.total] == [0, 47, 0]
    assert answer.total[1].status == Status.PARTIAL


def test_the_api_says_the_same_and_marks_it(deals: list[Deal], manager, owner) -> None:
    words = {"start": "2026-03-10", "end": "2026-03-11", "as_of": "today"}
    (cell,) = api_of(manager).get("/api/v1/kpis/won_revenue/", words).json()["cells"]
    assert (Decimal(cell["value"]), cell["status"]) == (47, "partial")
    (cell,) = api_of(owner).get("/api/v1/kpis/won_revenue/", words).json()["cells"]
    assert Decimal(cell["value"]) == 40


def test_the_page_shows_today_so_far_and_the_way_there(deals: list[Deal], manager) -> None:
    page = staff_of(manager).get("/kpis/won-revenue/", {"period": "today"}).content.decode()
    assert "€47" in page
    assert "no night has settled it yet" in page
    page = staff_of(manager).get("/kpis/won-revenue/", {"period": "this_month"}).content.decode()
    assert "€100" in page
    assert ">With today</a>" in page
    page = staff_of(manager).get("/kpis/won-revenue/", {"period": "this_month", "as_of": "today"}).content.decode()
    assert "€147" in page
    rows = staff_of(manager).get("/kpis/won-revenue/rows/", {"period": "today"}).content.decode()
    assert all(deal.name in rows for deal in deals[1:3])
    assert deals[0].name not in rows


def test_a_board_shows_today_so_far(deals: list[Deal], manager) -> None:
    board = staff_of(manager).get("/kpis/boards/sales/", {"period": "today"}).content.decode()
    assert "€47" in board
