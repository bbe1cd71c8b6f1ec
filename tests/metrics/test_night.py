"""The night is settled once in effect, whoever starts it, however often, and whatever breaks."""

import threading
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, connections

from metrics import ledger, night, tasks
from metrics.language import KPI
from metrics.measures.sales import DealsClosed
from metrics.measures.steering import GoalChances, GoalsDue
from metrics.models import Fact, Night, Run, RunStep, Snapshot
from metrics.periods import Period
from metrics.registry import kpi_of
from sales.models import Deal
from tests.makers import make_deal, make_goal, make_pipeline
from tests.metrics.asked import number

MARCH = ("2026-03-01", "2026-04-01")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A house with one measure and two KPIs, so that nights are short."""
    monkeypatch.setattr(night, "all_measures", lambda: [DealsClosed])
    monkeypatch.setattr(night, "all_kpis", lambda: [kpi_of("win_rate"), kpi_of("won_revenue")])


def won(amount: int = 10) -> None:
    make_deal(
        pipeline=make_pipeline(),
        amount=amount,
        outcome="won",
        created_at="2026-02-01T12:00Z",
        closed_at="2026-03-02T12:00Z",
    )


@pytest.mark.django_db
def test_days_not_done_are_due(few: None) -> None:
    with time_machine.travel("2026-04-10T10:00Z"):
        assert night.due_days() == [date(2026, 4, 9)]
        night.settle_nights()
        assert night.due_days() == []
        assert night.settle_nights() is None
    with time_machine.travel("2026-04-13T10:00Z"):
        assert night.due_days() == [date(2026, 4, 10), date(2026, 4, 11), date(2026, 4, 12)]
        run = night.settle_nights()
        assert list(run.nights.order_by("day").values_list("day", flat=True)) == [
            date(2026, 4, 10),
            date(2026, 4, 11),
            date(2026, 4, 12),
        ]


@pytest.mark.django_db
def test_a_hole_among_the_nights_is_due(few: None) -> None:
    with time_machine.travel("2026-04-10T10:00Z"):
        run = night.settle_nights()
        Night.objects.create(day=date(2026, 4, 6), run=run)
        assert night.due_days() == [date(2026, 4, 7), date(2026, 4, 8)]


@pytest.mark.django_db
def test_the_first_night_settles_every_day_since_the_first_fact(few: None) -> None:
    won()
    with time_machine.travel("2026-03-05T10:00Z"):
        night.settle_nights()
    assert list(Night.objects.order_by("day").values_list("day", flat=True)) == [
        date(2026, 3, 2),
        date(2026, 3, 3),
        date(2026, 3, 4),
    ]


@pytest.mark.django_db
def test_the_business_day_ends_at_local_midnight(few: None) -> None:
    """22:30 UTC in summer is half past midnight in Berlin: yesterday is over."""
    with time_machine.travel("2026-06-10T21:30Z"):
        assert night.due_days() == [date(2026, 6, 9)]
    with time_machine.travel("2026-06-10T22:30Z"):
        assert night.due_days() == [date(2026, 6, 10)]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks are done by whoever sends them."""
    monkeypatch.setattr(tasks, "work", SimpleNamespace(delay=tasks.work))


@pytest.mark.django_db
def test_a_tick_settles_what_is_due_and_a_second_one_nothing(few: None, at_once: None) -> None:
    won()
    assert "Run" in tasks.tick()
    assert tasks.tick() == "Nothing is due."
    assert Run.objects.count() == 1


