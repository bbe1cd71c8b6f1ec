"""The audit finds what nobody was told of, puts it right, and says so; and it finds numbers that do not agree."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from metrics import audit, invariants
from metrics.changes import Hearing
from metrics.measures.sales import DealsClosed
from metrics.measures.support import TicketMovements
from metrics.models import Audit, Cell, Finding, MeasureState, Run, Snapshot
from metrics.registry import kpi_of
from sales.models import Deal
from sales.services.deals import win_deal
from tests.conftest import staff_of
from tests.makers import make_customer, make_deal, make_pipeline, make_ticket, make_ticket_event
from tests.metrics.asked import night, number, settle

pytestmark = pytest.mark.django_db
MARCH = ("2026-03-01", "2026-04-01")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A house with one measure and three KPIs, so that nights are short."""
    monkeypatch.setattr("metrics.night.all_measures", lambda: [DealsClosed])
    monkeypatch.setattr("metrics.night.all_kpis", lambda: [kpi_of("win_rate"), kpi_of("won_revenue"), kpi_of("nps")])


@pytest.fixture
def deals(owner, few: None) -> list[Deal]:
    """Three deals, won on 2 March for 100, 40 and 7."""
    pipeline, customer = make_pipeline(), make_customer(owner=owner, segment="small")
    won = datetime(2026, 3, 2, 12, tzinfo=UTC)
    found = [
        make_deal(pipeline=pipeline, customer=customer, owner=owner, amount=amount, created_at=won - timedelta(days=9))
        for amount in (100, 40, 7)
    ]
    for deal in found:
        win_deal(deal, at=won)
    return found


def unheard(sql: str) -> None:
    """What a restore or a replica does: no trigger fires."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("DELETE FROM metrics_change")


def run() -> Run:
    return Run.objects.create(kind=Run.Kind.MANUAL, status=Run.Status.DONE, through=timezone.localdate())


def test_what_no_trigger_told_is_found_by_the_weekly_look_and_put_right(deals: list[Deal], monkeypatch) -> None:
    monkeypatch.setattr(audit, "A_NIGHT", 0)
    settle(DealsClosed)
    unheard(f"UPDATE sales_deal SET amount = 1000 WHERE id = {deals[0].pk}")
    audit.settle(DealsClosed, run(), Hearing())
    assert number("won_revenue", *MARCH, places=0) == 147
    assert not Finding.objects.exists()

    MeasureState.objects.update(compared_at=timezone.now() - timedelta(days=7))
    change = audit.settle(DealsClosed, run(), Hearing())
    assert change == (1, 1)
    assert number("won_revenue", *MARCH, places=0) == 1047
    finding = Finding.objects.get()
    assert (finding.kind, finding.about, finding.rows, finding.is_repaired) == (
        "weekly",
        "deals_closed",
        [deals[0].pk],
        True,
    )
    assert finding.words == "1 facts were missing and 1 were wrong, with no change heard of."


def test_what_no_trigger_told_is_found_by_looking_at_one_day(deals: list[Deal], monkeypatch) -> None:
    """All deals were won on one day, so that is the day the lot falls on."""
    monkeypatch.setattr(audit, "all_measures", lambda: [DealsClosed])
    settle(DealsClosed)
    unheard(f"DELETE FROM sales_stagechange WHERE deal_id = {deals[1].pk}")
    unheard(f"DELETE FROM sales_deal WHERE id = {deals[1].pk}")
    audit.settle(DealsClosed, run(), Hearing())
    assert number("won_revenue", *MARCH, places=0) == 107
    finding = Finding.objects.get()
    assert (finding.kind, finding.cell, finding.rows) == ("day", "2026-03-02", [deals[1].pk])


def test_of_rows_that_are_worked_out_some_records_are_looked_at_by_lot(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ticket is the only one, so it is drawn, whatever day the lot falls on."""
    monkeypatch.setattr(audit, "all_measures", lambda: [TicketMovements])
    monkeypatch.setattr(audit, "_some_day", lambda state, run: date(2020, 1, 1))
    ticket = make_ticket()
    make_ticket_event(ticket=ticket)
    settle(TicketMovements)
    unheard(f"UPDATE support_ticket SET priority = 'low' WHERE id = {ticket.pk}")
    audit.settle(TicketMovements, run(), Hearing())
    assert Finding.objects.get().rows == [ticket.pk]
    audit.settle(TicketMovements, run(), Hearing())
    assert Finding.objects.count() == 1


