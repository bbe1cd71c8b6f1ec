"""Changes find the ledger by themselves: after any change by any path, catching up finds what a full look would."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from customers.models import Customer, Visit
from metrics import capture, ledger
from metrics.changes import Hearing, touched
from metrics.language import Measure
from metrics.measures.attribution import AttributedMargin, AttributedRevenue
from metrics.measures.care import TreatmentDays
from metrics.measures.lifecycle import ActiveCustomers, MRRMovements, NewCustomers
from metrics.measures.lifetimes import LifetimesExpected
from metrics.measures.marketing import LeadsCreated
from metrics.measures.retention import MRRKept, MRRRenewed
from metrics.measures.sales import DealsClosed, MoneyBack, ProductsSold, Purchases, Quotas, StageStays
from metrics.measures.support import TicketMovements
from metrics.measures.surveys import CSATAnswers, SurveysSent
from metrics.measures.website import Sessions
from metrics.models import Change, MeasureState, Run
from metrics.models.lifetime import LifetimeEstimate
from metrics.registry import all_measures
from sales.models import Deal, Order, OrderLine, Subscription, SubscriptionEvent, Term, Touch
from support.models import Ticket, Treatment
from surveys.models import Answer
from tests.makers import NOON, make_answer, make_invitation, make_term, make_treatment
from tests.metrics.world import NOW, World
from tests.worlds import world as kept_world

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with time_machine.travel(NOW, tick=False), kept_world(django_db_blocker):
        yield World()


@pytest.fixture(autouse=True)
def everything_read_so_far(world: World) -> Iterator[None]:
    """The world is told in one transaction, whose changes a night could never tell from those it has seen."""
    with transaction.atomic():
        Change.objects.all().delete()
        yield
        transaction.set_rollback(True)


def missed(table: str = "") -> dict[str, tuple[int, int]]:
    """What a full look finds after catching up: facts opened and closed, by measure (that reads this table)."""
    run = Run.objects.latest("pk")
    measures = [m for m in all_measures() if not table or table in MeasureState.objects.live().get(key=m.key).reads]
    for measure in measures:
        ledger.catch_up(measure, run)
    found = {measure.key: ledger.settle(measure, run) for measure in measures}
    return {key: change for key, change in found.items() if any(change)}


def test_nothing_is_missed_where_nothing_changed() -> None:
    assert missed() == {}


def test_every_table_a_measure_reads_is_listened_to() -> None:
    for measure in all_measures():
        reads = set(MeasureState.objects.live().get(key=measure.key).reads)
        assert reads, measure.key
        if measure.narrow:
            assert reads <= set(capture.RELATIONS), f"{measure.key} reads what nobody listens to"


def looked_at(measure: type[Measure]) -> list[int] | None:
    return touched(measure, MeasureState.objects.live().get(key=measure.key), Hearing())


def test_only_what_changed_is_looked_at(world: World) -> None:
    """A deal, a ticket with an answer, and a line of an order: each measure looks at just its own.

    An order may be what won its customer, and with that, the cohort its subscriptions belong to.
    """
    deal, line = Deal.objects.first(), OrderLine.objects.first()
    answer = Answer.objects.filter(ticket__isnull=False).first()
    assert deal
    assert line
    assert answer
    Deal.objects.filter(pk=deal.pk).update(amount=1)
    Ticket.objects.filter(pk=answer.ticket_id).update(priority="low")
    OrderLine.objects.filter(pk=line.pk).update(net=2)
    assert looked_at(DealsClosed) == [deal.pk]
    assert looked_at(StageStays) == [deal.pk]
    assert looked_at(Purchases) == looked_at(ProductsSold) == looked_at(MoneyBack) == [line.order_id]
    assert looked_at(CSATAnswers) == sorted(
        Answer.objects.filter(ticket=answer.ticket_id).values_list("pk", flat=True)
    )
    assert looked_at(MRRMovements) == sorted(
        Subscription.objects.filter(customer=line.order.customer_id).values_list("pk", flat=True)
    )
    assert looked_at(LeadsCreated) == []


def test_the_subscriptions_of_a_customer_are_looked_at_together(world: World) -> None:
    """Whether one of them is new MRR hangs on the other."""
    clara = sorted(Subscription.objects.filter(customer=world.clara).values_list("pk", flat=True))
    assert len(clara) == 2
    SubscriptionEvent.objects.filter(subscription=clara[0]).update(reason="moved")
    assert looked_at(MRRMovements) == clara
    assert looked_at(ActiveCustomers) == [world.clara.pk]


def test_a_touch_concerns_the_orders_of_whom_it_reached_and_an_order_the_visits_before_it(world: World) -> None:
    """Bolt was touched as a lead too, and has three orders; Gone came twice and bought."""
    Touch.objects.get(lead__isnull=False).delete()
    orders = sorted(Order.objects.filter(customer=world.bolt).values_list("pk", flat=True))
    assert looked_at(AttributedMargin) == looked_at(AttributedRevenue) == orders
    assert looked_at(Sessions) == []
    Order.objects.filter(customer=world.gone).update(campaign=None)
    assert looked_at(Sessions) == sorted(Visit.objects.filter(customer=world.gone).values_list("pk", flat=True))


def test_a_ticket_is_looked_at_alone_and_an_estimate_concerns_nothing_else(world: World) -> None:
    ticket = Ticket.objects.order_by("pk")[1]
    Ticket.objects.filter(pk=ticket.pk).update(priority="low")
    LifetimeEstimate.objects.filter(customer=world.acme).update(worth=7)
    assert looked_at(TicketMovements) == [ticket.pk]
    assert looked_at(LifetimesExpected) == [world.acme.pk]
    assert looked_at(ActiveCustomers) == looked_at(Purchases) == []


def test_an_answer_concerns_the_invitations_it_answered_before_and_answers_now() -> None:
    answered, waiting, _ = (make_invitation() for _ in range(3))
    answer = make_answer(survey=answered.survey, invitation=answered)
    Change.objects.all().delete()
    Answer.objects.filter(pk=answer.pk).update(invitation=waiting)
    assert looked_at(SurveysSent) == [answered.pk, waiting.pk]
    Change.objects.all().delete()
    Answer.objects.filter(pk=answer.pk).delete()
    assert looked_at(SurveysSent) == [waiting.pk]
    assert looked_at(CSATAnswers) == [answer.pk]


def test_a_term_concerns_the_one_it_renews() -> None:
    first, second = make_term(), make_term()
    Term.objects.filter(pk=first.pk).update(renewed_by=second, renewed_at=NOON)
    Change.objects.all().delete()
    Term.objects.filter(pk=second.pk).update(mrr=5)
    assert looked_at(MRRKept) == looked_at(MRRRenewed) == [first.pk, second.pk]


def test_treatments_that_go_on_are_looked_at_every_night_and_quotas_when_they_change() -> None:
    lasting, _ = make_treatment(), make_treatment(ends_on=date(2025, 3, 1))
    Change.objects.all().delete()
    assert looked_at(TreatmentDays) == looked_at(Quotas) == []
    with time_machine.travel(NOW + timedelta(days=1)):
        going_on = sorted(Treatment.objects.filter(ends_on=None).values_list("pk", flat=True))
        assert lasting.pk in going_on
        assert looked_at(TreatmentDays) == going_on
        assert looked_at(Quotas) == looked_at(MRRKept) == []


def test_a_customer_told_to_be_won_earlier_is_looked_at_alone(world: World) -> None:
    Customer.objects.filter(pk=world.acme.pk).update(acquired_on=date(2020, 1, 1))
    assert looked_at(NewCustomers) == looked_at(ActiveCustomers) == [world.acme.pk]


def test_switched_off_triggers_make_a_measure_look_at_everything() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sales_deal DISABLE TRIGGER USER")
    assert capture.unheard() == {"sales_deal"}
    assert looked_at(DealsClosed) is None
    assert looked_at(LeadsCreated) == []


def columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'"
            " AND is_generated = 'NEVER' ORDER BY 1",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


def shuffle(table: str, column: str) -> None:
    """Every row takes the value of its neighbour, by plain SQL; where a constraint forbids that, only one row does."""
    swap = (
        f'UPDATE {table} t SET "{column}" = o.other FROM (SELECT id, lag("{column}") OVER (ORDER BY id) AS other'
        f" FROM {table}) o WHERE o.id = t.id AND o.other IS NOT NULL"
    )
    last = f" AND t.id = (SELECT max(id) FROM {table})"
    for statement in swap, swap + last:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            return
        except IntegrityError:
            continue


@pytest.mark.parametrize("table", sorted(capture.RELATIONS))
def test_a_change_of_any_column_is_not_missed(table: str) -> None:
    for column in columns(table):
        shuffle(table, column)
    assert missed(table) == {}


@pytest.mark.parametrize(
    "table",
    [
        "customers_keyevent",
        "metrics_lifetimeestimate",
        "sales_cost",
        "sales_fxrate",
        "sales_orderline",
        "sales_refund",
        "sales_stagechange",
        "sales_touch",
        "support_ticketevent",
    ],
)
def test_a_deleted_row_is_not_missed(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} ORDER BY id LIMIT 2)")
        assert cursor.rowcount
    assert missed(capture.RELATIONS[table]) == {}
