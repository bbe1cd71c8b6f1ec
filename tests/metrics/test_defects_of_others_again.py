"""More of what other products get wrong: what moves with today's rate, zone or viewer, and what is silently cut."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from customers.models import Activity, User
from customers.services import log_activity
from metrics.language import KPI
from metrics.measures.marketing import LeadsCreated
from metrics.measures.pipeline import StagesEntered
from metrics.measures.sales import DealsClosed, StageStays
from metrics.models import Run, Snapshot
from metrics.night import settle_nights
from metrics.registry import kpi_of
from sales.models import Deal
from sales.services.deals import move_deal, open_deal, win_deal
from surveys.models import Answer
from surveys.services import invite, take_answer
from tests.conftest import api_of, staff_of
from tests.makers import make_customer, make_fx_rate, make_lead, make_pipeline
from tests.metrics.asked import number, series, settle
from tests.metrics.vectors.crowd import at, closed_deals
from tests.surveys.makers import make_contact, make_nps

pytestmark = pytest.mark.django_db

MARCH = ("2025-03-01", "2025-04-01")
SPRING = datetime(2025, 5, 20, 10, tzinfo=UTC)


# ── Money as it was worth then ──────────────────────────────────────────────────────────────────────────────────


def test_d9_a_win_is_worth_what_it_was_at_the_rate_of_its_day() -> None:
    """100 dollars won at 0.90; at the rate of May they would be 50."""
    make_fx_rate(on=date(2025, 3, 1), rate=Decimal("0.90"))
    win_deal(open_deal(deal(currency="USD"), at=at(3, 1)), at=at(3, 10))
    settle(DealsClosed)
    make_fx_rate(on=date(2025, 5, 1), rate=Decimal("0.50"))
    with time_machine.travel(SPRING):
        assert settle(DealsClosed)["deals_closed"] == (0, 0)
        assert number("won_revenue", *MARCH) == 90


def deal(**fields: object) -> Deal:
    return Deal(**{"name": "Deal", "amount": Decimal(100), "pipeline": make_pipeline(), **fields})


# ── Values, not pages ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> list[type[KPI]]:
    kpis = [kpi_of("won_revenue")]
    monkeypatch.setattr("metrics.night.all_measures", lambda: [DealsClosed])
    monkeypatch.setattr("metrics.night.all_kpis", lambda: kpis)
    return kpis


def of_month(month: int) -> list[tuple[int, Decimal]]:
    known = Snapshot.objects.filter(kpi="won_revenue", grain="month", start=date(2025, month, 1))
    return list(known.order_by("revision").values_list("revision", "value"))


def test_d10_what_was_missed_is_published_later_and_twice_is_once(few: list[type[KPI]]) -> None:
    """Nothing ran from March to May. April's value is a number all the same, and comparable with March's."""
    closed_deals(3, "won", on=at(3, 10))
    with time_machine.travel(datetime(2025, 3, 20, 10, tzinfo=UTC)):
        settle_nights()
    closed_deals(2, "won", on=at(4, 10))
    with time_machine.travel(SPRING):
        settle_nights()
        assert (of_month(3)[-1], of_month(4)) == ((2, 300), [(1, 200)])  # March is said again: final, not partial
        before = Snapshot.objects.count()
        settle_nights(kind=Run.Kind.MANUAL)
        assert Snapshot.objects.count() == before


# ── Days of the business, whoever looks from where ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("today", [datetime(2025, 2, 10, tzinfo=UTC), datetime(2025, 7, 10, tzinfo=UTC)])
def test_d13_a_winter_night_keeps_its_day_in_summer(today: datetime) -> None:
    """22:30 UTC on 31 January is 23:30 in Berlin; by the clock of July it would be half past midnight in February."""
    with time_machine.travel(today):
        make_lead(created_at=datetime(2025, 1, 31, 22, 30, tzinfo=UTC))
        make_lead(created_at=datetime(2025, 1, 31, 23, 30, tzinfo=UTC))
        settle(LeadsCreated)
        assert series("leads", "2025-01-01", "2025-03-01", "month") == [1, 1]


def test_d16_everybody_sees_the_same_number_and_all_of_its_parts(manager: User) -> None:
    """Of 150 sources none is cut off, and a viewer's clock of Tokyo moves nothing over midnight."""
    for i in range(150):
        make_lead(created_at=datetime(2025, 3, 31, 21, 30, tzinfo=UTC), lead_source=f"Source {i}")
    settle(LeadsCreated)
    asked = {"start": MARCH[0], "end": MARCH[1], "by": "source"}
    door = api_of(manager)
    here = door.get("/api/v1/kpis/leads/", asked).json()
    there = door.get("/api/v1/kpis/leads/", asked, headers={"Time-Zone": "Asia/Tokyo", "Accept-Language": "ja"}).json()
    assert here == there
    assert parts(here["cells"]) == 150
    printed = StringIO()
    call_command("kpi", "leads", format="json", stdout=printed, **asked)
    assert parts(json.loads(printed.getvalue())["cells"]) == 150
    page = staff_of(manager).get("/kpis/leads/", asked).content.decode()
    assert "120 others" in page  # 30 lines, and the rest told together: they add up to the whole
    assert "The parts add up to the whole." in page


