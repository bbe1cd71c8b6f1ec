"""Any number of runners share a run, and whatever becomes of them its effect is that of one undisturbed pass."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import OperationalError, connection, connections

from metrics import failpoint, night, steps, tasks
from metrics.measures.sales import DealsClosed, DealsCreated
from metrics.models import Fact, Night, Run, RunStep, Snapshot
from metrics.registry import kpi_of
from tests.metrics.test_night import won

Arm = Callable[[str], None]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(night, "all_measures", lambda: [DealsClosed, DealsCreated])
    monkeypatch.setattr(night, "all_kpis", lambda: [kpi_of("win_rate"), kpi_of("won_revenue")])


@pytest.fixture
def arm(monkeypatch: pytest.MonkeyPatch) -> Arm:
    monkeypatch.setattr(failpoint, "armed", None)
    return failpoint.arm


def failed(run: Run) -> dict[str, str]:
    return dict(run.steps.failed().values_list("key", "error"))


@pytest.mark.django_db
def test_a_step_that_fails_once_is_tried_again_and_done(few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    won()
    settle, calls = night.ledger.catch_up, []

    def stumble(*args: object, **how: Any) -> object:
        calls.append(args)
        if len(calls) == 1:
            raise OperationalError("deadlock detected")
        return settle(*args, **how)

    monkeypatch.setattr(night.ledger, "catch_up", stumble)
    run = night.settle_nights()
    step = run.steps.get(key="deals_closed")
    assert (run.status, step.state, step.attempts) == ("done", "done", 2)
    assert step.error == "OperationalError: deadlock detected"
    assert Fact.objects.filter(measure__gt=0).count() == 2


@pytest.mark.django_db
def test_a_step_has_three_attempts(few: None, arm: Arm) -> None:
    won()
    arm("values replaced=raise")
    run = night.settle_nights()
    assert failed(run) == dict.fromkeys(("win_rate", "won_revenue"), "Broken: Armed to break at 'values replaced'.")
    assert set(run.steps.failed().values_list("attempts", flat=True)) == {3}
    assert (run.status, run.error) == ("failed", "2 of 6 steps failed.")


@pytest.mark.django_db
def test_who_was_cut_off_three_times_is_not_given_the_step_again(few: None) -> None:
    """Whatever ends its runner every time does not end every runner for ever."""
    won()
    run, _ = night.start()
    run.steps.filter(key="win_rate").update(attempts=3, worker="host:1:1")
    run = night.see_through(run)
    assert failed(run) == {"win_rate": "host:1:1 was cut off."}
    assert Snapshot.objects.filter(kpi="won_revenue").exists()


@pytest.mark.django_db(transaction=True)
def test_a_step_that_hangs_is_cut_by_the_database(few: None, monkeypatch: pytest.MonkeyPatch, settings) -> None:
    settings.NIGHT_STEP_SECONDS = 0.2
    publish = night.publish.publish

    def hang(kpi: type, *args: object) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", [30 if kpi.key == "win_rate" else 0])
        return publish(kpi, *args)

    monkeypatch.setattr(night.publish, "publish", hang)
    won()
    run = night.settle_nights()
    assert list(failed(run)) == ["win_rate"]
    assert "statement timeout" in failed(run)["win_rate"]
    assert Snapshot.objects.filter(kpi="won_revenue").exists()


@pytest.mark.django_db(transaction=True)
def test_a_runner_whose_connection_breaks_goes_on_with_another(few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the database is restarted: the session ends in the middle of a step."""
    settle, broken = night.ledger.catch_up, []

    def break_once(*args: object, **how: Any) -> object:
        change = settle(*args, **how)
        if not broken:
            broken.append(args)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return change

    monkeypatch.setattr(night.ledger, "catch_up", break_once)
    won()
    run = night.settle_nights()
    step = run.steps.get(key="deals_closed")
    assert (run.status, step.state, step.attempts) == ("done", "done", 2)
    assert "was cut off" in step.error
    assert Fact.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_four_runners_do_every_step_once(few: None) -> None:
    won()
    run, _ = night.start()
    done: list[tuple[str, ...]] = []

    def noted(one: steps.Work) -> steps.Work:
        return steps.Work(lambda run, keys: (done.append(tuple(keys)), one.verb(run, keys))[1], one.at_once)

    works = {kind: noted(one) for kind, one in night.works(run).items()}

    def stay() -> None:
        try:
            steps.work(run, works)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=stay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(key for keys in done for key in keys) == sorted(run.steps.values_list("key", flat=True))
    assert set(run.steps.values_list("state", "attempts")) == {("done", 1)}
    assert steps.at_work() == {}


