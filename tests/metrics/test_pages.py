"""What managers and others see on the KPI pages, counted by hand on five deals of January 2025."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from customers.choices import Role
from customers.models import User
from metrics.boards import BOARDS
from metrics.kpis import lifecycle
from metrics.measures.lifecycle import PayingCustomers
from metrics.measures.sales import DealsClosed, DealsCreated
from metrics.models import Run, RunStep, Snapshot
from metrics.registry import all_kpis
from metrics.sight import sight_of
from sales.models import Deal
from sales.services.deals import lose_deal, open_deal, win_deal
from tests.makers import make_customer, make_lost_reason, make_pipeline, make_team, make_user
from tests.metrics.asked import settle

JANUARY = "start=2025-01-01&end=2025-02-01"
Staff = Callable[[User], Client]


def deal(owner: User, amount: int, day: int, *, won: bool = True) -> Deal:
    at = datetime(2025, 1, day, 12, tzinfo=UTC)
    made = Deal(name=f"Deal {amount}", customer=make_customer(), amount=Decimal(amount), owner=owner)
    opened = open_deal(made, at=at - timedelta(days=10))
    return win_deal(opened, at=at) if won else lose_deal(opened, reason=make_lost_reason(), at=at)


@pytest.fixture
def deals(owner: User, mate: User, colleague: User) -> SimpleNamespace:
    """The owner wins 1,000 and 500 and loses 300; the mate wins 200; the colleague 4,000."""
    make_pipeline(is_default=True)
    made = SimpleNamespace(
        first=deal(owner, 1_000, 10),
        second=deal(owner, 500, 20),
        lost=deal(owner, 300, 20, won=False),
        mates=deal(mate, 200, 15),
        theirs=deal(colleague, 4_000, 25),
    )
    settle(DealsClosed, DealsCreated)
    return made


def page(staff: Staff, user: User, address: str) -> str:
    answer = staff(user).get(address)
    assert answer.status_code == 200, answer.content[:2000]
    return text(answer)


def text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


# ── Who sees what ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("who", "revenue", "badge"),
    [
        ("owner", "€1,500", "your records"),
        ("mate", "€200.00", "your records"),
        ("lead", "€1,700", "your team"),
        ("manager", "€5,700", "company"),
    ],
)
def test_everybody_sees_the_numbers_of_what_they_may_see(
    who: str, revenue: str, badge: str, staff: Staff, deals: SimpleNamespace, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(who)
    for address in ("/kpis/", "/kpis/boards/sales/", "/kpis/won-revenue/", "/kpis/won-revenue/rows/"):
        shown = page(staff, user, f"{address}?{JANUARY}")
        assert revenue in shown
        assert f'<span class="k-badge">{badge}</span>' in shown


def test_who_has_no_role_is_led_to_the_door(staff: Staff, stranger: User, client: Client) -> None:
    for visitor in (staff(stranger), client):
        answer = visitor.get("/kpis/")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/staff/login/")


def test_a_number_that_is_none_of_ones_business_does_not_exist(staff: Staff, agent: User) -> None:
    for address in ("/kpis/win-rate/", "/kpis/win-rate/rows/", "/kpis/win-rate/rows.csv", "/kpis/win-rate/series.csv"):
        assert staff(agent).get(address).status_code == 404
    assert "Won revenue" not in page(staff, agent, "/kpis/")


def test_rows_of_others_are_not_shown_even_when_asked_for_by_name(
    staff: Staff, deals: SimpleNamespace, owner: User, colleague: User
) -> None:
    shown = page(staff, owner, f"/kpis/won-revenue/rows/?{JANUARY}&where=owner={colleague.pk}")
    assert "Deal 4000" not in shown
    assert "No rows" in shown


def test_both_sides_of_a_quotient_are_seen_equally_far(owner: User, mate: User, colleague: User) -> None:
    """A rep sees the team's customers but only their own subscriptions: revenue per account is of their own."""
    mine, _, _ = (make_customer(owner=user) for user in (owner, mate, colleague))
    sight = sight_of(owner, lifecycle.ARPA)
    assert sight is not None
    assert sight.words == "your records"
    with connection.cursor() as cursor:
        cursor.execute(*sight.limits[PayingCustomers])
        assert cursor.fetchall() == [(mine.pk,)]


