"""On the pages: what was restated is marked, and opens to what changed, as it was reported and as it is now known."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client

from customers.models import User
from metrics.services import lock_books
from sales.models import Deal
from tests.metrics.restating import ASKED, correct, keep_few, nightly, tell_january

pytestmark = pytest.mark.django_db
Staff = Callable[[User], Client]


@pytest.fixture
def january(monkeypatch: pytest.MonkeyPatch, owner: User, mate: User, manager: User) -> SimpleNamespace:
    keep_few(monkeypatch)
    made = tell_january(owner, mate)
    made.after = correct(made, manager)
    return made


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:3000]
    return " ".join(answer.content.decode().split())


def test_a_restated_month_says_so_and_opens_to_what_changed(
    january: SimpleNamespace, staff: Staff, manager: User
) -> None:
    shown = page(staff(manager), f"/kpis/won-revenue/?{ASKED}&grain=month")
    changes = f"/kpis/won-revenue/changes/?{ASKED.replace('&', '&amp;')}&amp;since={january.before.pk}"
    assert ">Restated</b>" in shown
    assert f'<a href="{changes}">+€50.00</a>' in shown
    assert "restated, was €1,700" in shown
    assert 'class="k-moved"' in shown
    told = page(staff(manager), f"/kpis/won-revenue/changes/?{ASKED}&since={january.before.pk}")
    assert "3 records. €750.00 came, €700.00 left: together +€50.00. That is the difference." in told
    assert f"/staff/sales/deal/{january.second.pk}/change/" in told
    for words in ("deal changed", "deal came", "deal left", "deleted since", "manager", "€1,700", "€1,750"):
        assert words in told


def test_a_board_marks_what_was_restated(january: SimpleNamespace, staff: Staff, manager: User, owner: User) -> None:
    shown = page(staff(manager), f"/kpis/boards/sales/?{ASKED}")
    assert "restated, was €1,700</a>" in shown
    assert "restated, was" not in page(staff(owner), f"/kpis/boards/sales/?{ASKED}")


def test_as_reported_is_one_click_away(january: SimpleNamespace, staff: Staff, manager: User) -> None:
    shown = page(staff(manager), f"/kpis/won-revenue/?{ASKED}")
    assert f'<a href="/kpis/won-revenue/?{ASKED.replace("&", "&amp;")}&amp;as_of=reported">As reported</a>' in shown
    then = page(staff(manager), f"/kpis/won-revenue/?{ASKED}&as_of=reported")
    assert "€1,700</a>" in then
    rows = page(staff(manager), f"/kpis/won-revenue/rows/?{ASKED}&as_of=reported")
    assert "3 rows, together €1,700.00. That is the number." in rows
    assert "€500.00" in rows


def test_a_locked_month_shows_what_was_reported_and_what_was_adjusted(
    january: SimpleNamespace, staff: Staff, manager: User
) -> None:
    with time_machine.travel(datetime(2025, 2, 6, 9, tzinfo=UTC), tick=False):
        lock_books(date(2025, 1, 31), note="Sent to the board", by=manager)
    shown = page(staff(manager), f"/kpis/won-revenue/?{ASKED}")
    assert ">Locked</b>" in shown
    assert "nothing has changed since" in shown
    Deal.objects.filter(pk=january.late.pk).update(amount=20)
    nightly(7)
    shown = page(staff(manager), f"/kpis/won-revenue/?{ASKED}")
    assert "Locked up to 31 January 2025 by manager on 6 February 2025: Sent to the board." in shown
    assert f'since={january.after.pk}">−€30.00</a>' in shown
    told = page(staff(manager), f"/kpis/won-revenue/changes/?{ASKED}")
    assert "1 record. €20.00 came, €50.00 left: together −€30.00." in told


def test_everybody_sees_their_own_part_of_what_changed(
    january: SimpleNamespace, staff: Staff, owner: User, mate: User, agent: User
) -> None:
    shown = page(staff(owner), f"/kpis/won-revenue/?{ASKED}")
    assert "Restated" not in shown.replace("restated and locked mean", "")
    told = page(staff(owner), f"/kpis/won-revenue/changes/?{ASKED}")
    assert "€1,500" in told
    assert "1 record. €700.00 came, €500.00 left: together +€200.00." in told
    assert "Deal 50" not in told.replace("Deal 500", "")
    assert "No record of this term" in page(staff(mate), f"/kpis/won-revenue/changes/?{ASKED}&where=owner={owner.pk}")
    page(staff(agent), f"/kpis/won-revenue/changes/?{ASKED}", 404)


def test_a_share_tells_what_changed_above_and_below(january: SimpleNamespace, staff: Staff, manager: User) -> None:
    told = page(staff(manager), f"/kpis/win-rate/changes/?{ASKED}&term=1")
    assert "2 records. 1 came, 1 left: together +0." in told


def test_what_cannot_be_compared_is_refused_kindly(january: SimpleNamespace, staff: Staff, manager: User) -> None:
    for words in (
        "since=7777777",
        "since=now",
        "since=x",
        f"as_of={january.before.pk}&since={january.after.pk}",
        "term=9",
    ):
        page(staff(manager), f"/kpis/won-revenue/changes/?{ASKED}&{words}", 400)
    page(staff(manager), f"/kpis/won-revenue/changes/?{ASKED}&after=x", 400)
    page(staff(manager), "/kpis/won-revenue/changes/?start=2025-02-01&end=2025-03-01", 400)
