"""What the night publishes is what publishing everything would, at a fraction of the reading."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Model

from customers.models import Customer
from metrics import night, publish
from metrics.evaluate import Reading
from metrics.language import KPI
from metrics.measures.sales import DealsClosed, Purchases
from metrics.measures.steering import ManualValues
from metrics.models import ManualMeasure, ManualValue, Run, RunStep, Snapshot
from metrics.moved import moved
from metrics.night import settle_nights
from metrics.periods import Grain, Period
from metrics.registry import all_kpis, kpi_of
from sales.models import Cost, Deal, Lead, Order, OrderLine, Quota, Subscription
from sales.services.subscriptions import change_subscription, end_subscription, start_subscription
from support.models import Interaction, Ticket
from surveys.models import Answer
from tests.makers import (
    make_answer,
    make_cost,
    make_customer,
    make_deal,
    make_lead,
    make_manual_measure,
    make_order,
    make_pipeline,
)
from tests.metrics.asked import settle
from tests.metrics.world import NOW, World, at
from tests.worlds import world as kept_world

pytestmark = pytest.mark.django_db
EDITS = 8


# ── Whatever changes ────────────────────────────────────────────────────────────────────────────────────────────


def some_day(dice: Random) -> datetime:
    return at(dice.randint(-1, 4), dice.randint(1, 28))


def one_of(model: type[Model], dice: Random) -> Any:
    return model.objects.filter(pk=dice.choice(list(model.objects.order_by("pk").values_list("pk", flat=True))))


def later(model: type[Model], *clocks: str) -> Callable[[Random], Any]:
    """Moves a record's clocks together, by some days to either side."""

    def edit(dice: Random) -> None:
        by = timedelta(days=dice.randint(-40, 40))
        one_of(model, dice).update(**{clock: F(clock) + by for clock in clocks})

    return edit


def subscribe(dice: Random) -> None:
    fresh = Subscription(customer=dice.choice(list(Customer.objects.order_by("pk"))), price=dice.randint(1, 90))
    start_subscription(fresh, at=some_day(dice))


CHANGES: tuple[Callable[[Random], Any], ...] = (
    lambda dice: one_of(Deal, dice).update(amount=dice.randint(1, 9_999)),
    lambda dice: one_of(Deal, dice).delete(),
    later(Deal, "created_at", "closed_at"),
    lambda dice: one_of(Lead, dice).update(lead_source="Somebody"),
    lambda dice: make_lead(created_at=some_day(dice)),
    later(Lead, "created_at", "first_contacted_at", "converted_at"),
    lambda dice: one_of(OrderLine, dice).update(net=dice.randint(1, 500)),
    later(Order, "placed_at"),
    lambda dice: make_order(dice.randint(1, 99), customer=make_customer(), placed_at=some_day(dice)),
    lambda dice: one_of(Ticket, dice).update(priority="urgent"),
    later(Ticket, "created_at", "replied_at", "solved_at", "awaited_since"),
    later(Interaction, "ended_at"),
    lambda dice: make_answer(survey=Answer.objects.first().survey, score=4, answered_at=some_day(dice)),
    lambda dice: one_of(Answer, dice).delete(),
    lambda dice: make_cost(amount=dice.randint(1, 99), starts_on=some_day(dice).date()),
    lambda dice: one_of(Cost, dice).delete(),
    lambda dice: one_of(Quota, dice).update(amount=dice.randint(1, 9_999)),
    lambda dice: one_of(Customer, dice).update(segment=dice.choice(["smb", "enterprise"])),
    lambda dice: change_subscription(one_of(Subscription, dice).get(), at=some_day(dice), price=dice.randint(1, 99)),
    lambda dice: end_subscription(one_of(Subscription, dice).get(), at=some_day(dice)),
    subscribe,
)


def change_something(dice: Random) -> None:
    """What the records do not allow, or a service refuses, has not happened."""
    try:
        with transaction.atomic():
            dice.choice(CHANGES)(dice)
            connection.check_constraints()
    except Exception as refused:
        if not isinstance(refused, IntegrityError) and type(refused).__name__ != "ValidationError":
            raise


def everything_anew(run: Run) -> dict[str, int]:
    """How many values publishing every period of every KPI would write, had the run not published yet."""
    run.kind = Run.Kind.REBUILD
    edition = publish.Edition(all_kpis(), run)
    return {kpi.key: n for kpi in all_kpis() if (n := publish.publish(kpi, edition))}