def test_a_change_that_was_heard_is_no_finding(deals: list[Deal]) -> None:
    settle(DealsClosed)
    MeasureState.objects.update(compared_at=timezone.now() - timedelta(days=7))
    Deal.objects.filter(pk=deals[0].pk).update(amount=1)
    audit.settle(DealsClosed, run(), Hearing())
    assert number("won_revenue", *MARCH, places=0) == 48
    assert not Finding.objects.exists()


def test_every_measure_is_looked_at_within_a_week(deals: list[Deal]) -> None:
    settle(DealsClosed)
    state = MeasureState.objects.live().get()
    state.compared_at = timezone.now() - timedelta(days=3)
    due = []
    for ahead in range(7):
        on = Run(through=timezone.localdate() + timedelta(days=ahead))
        due.append(audit._is_due(state, on))
    assert due.count(True) == 1


def test_numbers_that_agree_pass(deals: list[Deal]) -> None:
    last = night()
    assert Audit.objects.get(run=last).broken == 0
    assert Audit.objects.get(run=last).checked == len(invariants.PROMISES)
    assert not Finding.objects.exists()


def test_a_part_that_was_tampered_with_is_named(deals: list[Deal]) -> None:
    last = night()
    state = MeasureState.objects.live().get(key="deals_closed").pk
    month = Cell.objects.filter(measure=state, mark=0, dimension=20, grain="m")
    assert month.update(total=148_000_000) == 1
    assert invariants.audit(last) in (1, 2)  # The lot may fall on this month too.
    finding = Finding.objects.get(words__startswith="The parts")
    assert (finding.about, finding.cell) == ("deals_closed", "March 2026, by segment")
    assert finding.words == ("The parts have 3 rows and add up to 148000000; the whole has 3 and 147000000.")


def test_a_cell_that_is_not_its_facts_is_named_with_its_rows(deals: list[Deal], monkeypatch) -> None:
    """A row of the whole, the day and its month were changed alike, so that only the facts tell."""
    last = night()
    monkeypatch.setattr(invariants, "all_measures", lambda: [DealsClosed])
    state = MeasureState.objects.live().get(key="deals_closed").pk
    assert list(invariants.facts_make_cells(last)) == []
    Cell.objects.filter(measure=state, mark=0, dimension=0).update(n=4)
    found = list(invariants.facts_make_cells(last))
    assert [violation.cell for violation in found] == ["2026-03-02", "March 2026"]
    assert found[0].rows == tuple(sorted(deal.pk for deal in deals))
    assert found[0].words == "The facts are 3 and add up to 147000000; the cell says 4 and 147000000."


@pytest.mark.parametrize(
    ("kpi", "value", "about"),
    [("win_rate", "1.2", "win_rate"), ("won_revenue", "148", "won_revenue"), ("nps", "101", "nps")],
)
def test_a_published_number_that_cannot_be_is_named(deals: list[Deal], kpi: str, value: str, about: str) -> None:
    last = night()
    words = {"kpi": kpi, "grain": "month", "start": "2026-03-01"}
    if not Snapshot.objects.filter(**words).update(value=Decimal(value)):
        Snapshot.objects.create(**words, end="2026-04-01", value=Decimal(value), run=last, status="final")
    invariants.audit(last)
    assert {finding.about for finding in Finding.objects.all()} == {about}


def test_the_kpi_page_says_when_the_audit_last_passed_and_what_it_found(deals: list[Deal], manager) -> None:
    last = night()
    page = staff_of(manager).get("/kpis/won-revenue/").content.decode()
    passed = timezone.localtime(Audit.objects.get().finished_at)
    assert f"last passed the self-audit on {passed.day} {passed:%B %Y, %H:%M}" in page
    Cell.objects.filter(mark=0, dimension=20, grain="m").update(total=148_000_000)
    invariants.audit(last)
    page = staff_of(manager).get("/kpis/won-revenue/").content.decode()
    assert "for March 2026, by segment: The parts have 3 rows and add up to 148000000" in page
    assert "No self-audit has passed yet." in page
