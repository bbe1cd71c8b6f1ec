"""A changed past value is a new revision with its reason; what was reported, and its rows, can be read for ever."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError

from customers.byline import at_work
from customers.models import User
from metrics.books import History, histories, published_in, reported_in
from metrics.models import Cause, Change, Run, Snapshot
from metrics.night import settle_nights
from metrics.periods import Grain
from metrics.registry import kpi_of
from metrics.restated import Comparison, compare
from metrics.services import lift_lock, lock_books
from metrics.sight import sight_of
from sales.models import Deal
from tests.makers import make_customer, make_deal, make_fx_rate, make_pipeline
from tests.metrics.asked import question
from tests.metrics.restating import DAYS, JANUARY, at, correct, keep_few, nightly, tell_january, won


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_few(monkeypatch)


@pytest.fixture
def january(few: None, owner: User, mate: User) -> SimpleNamespace:
    return tell_january(owner, mate)


def revenue(**words: Any) -> int:
    return int(question("won_revenue", *DAYS, **words).answer().total[0].value)


def published() -> History:
    return histories(published_in([kpi_of("won_revenue")], Grain.MONTH, JANUARY))["won_revenue", JANUARY]


def revenue_changes(january: SimpleNamespace, **words: Any) -> Comparison:
    return compare(question("won_revenue", *DAYS, **words), january.before)


# ── What left and what came ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_what_left_and_what_came_is_the_difference(january: SimpleNamespace, manager: User) -> None:
    third = january.third.pk
    correct(january, manager)
    changes = revenue_changes(january)
    assert [value.value for value in changes.values] == [1_700, 1_750]
    (term,) = changes.terms
    assert term.moved == (3, 2, 2, 700, 750)
    assert term.difference == 50
    assert term.is_explained
    told = {(row.record, row.word, row.was, row.now) for row in changes.rows(term.leaf)}
    assert told == {
        (january.second.pk, "changed", 500, 700),
        (third, "left", 200, None),
        (january.late.pk, "came", None, 50),
    }


@pytest.mark.django_db
def test_a_deleted_record_is_told_by_its_number(january: SimpleNamespace) -> None:
    third = january.third.pk
    correct(january)
    changes = revenue_changes(january)
    row = next(row for row in changes.rows(changes.terms[0].leaf) if row.word == "left")
    assert (row.name, row.url) == (f"#{third}, deleted since", "")


@pytest.mark.django_db
def test_a_page_of_what_changed_begins_with_what_matters_most(january: SimpleNamespace) -> None:
    correct(january)
    changes = revenue_changes(january)
    leaf = changes.terms[0].leaf
    first = changes.rows(leaf, limit=2)
    rest = changes.rows(leaf, after=first[-1].key, limit=2)
    assert [row.adds for row in first] == [-200, 200] or [row.adds for row in first] == [200, -200]
    assert [row.adds for row in rest] == [50]
    with pytest.raises(ValidationError):
        changes.rows(leaf, after="x|y")


@pytest.mark.django_db
def test_a_deal_moved_within_the_month_changes_nothing_of_the_month(january: SimpleNamespace) -> None:
    Deal.objects.filter(pk=january.second.pk).update(closed_at=at(1, 28))
    nightly(6)
    changes = revenue_changes(january)
    assert changes.terms[0].moved == (0, 0, 0, 0, 0)
    moved = compare(question("won_revenue", date(2025, 1, 20), date(2025, 1, 21)), january.before)
    assert [(row.word, row.was) for row in moved.rows(moved.terms[0].leaf)] == [("left", 500)]


@pytest.mark.django_db
def test_of_a_month_that_went_on_the_days_since_came(few: None, owner: User) -> None:
    """A deal planned for the 20th was known before, but had not happened when the number was said."""
    won(100, 3)
    with time_machine.travel(datetime(2025, 1, 10, 3, tzinfo=UTC), tick=False):
        won(40, 20)
        before = settle_nights(kind=Run.Kind.MANUAL)
    assert before is not None
    nightly(5)
    changes = compare(question("won_revenue", *DAYS), before)
    assert [value.value for value in changes.values] == [100, 140]
    assert changes.terms[0].is_explained
    assert [(row.word, row.now) for row in changes.rows(changes.terms[0].leaf)] == [("came", 40)]


@pytest.mark.django_db
def test_one_sees_of_what_changed_what_one_may_see(january: SimpleNamespace, owner: User, mate: User) -> None:
    correct(january)
    seen = {}
    for user in (owner, mate):
        changes = revenue_changes(january, sight=sight_of(user, kpi_of("won_revenue")))
        assert changes.terms[0].is_explained
        seen[user.pk] = [(row.was, row.now) for row in changes.rows(changes.terms[0].leaf)]
    assert seen == {owner.pk: [(500, 700)], mate.pk: []}


@pytest.mark.django_db
def test_only_an_earlier_run_can_be_held_against(january: SimpleNamespace) -> None:
    with pytest.raises(ValidationError):
        compare(question("won_revenue", *DAYS, as_of=january.before.pk), january.before)


# ── By whom ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_what_changed_says_by_whom_though_the_log_is_gone(january: SimpleNamespace, manager: User) -> None:
    correct(january, manager)
    assert not Change.objects.filter(relation="sales_deal", record__isnull=False).exists()
    changes = revenue_changes(january)
    for row in changes.rows(changes.terms[0].leaf):
        assert [(why.who, why.of) for why in row.whys] == [("manager", "")], row


@pytest.mark.django_db(transaction=True)
def test_a_change_of_the_customer_is_the_cause_where_the_record_was_left_alone(
    few: None, owner: User, manager: User
) -> None:
    customer = make_customer()
    deal = won(80, 9)
    Deal.objects.filter(pk=deal.pk).update(customer=customer)
    before = nightly(5)
    with at_work(manager):
        type(customer).objects.filter(pk=customer.pk).update(is_test=True)
    nightly(6)
    changes = compare(question("won_revenue", *DAYS), before)
    (row,) = changes.rows(changes.terms[0].leaf)
    assert (row.word, row.was, row.record) == ("left", 80, deal.pk)
    assert [(why.who, why.of) for why in row.whys] == [("manager", "customer")]


@pytest.mark.django_db(transaction=True)
def test_a_change_of_what_all_records_read_is_the_cause_of_each(few: None, manager: User) -> None:
    """Two deals in dollars; the rate of their day was 0.9 and is put right as 0.8."""
    rate = make_fx_rate(base="USD", on=date(2025, 1, 1), rate="0.9")
    for day in (9, 10):
        deal = won(100, day)
        Deal.objects.filter(pk=deal.pk).update(currency="USD")
    before = nightly(5)
    with at_work(manager):
        type(rate).objects.filter(pk=rate.pk).update(rate="0.8")
    nightly(6)
    changes = compare(question("won_revenue", *DAYS), before)
    assert [value.value for value in changes.values] == [180, 160]
    for row in changes.rows(changes.terms[0].leaf):
        assert (row.word, row.was, row.now) == ("changed", 90, 80)
        assert [why.who for why in row.whys] == ["manager"]
        assert "rate" in row.whys[0].of


@pytest.mark.django_db(transaction=True)
def test_what_happened_yesterday_is_no_correction(january: SimpleNamespace) -> None:
    Deal.objects.filter(pk=january.first.pk).update(name="Another name")
    make_deal(
        pipeline=make_pipeline(),
        amount=9,
        outcome="won",
        created_at=at(1, 1),
        closed_at=datetime(2025, 2, 5, 12, tzinfo=UTC),
    )
    nightly(6)
    assert not Cause.objects.exists()


# ── As reported and as now known ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_a_period_can_be_read_as_it_was_reported(january: SimpleNamespace) -> None:
    third = january.third.pk
    correct(january)
    assert revenue() == revenue(as_of="now") == 1_750
    assert revenue(as_of="reported") == revenue(as_of=january.before.pk) == revenue(as_of="2025-02-05") == 1_700
    then = question("won_revenue", *DAYS, as_of="reported")
    (component,) = then.components()
    rows = {row.record: row.contribution for row in then.every_row(component)}
    assert rows == {january.first.pk: 1_000, january.second.pk: 500, third: 200}
    assert sum(rows.values()) == component.amount == 1_700


@pytest.mark.django_db
def test_what_is_not_over_was_not_reported(january: SimpleNamespace) -> None:
    with pytest.raises(ValidationError, match="not over"):
        question("won_revenue", "2025-02-01", "2025-03-01", as_of="reported")
    for wrong in ("yesterday", "2001-01-01", 9_999_999, "99999999999999"):
        with pytest.raises(ValidationError):
            question("won_revenue", *DAYS, as_of=wrong)


@pytest.mark.django_db
def test_a_restated_month_keeps_its_first_published_value(january: SimpleNamespace) -> None:
    correct(january)
    stand = published()
    assert (stand.reported.value, stand.latest.value, stand.adjustment) == (1_700, 1_750, 50)
    assert stand.has_moved
    assert [s.revision for s in (stand.reported, stand.latest)] == [1, 2]
    assert Snapshot.objects.filter(kpi="won_revenue", grain=Grain.MONTH, start=JANUARY.start).count() == 2


# ── Locks ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_after_a_lock_what_changes_is_an_adjustment(january: SimpleNamespace, manager: User) -> None:
    """First published as 1,700, corrected to 1,750, locked; then the late 50 turns out to have been 20."""
    correct(january, manager)
    with time_machine.travel(datetime(2025, 2, 6, 9, tzinfo=UTC), tick=False):
        lock = lock_books(date(2025, 1, 31), by=manager)
    Deal.objects.filter(pk=january.late.pk).update(amount=20)
    last = nightly(7)
    stand = published()
    assert (stand.reported.value, stand.latest.value, stand.adjustment) == (1_750, 1_720, -30)
    assert stand.lock == lock
    assert revenue(as_of="reported") == 1_750
    changes = compare(question("won_revenue", *DAYS), lock.run)
    assert [(row.record, row.was, row.now) for row in changes.rows(changes.terms[0].leaf)] == [
        (january.late.pk, 50, 20)
    ]
    assert reported_in(kpi_of("won_revenue"), JANUARY) == lock.run
    lift_lock(lock, by=manager)
    assert revenue(as_of="reported") == 1_700
    assert last.pk > lock.run_id


@pytest.mark.django_db
def test_the_books_are_locked_forwards_and_opened_backwards(january: SimpleNamespace, manager: User) -> None:
    with time_machine.travel(datetime(2025, 2, 6, 9, tzinfo=UTC), tick=False):
        first = lock_books(date(2024, 12, 31), by=manager)
        second = lock_books(date(2025, 1, 31), by=manager)
        for day in (date(2025, 1, 31), date(2025, 1, 1), date(2025, 2, 20)):
            with pytest.raises(ValidationError):
                lock_books(day)
    with pytest.raises(ValidationError, match="first"):
        lift_lock(first)
    lift_lock(second, by=manager)
    lift_lock(first)
    with pytest.raises(ValidationError, match="before"):
        lift_lock(first)