# ── What stands on the pages ────────────────────────────────────────────────────────────────────────────────────


def test_a_card_says_both_stretches_of_days_it_compares(staff: Staff, manager: User, deals: SimpleNamespace) -> None:
    shown = page(staff, manager, f"/kpis/boards/sales/?{JANUARY}")
    assert "<p>1 to 31 January 2025</p>" in shown
    assert "in 1 to 31 December 2024" in shown


def test_a_quotient_says_what_it_was_divided_from(staff: Staff, manager: User, deals: SimpleNamespace) -> None:
    shown = page(staff, manager, f"/kpis/win-rate/?{JANUARY}")
    assert "80.0 %" in shown
    assert "4 of 5" in shown
    assert "95 % between 37.6 to 96.4 %" in shown
    assert "number of deals closed (won)" in shown


def test_rows_add_up_to_the_number_on_the_page(staff: Staff, manager: User, deals: SimpleNamespace) -> None:
    shown = page(staff, manager, f"/kpis/won-revenue/rows/?{JANUARY}")
    for name, adds in (("Deal 1000", "€1,000.00"), ("Deal 500", "€500.00"), ("Deal 200", "€200.00")):
        assert name in shown
        assert adds in shown
    assert "4 rows, together €5,700.00. That is the number." in shown
    assert "Deal 300" not in shown
    assert f"/staff/sales/deal/{deals.first.pk}/change/" in shown


def test_the_denominator_has_its_own_rows(staff: Staff, manager: User, deals: SimpleNamespace) -> None:
    shown = page(staff, manager, f"/kpis/win-rate/rows/?{JANUARY}&term=1")
    assert "5 rows, together 5. That is the number." in shown
    assert "Deal 300" in shown


def test_the_parts_of_a_breakdown_add_up(staff: Staff, manager: User, owner: User, deals: SimpleNamespace) -> None:
    shown = page(staff, manager, f"/kpis/won-revenue/?{JANUARY}&by=team")
    assert "The parts add up to the whole." in shown
    assert ("North" in shown, "€1,700" in shown, "South" in shown, "€4,000" in shown) == (True, True, True, True)
    assert "70.2 %" in shown  # 4,000 of 5,700


def test_a_part_can_be_looked_at_alone(staff: Staff, manager: User, owner: User, deals: SimpleNamespace) -> None:
    shown = page(staff, manager, f"/kpis/won-revenue/?{JANUARY}&where=owner={owner.pk}")
    assert "€1,500" in shown
    assert "Owner: <b>owner</b>" in shown


def test_more_members_than_fit_are_summed_up_as_others(staff: Staff, manager: User, roles: None) -> None:
    make_pipeline(is_default=True)
    for i in range(33):
        deal(make_user(f"seller-{i}", Role.REP), 100 + i, 10)
    settle(DealsClosed)
    shown = page(staff, manager, f"/kpis/won-revenue/?{JANUARY}&by=owner")
    assert "3 others" in shown
    assert "€303.00" in shown  # 100 + 101 + 102
    assert "The parts add up to the whole." in shown


def test_an_earlier_run_can_be_asked_what_it_knew(staff: Staff, manager: User, deals: SimpleNamespace) -> None:
    first = Run.objects.get()
    Deal.objects.filter(pk=deals.theirs.pk).update(amount=1_000)
    settle(DealsClosed)
    assert "€2,700" in page(staff, manager, f"/kpis/won-revenue/?{JANUARY}")
    shown = page(staff, manager, f"/kpis/won-revenue/?{JANUARY}&as_of={first.pk}")
    assert "€5,700" in shown
    assert f"As it was known in run {first.pk}" in shown


