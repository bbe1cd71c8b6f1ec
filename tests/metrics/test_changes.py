"""Changes find the ledger by themselves: after any change by any path, catching up finds what a full look would."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from metrics import capture, ledger
from metrics.changes import Hearing, touched
from metrics.language import Measure
from metrics.measures.lifecycle import ActiveCustomers, MRRMovements
from metrics.measures.marketing import LeadsCreated
from metrics.measures.sales import DealsClosed, MoneyBack, ProductsSold, Purchases, StageStays
from metrics.measures.surveys import CSATAnswers
from metrics.models import Change, MeasureState, Run
from metrics.registry import all_measures
from sales.models import Deal, OrderLine, Subscription, SubscriptionEvent
from support.models import Ticket
from surveys.models import Answer
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
    "table", ["sales_orderline", "sales_refund", "sales_stagechange", "sales_fxrate", "sales_cost"]
)
def test_a_deleted_row_is_not_missed(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} ORDER BY id LIMIT 2)")
    assert missed(table) == {}
