"""What a goal takes: an example others published, built as records and asked of the product."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from metrics.measures.lifecycle import NewCustomers
from metrics.measures.sales import DealsClosed
from metrics.models import Goal
from tests.conftest import api_of
from tests.metrics.asked import settle
from tests.metrics.vectors.crowd import at, closed_deals, customers, purchases

pytestmark = pytest.mark.django_db


def test_t006_twelve_customers_at_a_close_rate_of_30_percent_take_40_leads(cast) -> None:
    """Of 100 deals closed last year 30 were won; twelve customers are to come in March, and none has yet."""
    with time_machine.travel(at(3, 1)):
        closed_deals(30, "won", on=at(9, 5, 2024))
        closed_deals(70, "lost", on=at(9, 5, 2024))
        settle(DealsClosed, NewCustomers)
        twelve = goal()
        door = api_of(cast.manager)
        told = door.get(f"/api/v1/goals/{twelve.pk}/needed/", {"rate": "win_rate"}).json()
        assert (told["count"], told["low"], told["high"]) == (40, 31, 55)
        assert door.get(f"/api/v1/goals/{twelve.pk}/needed/", {"rate": "revenue"}).status_code == 400


def test_what_came_already_is_not_needed_again(cast) -> None:
    """Three of the twelve came on the first of March; nine at 30 % take thirty."""
    with time_machine.travel(at(3, 2)):
        closed_deals(30, "won", on=at(9, 5, 2024))
        closed_deals(70, "lost", on=at(9, 5, 2024))
        purchases(customers(3), 10, at(3, 1))
        settle(DealsClosed, NewCustomers)
        told = api_of(cast.manager).get(f"/api/v1/goals/{goal().pk}/needed/", {"rate": "win_rate"}).json()
        assert told["count"] == 30


def goal() -> Goal:
    march = {"starts_on": date(2025, 3, 1), "ends_on": date(2025, 4, 1) - timedelta(days=1)}
    return Goal.objects.create(name="Twelve", kpi="new_customers", target=Decimal(12), why="To grow.", **march)