def test_published_revisions_are_listed(staff: Staff, manager: User, deals: SimpleNamespace) -> None:
    month = {"kpi": "won_revenue", "grain": "month", "start": date(2025, 1, 1), "end": date(2025, 2, 1)}
    run = Run.objects.get()
    Snapshot.objects.create(**month, value=5_000, n=3, is_latest=False, run=run)
    Snapshot.objects.create(**month, value=5_700, n=4, revision=2, run=run)
    shown = page(staff, manager, f"/kpis/won-revenue/?{JANUARY}")
    assert "2 (latest)" in shown
    assert "€5,000" in shown


def test_a_failed_number_says_why_and_what_was_published_last(
    staff: Staff, manager: User, deals: SimpleNamespace
) -> None:
    run = Run.objects.get()
    last = {"grain": "month", "start": date(2025, 1, 1), "end": date(2025, 2, 1), "n": 4}
    Snapshot.objects.create(kpi="won_revenue", value=5_600, run=run, **last)
    run.status, run.finished_at = Run.Status.FAILED, run.started_at
    run.save()
    RunStep.objects.create(
        run=run, kind=RunStep.Kind.KPI, key="won_revenue", state="failed", error="ZeroDivisionError: by zero"
    )
    shown = page(staff, manager, f"/kpis/boards/sales/?{JANUARY}")
    assert "Failed last night:</b> ZeroDivisionError: by zero" in shown
    assert "€5,600 for 1 to 31 January 2025" in shown


def test_an_empty_house_says_what_to_do(staff: Staff, manager: User) -> None:
    assert "Nothing is counted yet" in page(staff, manager, "/kpis/")


def test_a_night_at_work_shows_how_far_it_is(staff: Staff, manager: User, deals: SimpleNamespace) -> None:
    Run.objects.create(through=date(2025, 1, 31), zone="Europe/Berlin", currency="EUR")
    shown = page(staff, manager, "/kpis/")
    assert "The night is being counted" in shown
    assert 'data-refresh="6"' in shown


def test_demo_data_on_its_way_shows_how_far_it_is(staff: Staff, manager: User) -> None:
    cache.set("plumb:filling", {"step": "Orders and carts", "share": 0.25}, 60)
    try:
        shown = page(staff, manager, "/kpis/")
    finally:
        cache.delete("plumb:filling")
    assert "Demo data is being written" in shown
    assert "25 %" in shown


def test_what_the_nights_did_is_for_those_who_look_after_them(
    staff: Staff, manager: User, owner: User, deals: SimpleNamespace
) -> None:
    run = Run.objects.get()
    RunStep.objects.create(
        run=run, kind=RunStep.Kind.KPI, key="win_rate", state="failed", error="ZeroDivisionError: by zero"
    )
    addresses = ["run/", f"run/{run.pk}/change/", "night/", "snapshot/"]
    for address in addresses:
        assert staff(manager).get(f"/staff/metrics/{address}").status_code == 200
        assert staff(owner).get(f"/staff/metrics/{address}").status_code == 403
    assert "ZeroDivisionError" in page(staff, manager, f"/staff/metrics/run/{run.pk}/change/")
    assert staff(manager).post(f"/staff/metrics/run/{run.pk}/delete/").status_code == 403


def test_the_days_are_remembered(staff: Staff, manager: User, deals: SimpleNamespace) -> None:
    client = staff(manager)
    client.get(f"/kpis/?{JANUARY}")
    assert "1 to 31 January 2025" in text(client.get("/kpis/boards/sales/"))


# ── Every page, whatever is asked ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("key", BOARDS)
def test_every_board_stands(key: str, staff: Staff, manager: User, deals: SimpleNamespace) -> None:
    assert "Nothing is counted yet" not in page(staff, manager, f"/kpis/boards/{key}/?{JANUARY}") or key != "sales"


