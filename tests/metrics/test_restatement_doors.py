"""What was said, what changed and the locks of the books: the same over the API and at the command line."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from customers.models import User
from metrics.models import PeriodLock
from tests.metrics.restating import ASKED, correct, keep_few, nightly, tell_january

pytestmark = pytest.mark.django_db
Api = Callable[[User], APIClient]
REVENUE = f"/api/v1/kpis/won_revenue/{{}}?{ASKED}"
NOW = datetime(2025, 2, 6, 9, tzinfo=UTC)


@pytest.fixture
def january(monkeypatch: pytest.MonkeyPatch, owner: User, mate: User, manager: User) -> SimpleNamespace:
    keep_few(monkeypatch)
    made = tell_january(owner, mate)
    made.after = correct(made, manager)
    return made


def got(client: APIClient, address: str, status: int = 200) -> Any:
    answer = client.get(address)
    assert answer.status_code == status, answer.content
    return answer.json()


def printed(*words: str, **options: Any) -> str:
    out = StringIO()
    call_command("kpi", "won_revenue", *words, start="2025-01-01", end="2025-02-01", stdout=out, **options)
    return out.getvalue()


# ── What was said ───────────────────────────────────────────────────────────────────────────────────────────────


def test_every_revision_can_be_listed(january: SimpleNamespace, api: Api, manager: User) -> None:
    told = got(api(manager), REVENUE.format("revisions/") + "&grain=month")
    said = [(r["revision"], r["value"], r["run"], r["is_reported"], r["is_latest"]) for r in told["results"]]
    assert said == [(1, "1700", january.before.pk, True, False), (2, "1750", january.after.pk, False, True)]
    assert json.loads(printed("--revisions", grain="month", format="json"))["results"] == told["results"]
    assert "r1   run" in printed("--revisions")
    assert printed("--revisions", format="csv").startswith("grain,start,end,revision")


def test_who_sees_a_part_is_told_nothing_of_the_whole(january: SimpleNamespace, api: Api, owner: User) -> None:
    assert got(api(owner), REVENUE.format("revisions/"))["results"] == []


def test_as_reported_and_as_now_known_are_one_word_apart(january: SimpleNamespace, api: Api, manager: User) -> None:
    for words, value in (
        ("", "1750"),
        ("&as_of=reported", "1700"),
        ("&as_of=2025-02-05", "1700"),
        ("&as_of=now", "1750"),
    ):
        assert [cell["value"] for cell in got(api(manager), REVENUE.format("") + words)["cells"]] == [value]
    rows = got(api(manager), REVENUE.format("rows/") + "&as_of=reported")
    assert sorted(row["contribution"] for row in rows["results"]) == ["1000", "200", "500"]
    assert "1,700" in printed(as_of="reported")
    got(api(manager), REVENUE.format("") + "&as_of=yesterday", 400)


# ── What changed ────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_changed_is_told_record_by_record(january: SimpleNamespace, api: Api, manager: User) -> None:
    told = got(api(manager), REVENUE.format("changes/"))
    assert (told["since"], told["before"]["value"], told["after"]["value"]) == (january.before.pk, "1700", "1750")
    (term,) = told["terms"]
    assert (term["left"], term["came"], term["difference"], term["is_explained"]) == ("700", "750", "50", True)
    rows = {row["record"]: (row["what"], row["before"], row["after"]) for row in told["results"]}
    assert rows[january.second.pk] == ("changed", "500", "700")
    assert rows[january.late.pk] == ("came", None, "50")
    assert len(rows) == 3
    assert {cause["by"] for row in told["results"] for cause in row["causes"]} >= {manager.pk}


def test_what_changed_comes_in_pages(january: SimpleNamespace, api: Api, manager: User) -> None:
    first = got(api(manager), REVENUE.format("changes/") + "&page_size=2")
    second = got(api(manager), first["next"])
    assert [len(page["results"]) for page in (first, second)] == [2, 1]
    assert second["next"] is None
    got(api(manager), REVENUE.format("changes/") + "&cursor=x", 400)
    for since in ("now", "12345678", str(january.after.pk)):
        got(api(manager), REVENUE.format("changes/") + f"&as_of={january.before.pk}&since={since}", 400)


def test_nobody_is_told_of_rows_they_may_not_see(january: SimpleNamespace, api: Api, owner: User, mate: User) -> None:
    told = got(api(owner), REVENUE.format("changes/"))
    assert [(row["record"], row["difference"]) for row in told["results"]] == [(january.second.pk, "200")]
    assert got(api(mate), REVENUE.format("changes/"))["results"] == []


def test_the_command_line_tells_what_changed(january: SimpleNamespace) -> None:
    told = printed(since="reported")
    assert "€1,700 then, €1,750 now" in told
    assert "changed" in told
    assert "manager" in told
    by_json = json.loads(printed(since=str(january.before.pk), format="json"))
    assert [row["difference"] for row in by_json["terms"][0]["rows"]] in (["-200", "200", "50"], ["200", "-200", "50"])
    assert len(printed(since="reported", format="csv").splitlines()) == 4
    with pytest.raises(CommandError, match="--since"):
        printed(since="tomorrow")


# ── Locks ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_manager_locks_the_books_and_others_see_it(
    january: SimpleNamespace, api: Api, manager: User, owner: User, stranger: User
) -> None:
    locks = "/api/v1/period-locks/"
    with time_machine.travel(NOW, tick=False):
        for user, status in ((stranger, 403), (owner, 403), (manager, 201)):
            answer = api(user).post(locks, {"through": "2025-01-31", "note": "Sent to the board"})
            assert answer.status_code == status, answer.content
        told = answer.json()
        assert (told["run"], told["locked_by"]) == (january.after.pk, manager.pk)
        for wrong in ({"through": "2025-01-31"}, {"through": "2025-02-06"}, {"through": "2025-03-01", "run": 1}, {}):
            assert api(manager).post(locks, wrong).status_code == 400, wrong
    assert [lock["through"] for lock in got(api(owner), locks)["results"]] == ["2025-01-31"]
    assert got(api(owner), REVENUE.format(""))["locked_until"] == "2025-02-01"
    lift = f"{locks}{told['id']}/lift/"
    assert [api(user).post(lift).status_code for user in (stranger, owner, manager, manager)] == [404, 403, 200, 400]


def test_the_books_are_locked_on_the_staff_pages(
    january: SimpleNamespace, staff: Callable[[User], Client], manager: User, owner: User
) -> None:
    add, pages = "/staff/metrics/periodlock/add/", "/staff/metrics/periodlock/"
    with time_machine.travel(NOW, tick=False):
        assert staff(owner).post(add, {"through": "31/01/2025"}).status_code == 403
        refused = staff(manager).post(add, {"through": "2025-02-20", "note": ""})
        assert "Only days that a night has settled" in refused.content.decode()
        assert staff(manager).post(add, {"through": "2025-01-31", "note": "Sent"}).status_code == 302
    lock = PeriodLock.objects.get()
    assert (lock.note, lock.locked_by, lock.run) == ("Sent", manager, january.after)
    assert staff(manager).get(f"{pages}{lock.pk}/change/").status_code == 200
    staff(manager).post(pages, {"action": "lift", "_selected_action": [lock.pk]})
    lock.refresh_from_db()
    assert lock.lifted_by == manager
    assert "Sent" in staff(owner).get(pages).content.decode()
    assert nightly(7).pk > lock.run_id