@pytest.mark.django_db(transaction=True)
def test_a_run_by_hand_may_bring_company(few: None) -> None:
    won()
    call_command("nightly", runners=3, verbosity=0)
    run = Run.objects.get()
    assert (run.status, set(run.steps.values_list("state", "attempts"))) == ("done", {("done", 1)})


@pytest.mark.django_db
def test_no_number_is_published_before_the_last_measure_is_settled(few: None) -> None:
    run, _ = night.start()
    assert {step.kind for step in steps._within_reach(run)} == {RunStep.Kind.MEASURE}
    run.steps.filter(kind=RunStep.Kind.MEASURE).update(state=RunStep.State.FAILED)
    assert {step.kind for step in steps._within_reach(run)} == {RunStep.Kind.SWAP}


@pytest.mark.django_db
def test_four_hundred_missed_nights_are_one_run(few: None) -> None:
    with time_machine.travel("2025-01-10T10:00Z"):
        night.settle_nights()
    won()
    with time_machine.travel("2026-03-05T10:00Z"):
        run = night.settle_nights()
        assert night.due_days() == []
    assert run.nights.count() == 419
    assert Night.objects.order_by("day").first().day == date(2025, 1, 9)


@pytest.mark.django_db
def test_a_finished_run_is_finished_once(few: None) -> None:
    run = night.settle_nights()
    again = night.see_through(run)
    assert (again.pk, again.finished_at) == (run.pk, run.finished_at)


@pytest.mark.django_db
def test_ticks_call_for_as_many_as_are_missing(few: None, monkeypatch: pytest.MonkeyPatch, settings) -> None:
    settings.NIGHT_RUNNERS = 3
    called: list[int] = []
    monkeypatch.setattr(tasks.work, "delay", called.append)
    monkeypatch.setattr(tasks, "at_work", dict)
    tasks.tick()
    assert called == [Run.objects.get().pk] * 3
    monkeypatch.setattr(tasks, "at_work", lambda: {1: 71, 2: 71, 3: 72})
    tasks.tick()
    assert len(called) == 4


@pytest.mark.django_db
def test_a_lost_or_doubled_message_changes_nothing(few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first tick's messages are lost with the broker; of the second one's, each comes twice, one the day after."""
    won()
    sent: list[int] = []
    monkeypatch.setattr(tasks.work, "delay", lambda number: None)
    tasks.tick()
    monkeypatch.setattr(tasks.work, "delay", lambda number: sent.extend([number, number]))
    tasks.tick()
    for number in sent:
        tasks.work(number)
    with time_machine.travel(timedelta(days=1)):
        tasks.work(sent[0])
    run = Run.objects.get()
    assert (run.status, set(run.steps.values_list("attempts", flat=True))) == ("done", {1})
    assert Fact.objects.count() == 2


@pytest.mark.django_db
def test_a_run_by_hand_helps_the_one_at_work_first(few: None) -> None:
    night.start()
    call_command("nightly")
    assert list(Run.objects.values_list("kind", "status")) == [("nightly", "done")]
    night.start(Run.Kind.MANUAL)
    call_command("nightly", wait=True, verbosity=0)
    assert Run.objects.filter(status="done").count() == 3


# ── Failpoints ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_point_named_stands_somewhere_and_every_point_that_stands_is_named() -> None:
    rooms = Path(night.__file__).parent
    said = "\n".join(path.read_text() for path in rooms.glob("*.py"))
    assert {name for name in failpoint.POINTS if f'failpoint("{name}")' in said} == set(failpoint.POINTS)
    assert said.count('failpoint("') == len(failpoint.POINTS)


def test_words_that_name_no_point_are_refused(arm: Arm) -> None:
    with pytest.raises(ValueError, match="PLUMB_FAILPOINT is a point"):
        arm("facts clsoed=kill")
