"""The ledger keeps what was believed: late changes close facts and open others, and every total follows exactly."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from metrics import ledger
from metrics.measures.marketing import Costs
from metrics.measures.sales import DealsClosed
from metrics.models import Cell, Fact, MeasureState, Run
from metrics.models.fact import FOR_EVER
from sales.models import Cost, Deal
from sales.services.deals import lose_deal, reopen_deal, win_deal
from tests.makers import make_cost, make_customer, make_deal, make_fx_rate, make_lost_reason, make_pipeline
from tests.metrics.asked import number, settle, value

pytestmark = pytest.mark.django_db

MARCH = ("2026-03-01", "2026-04-01")
APRIL = ("2026-04-01", "2026-05-01")


def at(month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def deals(owner) -> list[Deal]:
    """Three deals of March: two won for 100 and 40, one lost."""
    pipeline, customer = make_pipeline(), make_customer(owner=owner, segment="small", country="DE")
    found = [
        make_deal(pipeline=pipeline, customer=customer, owner=owner, amount=amount, created_at=at(2, 1))
        for amount in (100, 40, 7)
    ]
    win_deal(found[0], at=at(3, 2))
    win_deal(found[1], at=at(3, 9))
    lose_deal(found[2], at=at(3, 9), reason=make_lost_reason())
    return found


def facts() -> list[tuple]:
    """Every fact of closed deals ever believed: record, day, value in units, marks, from and to which run."""
    state = MeasureState.objects.live().get(key="deals_closed")
    runs = {run: i for i, run in enumerate(sorted({*Fact.objects.values_list("run_from", flat=True)}), start=1)}
    runs[FOR_EVER] = None
    return [
        (f.day, f.value // 1_000_000, f.marks, runs[f.run_from], runs.get(f.run_to, "closed"))
        for f in Fact.objects.filter(measure=state.pk).order_by("run_from", "at", "record")
    ]


def test_a_closed_deal_is_a_fact_on_its_local_day(deals: list[Deal]) -> None:
    settle(DealsClosed)
    assert facts() == [
        (date(2026, 3, 2), 100, 1, 1, None),
        (date(2026, 3, 9), 40, 1, 1, None),
        (date(2026, 3, 9), 7, 0, 1, None),
    ]


def test_settling_twice_changes_nothing(deals: list[Deal]) -> None:
    settle(DealsClosed)
    before = (
        list(Fact.objects.values_list()),
        sorted(Cell.objects.values_list("measure", "day", "member", "n", "total")),
    )
    second = settle(DealsClosed)["deals_closed"]
    assert (second.opened, second.closed) == (0, 0)
    after = (
        list(Fact.objects.values_list()),
        sorted(Cell.objects.values_list("measure", "day", "member", "n", "total")),
    )
    assert before == after


def test_a_reopened_deal_leaves_its_day_and_history_keeps_it(deals: list[Deal]) -> None:
    """Won on 2 March; reopened, and won again in April for 130."""
    settle(DealsClosed)
    first = Run.objects.get()
    assert number("won_revenue", *MARCH, places=0) == 140
    assert number("win_rate", *MARCH) == Decimal("0.666667")

    reopen_deal(Deal.objects.get(pk=deals[0].pk), at=at(4, 1))
    win_deal(Deal.objects.get(pk=deals[0].pk), at=at(4, 20), amount=130)
    settle(DealsClosed)
    assert number("won_revenue", *MARCH, places=0) == 40
    assert number("won_revenue", *APRIL, places=0) == 130
    assert number("won_revenue", *MARCH, places=0, as_of=first.pk) == 140
    assert number("won_revenue", *APRIL, places=0, as_of=first.pk) == 0
    assert number("win_rate", *MARCH) == Decimal("0.5")


def test_a_deleted_deal_leaves_the_numbers_and_stays_in_the_past(deals: list[Deal]) -> None:
    settle(DealsClosed)
    first = Run.objects.get()
    deals[1].delete()
    change = settle(DealsClosed)["deals_closed"]
    assert (change.opened, change.closed) == (0, 1)
    assert number("won_revenue", *MARCH, places=0) == 100
    assert number("won_revenue", *MARCH, places=0, as_of=first.pk) == 140


def test_a_change_nobody_announced_is_found(deals: list[Deal]) -> None:
    """By `.update()`, past every service."""
    settle(DealsClosed)
    Deal.objects.filter(pk=deals[0].pk).update(amount=90)
    settle(DealsClosed)
    assert number("won_revenue", *MARCH, places=0) == 130


def test_a_changed_note_changes_no_number(deals: list[Deal]) -> None:
    settle(DealsClosed)
    deals[0].refresh_from_db()
    deals[0].note = "called again"
    deals[0].save()
    assert settle(DealsClosed)["deals_closed"].opened == 0


def test_cells_are_the_facts_added_up(deals: list[Deal]) -> None:
    settle(DealsClosed)
    reopen_deal(Deal.objects.get(pk=deals[0].pk), at=at(4, 1))
    settle(DealsClosed)
    held = set(Cell.objects.values_list("measure", "mark", "dimension", "grain", "day", "member", "n", "total"))
    ledger.refold(DealsClosed)
    refolded = set(Cell.objects.values_list("measure", "mark", "dimension", "grain", "day", "member", "n", "total"))
    assert held == refolded
    assert not [row for row in held if row[-1] == row[-2] == 0]


def test_only_the_records_named_are_compared(deals: list[Deal]) -> None:
    """The seam for finding changes: the same settlement over a few records gives the same ledger."""
    settle(DealsClosed)
    Deal.objects.filter(pk__in=[deals[0].pk, deals[1].pk]).update(amount=1)
    change = ledger.settle(DealsClosed, Run.objects.get(), records=[deals[0].pk])
    assert (change.opened, change.closed) == (1, 1)
    assert number("won_revenue", *MARCH, places=0) == 41


def test_an_hour_after_midnight_is_the_next_local_day(owner) -> None:
    """23:30 in London on 31 March is 00:30 on 1 April in Berlin, where the company is."""
    deal = make_deal(pipeline=make_pipeline(), owner=owner, amount=5, created_at=at(1, 1))
    win_deal(deal, at=at(3, 31, 22, 30))
    settle(DealsClosed)
    assert number("won_revenue", *MARCH, places=0) == 0
    assert number("won_revenue", *APRIL, places=0) == 5


def test_money_counts_at_the_rate_of_its_day_for_good(owner) -> None:
    make_fx_rate(base="USD", quote="EUR", on=date(2026, 1, 1), rate="0.50")
    make_fx_rate(base="USD", quote="EUR", on=date(2026, 3, 5), rate="0.80")
    pipeline = make_pipeline()
    for day in (2, 9):
        deal = make_deal(pipeline=pipeline, owner=owner, amount=100, currency="USD", created_at=at(1, 1))
        win_deal(deal, at=at(3, day))
    settle(DealsClosed)
    assert number("won_revenue", *MARCH, places=0) == 50 + 80
    make_fx_rate(base="USD", quote="EUR", on=date(2026, 5, 1), rate="2")
    settle(DealsClosed)
    assert number("won_revenue", *MARCH, places=0) == 130


def test_money_without_a_rate_is_shown_and_never_guessed(owner) -> None:
    deal = make_deal(pipeline=make_pipeline(), owner=owner, amount=100, currency="JPY", created_at=at(1, 1))
    win_deal(deal, at=at(3, 2))
    settle(DealsClosed)
    assert value("deals_won", *MARCH).value == 1
    assert value("won_revenue", *MARCH).value == 0
    assert (
        Fact.objects.filter(is_unpriced=True, measure=MeasureState.objects.live().get(key="deals_closed").pk).count()
        == 1
    )


def test_test_customers_never_count(owner) -> None:
    pipeline = make_pipeline()
    for is_test in (True, False):
        customer = make_customer(owner=owner, is_test=is_test)
        deal = make_deal(pipeline=pipeline, customer=customer, owner=owner, amount=10, created_at=at(1, 1))
        win_deal(deal, at=at(3, 2))
    settle(DealsClosed)
    assert number("won_revenue", *MARCH, places=0) == 10


def test_a_customer_counts_as_described_then(owner) -> None:
    """Won while small, for 10; grown in the middle of March; won as enterprise, for 20."""
    customer = make_customer(owner=owner, segment="small")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('plumb.at', '2026-03-15 00:00+00', true)")
        customer.segment = "enterprise"
        customer.save()
        cursor.execute("SELECT set_config('plumb.at', '', true)")
    pipeline = make_pipeline()
    for day, amount in ((2, 10), (20, 20)):
        deal = make_deal(pipeline=pipeline, customer=customer, owner=owner, amount=amount, created_at=at(1, 1))
        win_deal(deal, at=at(3, day))
    settle(DealsClosed)
    assert number("won_revenue", *MARCH, places=0, where={"segment": ["small"]}) == 10
    assert number("won_revenue", *MARCH, places=0, where={"segment": ["enterprise"]}) == 20


def test_a_win_stays_with_who_closed_it(owner, mate, deals: list[Deal]) -> None:
    Deal.objects.update(owner=mate)
    settle(DealsClosed)
    assert number("won_revenue", *MARCH, places=0, where={"owner": [str(owner)]}) == 140


def test_a_cost_over_days_is_spread_to_the_last_millionth() -> None:
    """100 over three days is 33.333333, 33.333334 and 33.333333."""
    make_cost(category="marketing", amount=100, starts_on=date(2026, 3, 30), ends_on=date(2026, 4, 1))
    settle(Costs)
    state = MeasureState.objects.live().get(key="costs").pk
    days = dict(Fact.objects.filter(measure=state).values_list("day", "value"))
    assert days == {
        date(2026, 3, 30): 33_333_333,
        date(2026, 3, 31): 33_333_334,
        date(2026, 4, 1): 33_333_333,
    }
    assert number("acquisition_cost", *MARCH) == Decimal("66.666667")


def test_a_measure_with_other_cuts_has_the_cells_of_those_cuts(
    deals: list[Deal], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cut taken away and given back leaves the cells as they were: none too many, none below nothing."""

    def cells() -> set[tuple]:
        standing = Cell.objects.filter(measure=MeasureState.objects.live().get().pk)
        return set(standing.values_list("mark", "dimension", "grain", "day", "member", "n", "total"))

    settle(DealsClosed)
    with_all, cuts = cells(), DealsClosed.cuts
    segment = next(cut.dimension for cut in cuts if cut.dimension.key == "segment")
    monkeypatch.setattr(DealsClosed, "cuts", tuple(cut for cut in cuts if cut.dimension != segment))
    settle(DealsClosed)
    assert cells() == {row for row in with_all if row[1] != segment.id}
    monkeypatch.setattr(DealsClosed, "cuts", cuts)
    settle(DealsClosed)
    assert cells() == with_all