class TestWhateverChanges:
    @pytest.fixture(scope="class", autouse=True)
    @staticmethod
    def _told(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
        with kept_world(django_db_blocker):
            with time_machine.travel(NOW, tick=False):
                World()
            yield

    @pytest.mark.parametrize("seed", range(3))
    def test_publishing_what_moved_leaves_nothing_for_publishing_everything(self, seed: int) -> None:
        dice, today = Random(seed), NOW
        for _ in range(3):
            today += timedelta(days=dice.choice([0, 0, 1, 1, 2, 5, 33]))
            with time_machine.travel(today, tick=False):
                for _ in range(dice.randint(0, EDITS)):
                    change_something(dice)
                run = settle_nights(kind=Run.Kind.MANUAL)
                assert run is not None
                assert run.status == Run.Status.DONE
                assert everything_anew(run) == {}


# ── What has moved ──────────────────────────────────────────────────────────────────────────────────────────────


def won(amount: int, on: datetime) -> Deal:
    return make_deal(
        pipeline=make_pipeline(), amount=amount, outcome="won", created_at=at(1, 1), closed_at=on, lead_source="Fair"
    )


def days_after(change: Callable[[], Any]) -> list[date]:
    settle(DealsClosed)
    before = Run.objects.latest("pk").pk
    change()
    settle(DealsClosed)
    return moved([DealsClosed], before)[DealsClosed]


def test_a_corrected_amount_moves_its_day() -> None:
    deal = won(10, at(2, 3))
    assert days_after(lambda: Deal.objects.filter(pk=deal.pk).update(amount=11)) == [date(2025, 2, 3)]


def test_a_corrected_day_moves_both() -> None:
    deal = won(10, at(2, 3))
    assert days_after(lambda: Deal.objects.filter(pk=deal.pk).update(closed_at=at(3, 9))) == [
        date(2025, 2, 3),
        date(2025, 3, 9),
    ]


def test_another_cut_of_the_same_amount_moves_nothing() -> None:
    deal = won(10, at(2, 3))
    assert days_after(lambda: Deal.objects.filter(pk=deal.pk).update(lead_source="Web")) == []


def test_what_came_and_went_between_two_nights_moves_nothing() -> None:
    settle(DealsClosed)
    before = Run.objects.latest("pk").pk
    deal = won(10, at(2, 3))
    settle(DealsClosed)
    deal.delete()
    settle(DealsClosed)
    assert moved([DealsClosed, Purchases], before) == {DealsClosed: [], Purchases: []}


# ── What is read ────────────────────────────────────────────────────────────────────────────────────────────────


def read_in(run: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Period]]:
    """The periods each KPI is read for while something runs."""
    asked: dict[str, list[Period]] = {}
    read = publish.read_together

    def note(due: dict[type[KPI], list[Period]], **words: Any) -> Reading:
        asked.update({kpi.key: sorted(periods) for kpi, periods in due.items() if periods})
        return read(due, **words)

    with monkeypatch.context() as noted:
        noted.setattr(publish, "read_together", note)
        run()
    return asked


