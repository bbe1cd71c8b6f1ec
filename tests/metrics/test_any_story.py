"""Whatever people do between nights, in whatever order: each night the ledger is what one built anew would be, and
every earlier night still answers what it answered then."""

import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from customers.models import Customer
from customers.services import correct_customer, describe_customer, join_team, merge_customers
from metrics import keeping, ledger
from metrics.evaluate import exact
from metrics.kept import stretches_of
from metrics.language import KPIS, Measure
from metrics.measures import lifecycle, marketing, sales, support
from metrics.models import Cell, Change, MeasureState, Night, Run
from metrics.periods import Period
from sales.models import Deal, FxRate, Lead, Order, OrderLine, Refund, Subscription
from sales.services.deals import change_amount, lose_deal, open_deal, reassign_deal, reopen_deal, win_deal
from sales.services.edits import redate_deal
from sales.services.leads import mark_spam, take_lead
from sales.services.orders import place_order, refund_order, void_order
from sales.services.subscriptions import (
    change_subscription,
    end_subscription,
    pause_subscription,
    resume_subscription,
    start_subscription,
)
from support.models import Ticket
from support.services.tickets import open_ticket, reopen_ticket, solve_ticket
from tests.makers import make_lost_reason, make_pipeline, make_team, make_user
from tests.metrics.asked import question

EXAMPLES = int(os.environ.get("PLUMB_STORIES", "3"))
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
YEAR = ("2026-01-01", "2026-07-01")
MEASURES: tuple[type[Measure], ...] = (
    sales.DealsClosed,
    sales.DealsCreated,
    sales.StageStays,
    sales.Purchases,
    sales.ProductsSold,
    sales.MoneyBack,
    lifecycle.NewCustomers,
    lifecycle.ActiveCustomers,
    lifecycle.ActiveBuyers,
    lifecycle.MRRMovements,
    lifecycle.MRRRevaluations,
    marketing.LeadsCreated,
    support.TicketsSolved,
)
ASKED = (
    "won_revenue",
    "win_rate",
    "revenue",
    "mrr",
    "nrr",
    "churn_rate",
    "upsell_rate",
    "customer_lifespan",
    "repeat_rate",
    "arpu",
    "new_customers",
    "leads",
    "tickets_solved",
)
MONTHS = [Period(date(2026, month, 1), date(2026, month + 1, 1)) for month in range(1, 7)]
FOLLOWED = {
    leaf.kept_as: {stretch for month in MONTHS for stretch in stretches_of(leaf, month)}
    for key in ASKED
    for leaf in KPIS[key].leaves()
    if leaf.apart
}

picks = st.integers(0, 1_000)
moments = st.integers(0, 24 * 150).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours))
amounts = st.integers(1, 500).map(Decimal)
currencies = st.sampled_from(["EUR", "EUR", "USD"])
segments = st.sampled_from(["small", "big", ""])


