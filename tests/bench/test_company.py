"""The company the benchmarks measure is one the product itself could hold."""

from datetime import date
from decimal import Decimal

import pytest

from customers.models import Customer, CustomerVersion
from metrics.measures.support import TicketsCreated
from sales.models import Deal, SubscriptionEvent
from support.models import Ticket
from tests.bench.company import fill
from tests.metrics.asked import number, settle

pytestmark = pytest.mark.django_db(transaction=True)
UNTIL = date(2026, 1, 1)


def test_every_constraint_holds_and_a_night_can_count_it() -> None:
    assert fill(60, UNTIL, checked=True) == 955
    assert Customer.objects.count() == 60
    assert CustomerVersion.objects.count() == 71
    settle(TicketsCreated)
    assert number("new_tickets", "2021-01-01", "2026-01-01") == Ticket.objects.genuine().count()


def test_the_same_size_and_day_give_the_same_rows() -> None:
    fill(60, UNTIL, checked=False)
    first = Deal.objects.earliest("id")
    assert (first.pk, first.stage_id, first.amount) == (25, 6, Decimal("3994.42"))
    assert first.closed_at
    assert first.closed_at.date() == date(2025, 10, 6)
    assert SubscriptionEvent.objects.filter(kind="end").count() == 6