def parts(cells: list[dict[str, object]]) -> int:
    return sum(1 for cell in cells if cell.get("member") and cell["value"] == "1")


# ── Answers ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_d14_a_link_is_a_secret_and_takes_one_answer(client: Client) -> None:
    """Knowing whom we asked is no way in; sent five times, it is one answer; the database holds it too."""
    contact = make_contact()
    invitation, token = invite(make_nps(), contact=contact)
    for guess in (contact.pk, invitation.pk, f"{contact.pk}-{invitation.pk}"):
        assert client.post(f"/s/{guess}/", {"score": "0", "contact": contact.pk}).status_code == 404
    for score in (9, 2, 2, 7, 8):
        client.post(f"/s/{token}/", {"score": score})
    assert [answer.score for answer in Answer.objects.standing()] == [8]
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(survey=invitation.survey, invitation=invitation, score=0, answered_at=at(3, 1))


def test_d14_a_day_later_the_link_is_used_up(client: Client) -> None:
    token = invite(make_nps(), contact=make_contact())[1]
    take_answer(token, score=9)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1, minutes=1)):
        assert client.post(f"/s/{token}/", {"score": "0"}).status_code == 410
    assert Answer.objects.standing().get().score == 9


# ── Deals that lie idle ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def may() -> Iterator[None]:
    with time_machine.travel(SPRING, tick=False):
        yield


def test_d15_a_deal_is_idle_since_something_last_happened_not_since_it_was_opened(may: None, manager: User) -> None:
    """All were opened in January. One moved on, one was called about; a plan and a note are not yet anything done."""
    offer = make_pipeline().stages.get(name="Offer")
    moved, called, noted, left = (
        open_deal(deal(name=name, pipeline=offer.pipeline), at=at(1, 7))
        for name in ("Moved", "Called", "Noted", "Left")
    )
    move_deal(moved, to=offer, at=at(5, 12))
    log_activity(make_customer(), kind="call", subject="They are keen", at=at(5, 13), about=called)
    log_activity(make_customer(), kind="note", subject="Call them", at=at(5, 14), about=noted)
    Activity.objects.create(kind="call", subject="Planned", due_at=at(6, 1), about=left)
    win_deal(open_deal(deal(name="Won"), at=at(1, 7)), at=at(1, 8))
    names = [one["name"] for one in api_of(manager).get("/api/v1/deals/?idle_days=30").json()["results"]]
    assert sorted(names) == ["Left", "Noted"]
    page = staff_of(manager).get("/staff/sales/deal/?idle=30").content.decode()
    assert [f">{name}<" in page for name in ("Moved", "Called", "Noted", "Left")] == [False, False, True, True]


def test_d15_the_age_in_a_stage_begins_with_the_stage(may: None) -> None:
    """Opened in January and moved at two in the afternoon of 12 May: 7 days and 10 hours when 19 May ends."""
    offer = make_pipeline().stages.get(name="Offer")
    move_deal(open_deal(deal(pipeline=offer.pipeline), at=at(1, 7)), to=offer, at=at(5, 12))
    settle(StagesEntered, StageStays)
    assert number("stage_age", "2025-05-01", "2025-05-20", places=4) == Decimal("7.4167")
