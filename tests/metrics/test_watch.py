"""A night that does not come is noticed after 26 hours: on the pages, by whoever watches, and once by mail."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from customers.choices import Role
from metrics import tasks, watch
from metrics.models import Finding, Run, RunStep
from tests.conftest import staff_of
from tests.makers import make_user

pytestmark = pytest.mark.django_db


def ran(hours_ago: float, status: str = Run.Status.DONE, **words: object) -> Run:
    """A run that ended so long ago."""
    at = timezone.now() - timedelta(hours=hours_ago)
    through = timezone.localdate(at) - timedelta(days=1)
    return Run.objects.create(status=status, through=through, started_at=at, finished_at=at, **words)


def test_a_night_of_yesterday_is_in_time() -> None:
    ran(25.9)
    assert watch.late() is None


def test_after_26_hours_the_night_is_late_and_says_since_when() -> None:
    ran(60)
    run = ran(27)
    found = watch.late()
    assert (found.since, found.words) == (run, "No night has been settled well for 27 hours.")
    assert found.why == "No run has begun since: the worker or its clock may have stopped."


def test_a_night_that_failed_is_no_good_night() -> None:
    ran(50)
    failed = ran(3, Run.Status.FAILED, error="1 of 90 steps failed.")
    assert watch.late().why == f"Run {failed.pk}: 1 of 90 steps failed."


def test_a_house_where_no_run_ever_ended_well_is_late_too() -> None:
    assert watch.late() is None
    ran(30, Run.Status.BROKEN, error="The definitions changed before it was done.")
    assert watch.late().hours == 30


def test_the_admins_are_told_once(roles: None) -> None:
    make_user("chief", Role.ADMIN)
    make_user("rep", Role.REP)
    ran(30)
    assert [watch.raise_alarm(), watch.raise_alarm()] == [True, False]
    (letter,) = mail.outbox
    assert letter.to == ["chief@example.com"]
    assert letter.subject == "Plumb: No night has been settled well for 30 hours."
    assert "/staff/metrics/run/" in letter.body


def test_they_are_told_again_when_it_is_late_again(roles: None) -> None:
    make_user("chief", Role.ADMIN)
    ran(70)
    watch.raise_alarm()
    ran(28)
    watch.raise_alarm()
    assert len(mail.outbox) == 2


def test_a_mail_that_cannot_be_sent_is_sent_later(roles: None, monkeypatch: pytest.MonkeyPatch) -> None:
    make_user("chief", Role.ADMIN)
    ran(30)

    def refuse(*args: object) -> None:
        raise OSError("no way to the mail server")

    with monkeypatch.context() as broken:
        broken.setattr(watch, "send_mail", refuse)
        assert watch.raise_alarm() is False
    assert watch.raise_alarm() is True
    assert len(mail.outbox) == 1


def test_nobody_is_alarmed_while_a_fresh_run_may_still_cure_it(monkeypatch: pytest.MonkeyPatch, roles: None) -> None:
    make_user("chief", Role.ADMIN)
    ran(60)
    monkeypatch.setattr(tasks.work, "delay", lambda number: None)
    tasks.tick()
    assert mail.outbox == []
    Run.objects.filter(status="running").update(started_at=timezone.now() - timedelta(hours=2))
    tasks.tick()
    assert len(mail.outbox) == 1


def test_every_page_of_numbers_says_that_it_is_late(roles: None) -> None:
    client = staff_of(make_user("boss", Role.MANAGER))
    ran(30)
    assert "No night has been settled well for 30 hours" in client.get("/kpis/").content.decode()
    ran(1)
    assert "has been settled well" not in client.get("/kpis/").content.decode()


def test_whoever_watches_hears_of_it(client: Client) -> None:
    ran(30)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["night"].startswith("No night has been settled well for 30 hours.")


def test_open_findings_of_the_audit_are_counted(client: Client) -> None:
    run = ran(1)
    for is_repaired in (True, False, False):
        Finding.objects.create(run=run, kind="day", about="win_rate", words="They differ.", is_repaired=is_repaired)
    assert client.get("/readyz").json()["audit"] == "2 findings"


def test_the_health_page_is_for_those_who_look_after_the_numbers(roles: None) -> None:
    ran(1)
    assert staff_of(make_user("rep", Role.REP)).get("/staff/health/").status_code == 403
    shown = staff_of(make_user("boss", Role.MANAGER)).get("/staff/health/").content.decode()
    assert "Open findings of the audit" in shown


def test_the_page_of_a_run_tells_its_steps_and_who_worked(roles: None) -> None:
    run = ran(1, Run.Status.FAILED, error="1 of 3 steps failed.")
    told = {"worker": "host:12:3", "seconds": 0.25, "attempts": 1, "state": "done"}
    RunStep.objects.create(run=run, kind="measure", key="deals_closed", opened=1200, closed=3, **told)
    RunStep.objects.create(run=run, kind="kpi", key="won_revenue", **told | {"attempts": 2})
    RunStep.objects.create(run=run, kind="kpi", key="win_rate", attempts=3, state="failed", error="ZeroDivisionError")
    client = staff_of(make_user("boss", Role.MANAGER))
    shown = client.get(f"/staff/metrics/run/{run.pk}/change/").content.decode()
    for words in ("+1,200 −3", "Done at attempt 2", "Failed after attempt 3", "ZeroDivisionError", "host:12:3"):
        assert words in shown
    listed = client.get("/staff/metrics/run/").content.decode()
    assert "1 of 3 steps failed." in listed


def test_a_run_at_work_shows_how_far_it_is(roles: None) -> None:
    run = ran(0, Run.Status.RUNNING)
    RunStep.objects.create(run=run, kind="measure", key="deals_closed", state="done")
    RunStep.objects.create(run=run, kind="kpi", key="win_rate")
    shown = staff_of(make_user("boss", Role.MANAGER)).get(f"/staff/metrics/run/{run.pk}/change/").content.decode()
    assert "1 of 2 steps are behind it." in shown
    assert "Nobody is at work at it right now" in shown
    assert 'data-refresh="4"' in shown