def test_a_late_correction_is_counted_in_its_month_quarter_and_year_alone(
    few: list[type[KPI]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two deals, of February and of August; February's is corrected in December."""
    deal, _ = won(10, at(2, 3)), won(20, at(8, 3))
    with time_machine.travel(datetime(2025, 12, 20, 9, tzinfo=UTC), tick=False):
        settle_nights()
        Deal.objects.filter(pk=deal.pk).update(amount=11)
        asked = read_in(lambda: settle_nights(kind=Run.Kind.MANUAL), monkeypatch)
    first = date(2025, 1, 1)
    stretches = [
        Period(first, date(2025, 4, 1)),
        Period(first, date(2026, 1, 1)),
        Period(date(2025, 2, 1), date(2025, 3, 1)),
    ]
    assert asked == {"win_rate": stretches, "won_revenue": stretches}


def test_one_kpi_that_cannot_be_read_fails_alone(few: list[type[KPI]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Read together with the others it spoils the reading; so each reads for itself, and it fails."""
    won(10, at(2, 3))
    read = publish.read_together

    def fail(due: dict[type[KPI], list[Period]], **words: Any) -> Reading:
        if kpi_of("win_rate") in due:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        return read(due, **words)

    monkeypatch.setattr(publish, "read_together", fail)
    run = settle_nights(kind=Run.Kind.MANUAL)
    assert run is not None
    failed = RunStep.objects.filter(run=run).exclude(error="")
    assert [(step.key, "division by zero" in step.error) for step in failed] == [("win_rate", True)]
    assert Snapshot.objects.filter(kpi="won_revenue", grain=Grain.MONTH, start=date(2025, 2, 1), value=10).exists()


def test_what_failed_yesterday_is_published_with_the_next_night(
    few: list[type[KPI]], monkeypatch: pytest.MonkeyPatch
) -> None:
    won(10, at(2, 3))
    with monkeypatch.context() as broken:
        broken.setattr(publish, "words_of", lambda value: 1 // 0)
        settle_nights(kind=Run.Kind.MANUAL)
    assert not Snapshot.objects.exists()
    settle_nights(kind=Run.Kind.MANUAL)
    assert Snapshot.objects.filter(kpi="won_revenue", grain=Grain.MONTH, start=date(2025, 2, 1), value=10).exists()


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> list[type[KPI]]:
    """A house with one measure and two KPIs."""
    kpis = [kpi_of("win_rate"), kpi_of("won_revenue")]
    monkeypatch.setattr(night, "all_measures", lambda: [DealsClosed])
    monkeypatch.setattr(night, "all_kpis", lambda: kpis)
    return kpis


# ── What people measure by hand ─────────────────────────────────────────────────────────────────────────────────


def told(measure: ManualMeasure, month: int, value: int) -> ManualValue:
    days = {"starts_on": date(2025, month, 1), "ends_on": date(2025, month, 28)}
    return ManualValue.objects.create(measure=measure, value=value, **days)


def said(key: str, month: int) -> list[tuple[int, int | None]]:
    """Every revision of a month, in whole numbers."""
    known = Snapshot.objects.filter(kpi=key, grain=Grain.MONTH, start=date(2025, month, 1)).order_by("revision")
    return [(one.revision, one.value and int(one.value)) for one in known]


@pytest.fixture
def by_hand(few: list[type[KPI]], monkeypatch: pytest.MonkeyPatch) -> ManualMeasure:
    """Engagement since February, and the rent since January."""
    monkeypatch.setattr(night, "all_measures", lambda: [DealsClosed, ManualValues])
    rent, engagement = make_manual_measure(key="rent"), make_manual_measure(key="engagement", joined="mean")
    for month, value in ((1, 900), (2, 910)):
        told(rent, month, value)
    for month, value in ((2, 7), (3, 8)):
        told(engagement, month, value)
    return engagement


@time_machine.travel(NOW, tick=False)
def test_what_is_told_by_hand_is_published_each_from_its_own_first_day(by_hand: ManualMeasure) -> None:
    settle_nights(kind=Run.Kind.MANUAL)
    assert [said("manual_rent", month) for month in (1, 2, 3)] == [[(1, 900)], [(1, 910)], [(1, 0)]]
    assert [said("manual_engagement", month) for month in (1, 2, 3)] == [[], [(1, 7)], [(1, 8)]]


@time_machine.travel(NOW, tick=False)
def test_what_is_told_by_hand_is_told_anew_in_the_open(by_hand: ManualMeasure) -> None:
    """A corrected value, one moved from the rent to engagement, and another way to join them: each is a revision."""
    settle_nights(kind=Run.Kind.MANUAL)
    ManualValue.objects.filter(measure=by_hand, value=7).update(value=6)
    settle_nights(kind=Run.Kind.MANUAL)
    assert said("manual_engagement", 2) == [(1, 7), (2, 6)]
    january = ManualValue.objects.get(value=900)
    january.measure = by_hand
    january.save()
    settle_nights(kind=Run.Kind.MANUAL)
    assert said("manual_engagement", 1) == [(1, 900)]
    assert said("manual_rent", 1) == [(1, 900), (2, 0)]
    ManualMeasure.objects.filter(pk=by_hand.pk).update(joined="sum")
    ManualValue.objects.create(measure=by_hand, starts_on=date(2025, 3, 1), ends_on=date(2025, 3, 5), value=4)
    settle_nights(kind=Run.Kind.MANUAL)
    assert said("manual_engagement", 3) == [(1, 8), (2, 12)]
    run = settle_nights(kind=Run.Kind.MANUAL)
    assert run is not None
    assert not run.snapshots.exists()


@time_machine.travel(NOW, tick=False)
def test_what_is_put_away_during_a_night_stops_nobody(by_hand: ManualMeasure, monkeypatch: pytest.MonkeyPatch) -> None:
    run, _ = night.start(Run.Kind.MANUAL)
    by_hand.delete()
    assert run is not None
    assert night.see_through(run).status == Run.Status.DONE
    assert not Snapshot.objects.filter(kpi="manual_engagement").exists()