def test_every_number_has_its_pages(staff: Staff, manager: User, deals: SimpleNamespace) -> None:
    client = staff(manager)
    for kpi in all_kpis():
        address = kpi.key.replace("_", "-")
        for door in ("", "rows/"):
            assert client.get(f"/kpis/{address}/{door}?{JANUARY}").status_code == 200, kpi.key


def test_every_number_one_may_see_can_be_found(staff: Staff, manager: User, agent: User) -> None:
    shown = page(staff, manager, "/kpis/all/")
    assert all(f"/kpis/{kpi.key.replace('_', '-')}/" in shown for kpi in all_kpis())
    assert "/kpis/win-rate/" not in page(staff, agent, "/kpis/all/")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("start=yesterday", "start"),
        ("start=2025-02-01&end=2025-01-01", "end"),
        ("start=2025-01-01&through=31.1.", "through"),
        ("start=0001-01-01", "start"),
        ("start=2025-01-01&through=9999-12-31", "through"),
        ("period=next_century", "period"),
        ("grain=minute", "grain"),
        ("by=weather", "by"),
        ("where=segment", "where"),
        ("where=weather=rain", "where"),
        ("where=owner=nobody%00", "where"),
        ("as_of=soon", "as_of"),
        ("as_of=99999999999999", "as_of"),
        ("term=9", "term"),
        ("after=now", "after"),
    ],
)
def test_a_wrong_word_is_named_kindly(words: str, field: str, staff: Staff, manager: User) -> None:
    settle(DealsClosed)
    door = "rows/" if field in ("term", "after") else ""
    answer = staff(manager).get(f"/kpis/won-revenue/{door}?{words}")
    assert answer.status_code == 400
    assert field in text(answer)


def test_what_is_not_there_is_not_found(staff: Staff, manager: User) -> None:
    for address in ("/kpis/happiness/", "/kpis/boards/weather/", "/kpis/happiness/rows.csv"):
        assert staff(manager).get(address).status_code == 404


# ── Few queries ─────────────────────────────────────────────────────────────────────────────────────────────────


def queries(client: Client, address: str) -> int:
    """How often a page asks the database; opening and closing its transaction is no question."""
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len([query for query in seen if "SAVEPOINT" not in query["sql"]])


@pytest.mark.parametrize("who", ["manager", "lead", "owner", "agent", "marketer"])
def test_a_board_asks_the_database_few_times(
    who: str, staff: Staff, deals: SimpleNamespace, request: pytest.FixtureRequest
) -> None:
    """Six times for the session and the frame; then one reading for each way somebody sees its numbers."""
    client = staff(request.getfixturevalue(who))
    asked = {key: queries(client, f"/kpis/boards/{key}/?{JANUARY}") for key in BOARDS}
    # An agent sees some numbers as their own, some as the team's, some in all; an empty board is asked why.
    assert {key: n for key, n in asked.items() if n > (13 if who == "agent" else 12)} == {}


def test_more_rows_do_not_mean_more_queries(staff: Staff, manager: User, owner: User, deals: SimpleNamespace) -> None:
    client = staff(manager)
    addresses = [f"/kpis/won-revenue/{door}?{JANUARY}&by=team" for door in ("", "rows/")]
    before = [queries(client, address) for address in addresses]
    for i in range(20):
        deal(make_user(f"new-{i}", Role.REP, team=make_team()), 10, 12)
    settle(DealsClosed)
    assert [queries(client, address) for address in addresses] == before


def test_very_many_rows_are_not_added_up_again_for_a_look(
    staff: Staff, manager: User, deals: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/kpis/won-revenue/rows/?{JANUARY}"
    assert "4 rows, together €5,700.00. That is the number." in page(staff, manager, address)
    monkeypatch.setattr("metrics.explain.MANY", 3)
    told = page(staff, manager, address)
    assert "4 rows; the file has them all." in told
    assert "That is the number." not in told