@pytest.mark.django_db
def test_a_failing_kpi_stops_nobody_and_says_why(few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    won()
    publish = night.publish.publish

    def fail_for_win_rate(kpi: type[KPI], *args: object, **kwargs: object) -> int:
        if kpi.key == "win_rate":
            raise ZeroDivisionError("somebody divided by nothing")
        return publish(kpi, *args, **kwargs)

    monkeypatch.setattr(night.publish, "publish", fail_for_win_rate)
    run = night.settle_nights()
    assert run.status == Run.Status.FAILED
    assert run.steps.get(key="win_rate").error == "ZeroDivisionError: somebody divided by nothing"
    assert run.steps.get(key="won_revenue").error == ""
    assert Snapshot.objects.filter(kpi="won_revenue").exists()
    assert not Snapshot.objects.filter(kpi="win_rate").exists()


@pytest.mark.django_db
def test_a_failing_measure_fails_its_kpis_and_keeps_their_last_facts(
    few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    won()
    night.settle_nights(kind=Run.Kind.MANUAL)

    def fail(*args: object, **kwargs: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr(night.ledger, "_collect", fail)
    run = night.settle_nights(kind=Run.Kind.MANUAL)
    assert "division by zero" in run.steps.get(kind=RunStep.Kind.MEASURE).error
    assert run.steps.get(key="won_revenue").error == "Its measure failed: deals_closed."
    assert number("won_revenue", *MARCH, places=0) == 10


@pytest.mark.django_db
def test_a_run_begun_by_other_definitions_is_broken_off_and_done_again(few: None) -> None:
    won()
    Run.objects.create(status=Run.Status.RUNNING, through=date(2026, 3, 1), zone="Europe/Berlin", currency="EUR")
    run = night.settle_nights()
    assert list(Run.objects.order_by("pk").values_list("status", flat=True)) == [Run.Status.BROKEN, Run.Status.DONE]
    assert Night.objects.filter(run=run).exists()


def published(kpi: str = "won_revenue") -> dict[date, int]:
    latest = Snapshot.objects.filter(kpi=kpi, grain="month", is_latest=True).order_by("start")
    return {said.start: int(said.value or 0) for said in latest}


@pytest.mark.django_db
def test_what_a_killed_run_settled_the_next_one_publishes(few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A correction of March is settled by a run that dies before it publishes."""

    def die(*args: object) -> None:
        raise KeyboardInterrupt

    won(10)
    with time_machine.travel("2026-06-10T10:00Z"):
        night.settle_nights()
    won(5)
    with time_machine.travel("2026-06-11T10:00Z"):
        with monkeypatch.context() as broken:
            broken.setattr(night.publish, "publish", die)
            with pytest.raises(KeyboardInterrupt):
                night.settle_nights()
        assert published()[date(2026, 3, 1)] == 10
        night.settle_nights()
    assert published()[date(2026, 3, 1)] == 15


@pytest.mark.django_db
def test_a_new_kpi_is_published_for_all_days_known(few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    won()
    with time_machine.travel("2026-05-10T10:00Z"):
        night.settle_nights()
    with time_machine.travel("2026-05-11T10:00Z"):
        monkeypatch.setattr(night, "all_kpis", lambda: [kpi_of("won_revenue"), kpi_of("deals_won")])
        night.settle_nights()
    assert published("deals_won") == {date(2026, 3, 1): 1, date(2026, 4, 1): 0, date(2026, 5, 1): 0}


@pytest.mark.django_db
def test_a_kpi_computed_anew_is_published_anew(few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    won()
    with time_machine.travel("2026-05-10T10:00Z"):
        night.settle_nights()
    with time_machine.travel("2026-05-11T10:00Z"):
        monkeypatch.setattr(kpi_of("won_revenue"), "formula", 2 * DealsClosed.total("won"))
        night.settle_nights()
    assert published()[date(2026, 3, 1)] == 20


@pytest.mark.django_db
def test_a_month_whose_last_fact_is_gone_is_published_as_nothing(few: None) -> None:
    won()
    with time_machine.travel("2026-05-10T10:00Z"):
        night.settle_nights()
    Deal.objects.all().delete()
    with time_machine.travel("2026-05-11T10:00Z"):
        night.settle_nights()
    assert published() == {date(2026, 3, 1): 0, date(2026, 4, 1): 0, date(2026, 5, 1): 0}


@pytest.mark.django_db(transaction=True)
def test_two_at_once_write_once(few: None) -> None:
    won()
    begin, said = threading.Barrier(2), []

    def start() -> None:
        begin.wait()
        try:
            said.append(night.settle_nights())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {run for run in said if run} == {Run.objects.get()}
    assert Fact.objects.count() == 1


@pytest.mark.django_db
def test_a_changed_value_is_a_new_revision_and_the_old_one_stays(few: None) -> None:
    won(10)
    night.settle_nights(kind=Run.Kind.MANUAL)
    won(5)
    night.settle_nights(kind=Run.Kind.MANUAL)
    said = Snapshot.objects.filter(kpi="won_revenue", grain="month", start=date(2026, 3, 1)).order_by("revision")
    assert list(said.values_list("revision", "value", "is_latest")) == [(1, 10, False), (2, 15, True)]
    assert Snapshot.objects.filter(kpi="won_revenue", grain="month", start=date(2026, 4, 1), revision=1).exists()


@pytest.mark.django_db
def test_rebuilding_gives_the_same_ledger(few: None, capsys: pytest.CaptureFixture[str]) -> None:
    won()
    call_command("nightly")
    before = list(Fact.objects.values_list())
    call_command("nightly", rebuild=True)
    assert list(Fact.objects.values_list()) == before
    assert "0 facts opened, 0 closed, 0 values published" in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.django_db(transaction=True)
def test_a_night_sees_one_instant(few: None) -> None:
    """A measure is settled in one transaction that sees nothing that comes in meanwhile."""
    with ledger.one_view_of_the_world(), connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone()[0] == "repeatable read"


@pytest.mark.django_db
def test_only_what_changed_since_the_last_run_is_published_again(few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first run and the second change something; the third finds nothing and publishes nothing anew."""
    for _ in range(2):
        won()
        night.settle_nights(kind=Run.Kind.MANUAL)
    asked: list[str] = []
    read = night.publish.read_together

    def note(due: dict[type[KPI], list[Period]], **words: object) -> object:
        asked.extend(kpi.key for kpi, periods in due.items() if periods)
        return read(due, **words)

    monkeypatch.setattr(night.publish, "read_together", note)
    night.settle_nights(kind=Run.Kind.MANUAL)
    assert asked == []


@pytest.mark.django_db
@time_machine.travel("2026-04-01T09:00Z", tick=False)
def test_a_goal_that_came_due_yesterday_is_a_number_this_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six of eight are won in March: the night after its last day reads it, and says so in the same run."""
    monkeypatch.setattr(night, "all_measures", lambda: [GoalsDue, GoalChances, DealsClosed])
    monkeypatch.setattr(night, "all_kpis", lambda: [kpi_of("deals_won"), kpi_of("goal_attainment")])
    goal = make_goal(kpi="deals_won", target=8, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 31))
    for _ in range(6):
        won()
    run = night.settle_nights()
    assert run is not None
    assert run.status == Run.Status.DONE
    assert goal.readings.get(on=date(2026, 3, 31)).attained == 750_000
    said = Snapshot.objects.get(kpi="goal_attainment", grain="month", start=date(2026, 3, 1))
    assert (said.run, said.value) == (run, Decimal("0.75"))
    won()
    later = night.settle_nights(kind=Run.Kind.REBUILD)
    said = Snapshot.objects.get(kpi="goal_attainment", grain="month", start=date(2026, 3, 1), is_latest=True)
    assert (said.run, said.revision, said.value) == (later, 2, Decimal("0.875"))