def test_a_new_definition_is_built_beside_the_old_and_swapped_when_all_are_complete(
    deals: list[Deal], monkeypatch: pytest.MonkeyPatch
) -> None:
    """140 won by the old definition; by the new one only the 100. Both measures change, and change places at once."""
    make_cost(category="marketing", amount=10, starts_on=date(2026, 3, 30), ends_on=date(2026, 3, 30))
    settle(DealsClosed, Costs)
    before = Run.objects.latest("pk")
    monkeypatch.setattr(
        DealsClosed, "rows", staticmethod(lambda: Deal.objects.with_credit().closed().exclude(amount=40))
    )
    monkeypatch.setattr(Costs, "rows", staticmethod(lambda: Cost.objects.filter(amount__gt=10)))
    after = Run.objects.create(kind=Run.Kind.MANUAL, status=Run.Status.DONE, through=before.through)

    ledger.settle(DealsClosed, after)
    assert ledger.swap([DealsClosed, Costs], after) == []
    assert number("won_revenue", *MARCH, places=0) == 140

    ledger.settle(Costs, after)
    assert sorted(ledger.swap([DealsClosed, Costs], after)) == ["costs", "deals_closed"]
    assert number("won_revenue", *MARCH, places=0) == 100
    assert number("acquisition_cost", *MARCH, places=0) == 0
    assert number("won_revenue", *MARCH, places=0, as_of=before.pk) == 140
    assert number("acquisition_cost", *MARCH, places=0, as_of=before.pk) == 10


def test_a_half_built_definition_that_is_given_up_leaves_nothing(
    deals: list[Deal], monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(DealsClosed)
    run, facts_before, rows = Run.objects.get(), Fact.objects.count(), DealsClosed.rows
    monkeypatch.setattr(
        DealsClosed, "rows", staticmethod(lambda: Deal.objects.with_credit().closed().exclude(amount=40))
    )
    ledger.settle(DealsClosed, run)
    assert Fact.objects.count() == facts_before + 2
    monkeypatch.setattr(DealsClosed, "rows", staticmethod(rows))
    settle(DealsClosed)
    assert Fact.objects.count() == facts_before
    assert number("won_revenue", *MARCH, places=0) == 140