class Story(RuleBasedStateMachine):
    """One company. Every rule is something people do; what the house refuses is refused, and that is fine."""

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        self.stack.enter_context(time_machine.travel(NOW, tick=False))
        self.stack.enter_context(transaction.atomic())
        self.stack.callback(lambda: transaction.set_rollback(True))
        self.pipeline, self.reason = make_pipeline(), make_lost_reason()
        self.people = [make_user(name) for name in ("ana", "bo")]
        self.teams = [make_team(name, office=name) for name in ("North", "South")]
        self.customers = [Customer.objects.create(name=f"Customer {i}", segment="small") for i in range(3)]
        self.known: dict[int, dict[str, Any]] = {}
        self.deeds = 0
        FxRate.objects.create(base="USD", quote="EUR", on=date(2025, 1, 1), rate=Decimal("0.9"))
        self.night()

    def teardown(self) -> None:
        """The end of a story: one more night, and every earlier one is asked again."""
        if not hasattr(self, "stack"):
            return
        with self.stack:
            self.night()
            assert_folded_anew()
            for run, said in self.known.items():
                assert answers(run) == said

    def do(self, verb: Callable[..., Any], *args: Any, **words: Any) -> Any:
        if None in args:
            return None  # There is no such row yet.
        with suppress(ValidationError, IntegrityError), transaction.atomic():
            done = verb(*args, **words)
            connection.check_constraints()
            return done
        return None

    def some(self, model: Any, pick: int) -> Any:
        rows = model.objects.order_by("pk")
        return rows[pick % count] if (count := rows.count()) else None

    # ── Create ──────────────────────────────────────────────────────────────────────────────────────────────────

    @rule(pick=picks, at=moments, amount=amounts, currency=currencies)
    def a_deal_is_opened(self, pick: int, at: datetime, amount: Decimal, currency: str) -> None:
        words = {"customer": self.some(Customer, pick), "owner": self.people[pick % 2], "currency": currency}
        self.do(open_deal, Deal(name="Deal", pipeline=self.pipeline, amount=amount, **words), at=at)

    @rule(pick=picks, at=moments, net=amounts, currency=currencies)
    def an_order_is_placed(self, pick: int, at: datetime, net: Decimal, currency: str) -> None:
        lines = [OrderLine(net=net), OrderLine(net=net / 2, cost=net / 4)]
        self.do(place_order, Order(customer=self.some(Customer, pick), currency=currency), lines=lines, at=at)

    @rule(pick=picks, at=moments, price=amounts, currency=currencies)
    def a_subscription_starts(self, pick: int, at: datetime, price: Decimal, currency: str) -> None:
        words = {"customer": self.some(Customer, pick), "owner": self.people[pick % 2], "currency": currency}
        self.do(start_subscription, Subscription(price=price, **words), at=at)

    @rule(at=moments)
    def a_lead_comes_in(self, at: datetime) -> None:
        self.do(take_lead, Lead(name="Lead"), at=at)

    @rule(pick=picks, at=moments)
    def a_ticket_is_opened_and_solved(self, pick: int, at: datetime) -> None:
        ticket = self.do(open_ticket, Ticket(subject="Help", customer=self.some(Customer, pick)), at=at)
        if ticket:
            self.do(solve_ticket, ticket, at=at + timedelta(hours=pick % 90), by=self.people[0])

    @rule(number=st.integers(1, 4), at=moments)
    def rows_are_written_past_the_house(self, number: int, at: datetime) -> None:
        """An import, a script, COPY: no service is asked."""
        Deal.objects.bulk_create(
            Deal(
                name="Bulk",
                pipeline=self.pipeline,
                stage=self.pipeline.stages.last(),
                customer=self.customers[0],
                amount=i + 1,
                outcome="won",
                created_at=at,
                closed_at=at + timedelta(days=1),
            )
            for i in range(number)
        )

    # ── Close, reopen, back-date ────────────────────────────────────────────────────────────────────────────────

    @rule(pick=picks, at=moments)
    def a_deal_is_won(self, pick: int, at: datetime) -> None:
        self.do(win_deal, self.some(Deal, pick), at=at)

    @rule(pick=picks, at=moments)
    def a_deal_is_lost(self, pick: int, at: datetime) -> None:
        self.do(lose_deal, self.some(Deal, pick), reason=self.reason, at=at)

    @rule(pick=picks, at=moments)
    def a_deal_is_reopened(self, pick: int, at: datetime) -> None:
        self.do(reopen_deal, self.some(Deal, pick), at=at)

    @rule(pick=picks, at=moments)
    def a_deal_is_back_dated(self, pick: int, at: datetime) -> None:
        self.do(redate_deal, self.some(Deal, pick), created_at=at)

    @rule(pick=picks, at=moments)
    def a_ticket_is_reopened(self, pick: int, at: datetime) -> None:
        self.do(reopen_ticket, self.some(Ticket, pick), at=at)

    # ── Edit ────────────────────────────────────────────────────────────────────────────────────────────────────

    @rule(pick=picks, amount=amounts)
    def a_deal_is_worth_something_else(self, pick: int, amount: Decimal) -> None:
        self.do(change_amount, self.some(Deal, pick), amount=amount)

    @rule(pick=picks, at=moments, price=amounts)
    def a_subscription_changes(self, pick: int, at: datetime, price: Decimal) -> None:
        self.do(change_subscription, self.some(Subscription, pick), price=price, at=at)

    @rule(pick=picks, at=moments)
    def a_subscription_pauses(self, pick: int, at: datetime) -> None:
        self.do(pause_subscription, self.some(Subscription, pick), at=at, effective_at=at)

    @rule(pick=picks, at=moments)
    def a_subscription_goes_on(self, pick: int, at: datetime) -> None:
        self.do(resume_subscription, self.some(Subscription, pick), at=at)

    @rule(pick=picks, at=moments)
    def a_subscription_ends(self, pick: int, at: datetime) -> None:
        self.do(end_subscription, self.some(Subscription, pick), at=at)

    @rule(pick=picks, at=moments, net=amounts)
    def money_goes_back(self, pick: int, at: datetime, net: Decimal) -> None:
        self.do(refund_order, self.some(Order, pick), net=net, at=at)

    @rule(pick=picks, net=amounts)
    def a_line_is_edited_by_sql(self, pick: int, net: Decimal) -> None:
        if line := self.some(OrderLine, pick):
            with connection.cursor() as cursor:
                cursor.execute("UPDATE sales_orderline SET net = %s WHERE id = %s", [net, line.pk])

    @rule(pick=picks, segment=segments, at=moments, is_correction=st.booleans())
    def a_customer_is_described_anew(self, pick: int, segment: str, at: datetime, is_correction: bool) -> None:
        customer = self.some(Customer, pick)
        if is_correction:
            self.do(correct_customer, customer, segment=segment)
        else:
            self.do(describe_customer, customer, at=at, segment=segment)

    @rule(pick=picks)
    def a_customer_is_only_a_test_or_not(self, pick: int) -> None:
        customer = self.some(Customer, pick)
        Customer.objects.filter(pk=customer.pk).update(is_test=not customer.is_test)

    # ── Owner, team, rate ───────────────────────────────────────────────────────────────────────────────────────

    @rule(pick=picks, at=moments)
    def a_deal_changes_hands(self, pick: int, at: datetime) -> None:
        self.do(reassign_deal, self.some(Deal, pick), to=self.people[pick % 2], at=at)

    @rule(pick=picks, at=moments)
    def a_customer_changes_hands(self, pick: int, at: datetime) -> None:
        self.do(describe_customer, self.some(Customer, pick), at=at, owner=self.people[pick % 2])

    @rule(pick=picks, at=moments)
    def somebody_changes_teams(self, pick: int, at: datetime) -> None:
        self.do(join_team, self.people[pick % 2], team=self.teams[pick // 2 % 2], on=at.date())

    @rule(at=moments, rate=st.integers(50, 150))
    def a_rate_comes_in_or_changes(self, at: datetime, rate: int) -> None:
        words = {"base": "USD", "quote": "EUR", "on": at.date()}
        FxRate.objects.update_or_create(**words, defaults={"rate": Decimal(rate) / 100})

    # ── Merge, delete ───────────────────────────────────────────────────────────────────────────────────────────

    @rule(pick=picks)
    def two_customers_are_one(self, pick: int) -> None:
        self.do(merge_customers, self.some(Customer, pick), self.some(Customer, pick // 3))

    @rule(pick=picks)
    def an_order_is_void(self, pick: int) -> None:
        self.do(void_order, self.some(Order, pick))

    @rule(pick=picks)
    def a_lead_was_spam(self, pick: int) -> None:
        self.do(mark_spam, self.some(Lead, pick))

    @rule(pick=picks, model=st.sampled_from([Deal, Refund, OrderLine, Lead, Ticket, Subscription]))
    def a_row_is_deleted(self, pick: int, model: Any) -> None:
        if row := self.some(model, pick):
            self.do(row.delete)

    # ── Night ───────────────────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def every_few_deeds_it_gets_dark(self) -> None:
        self.deeds += 1
        if self.deeds % 5 == 0:
            self.night()

    def night(self) -> None:
        run = Run.objects.create(kind=Run.Kind.MANUAL, status=Run.Status.DONE, through=date(2026, 5, 31))
        Night.objects.get_or_create(day=run.through, defaults={"run": run})
        for measure in MEASURES:
            ledger.catch_up(measure, run)
        keeping.renew(FOLLOWED, run)
        # All is one transaction here; what this night has read, the next one need not.
        Change.objects.all().delete()
        self.known[run.pk] = answers(run.pk)
        # What was is read from the facts, what is from the terms kept from night to night.
        assert self.known[run.pk] == answers(None)
        for measure in MEASURES:
            assert ledger.settle(measure, run) == (0, 0), measure.key  # A full look finds nothing.


def answers(as_of: int | None) -> dict[str, Any]:
    words = {} if as_of is None else {"as_of": as_of}
    return {
        key: [exact(value.value) for value in question(key, *YEAR, grain="month", **words).answer().total]
        for key in ASKED
    }


def assert_folded_anew() -> None:
    """The cells are those folded anew from the facts."""
    words = ("mark", "dimension", "grain", "day", "member", "n", "total")
    for measure in MEASURES:
        cells = Cell.objects.filter(measure=MeasureState.objects.live().get(key=measure.key).pk)
        held = set(cells.values_list(*words))
        ledger.refold(measure)
        assert set(cells.values_list(*words)) == held, measure.key


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.django_db
def test_any_story_is_kept() -> None:
    run_state_machine_as_test(
        Story,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
