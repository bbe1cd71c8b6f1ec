"""A question the database has no time for is answered with 503 and when to ask again, at every door of the numbers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from rest_framework.test import APIClient

from customers.models import User
from customers.patience import was_cut_off
from metrics.measures.sales import DealsClosed
from tests.metrics.asked import settle

pytestmark = pytest.mark.django_db

JANUARY = "start=2025-01-01&end=2025-02-01"


@contextmanager
def a_slow_ledger() -> Iterator[None]:
    """Every reading of the ledger sleeps, and the database cuts off what takes longer than a tenth of a second."""

    def slow(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if "metrics_cell" in sql or "metrics_fact" in sql:
            sql, params = "SELECT pg_sleep(60)", None
        return execute(sql, params, many, context)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '100ms'")
    with connection.execute_wrapper(slow):
        yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")


@pytest.mark.parametrize(
    "address", ["/kpis/won-revenue/", "/kpis/boards/sales/", "/kpis/won-revenue/rows/", "/kpis/won-revenue/series.csv"]
)
def test_a_page_asks_to_come_back(address: str, staff: Callable[[User], Client], manager: User) -> None:
    settle(DealsClosed)
    client = staff(manager)
    with a_slow_ledger():
        answer = client.get(f"{address}?{JANUARY}")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "This takes too long to count just now. Ask again in a moment" in answer.content.decode()
    assert client.get(f"{address}?{JANUARY}").status_code == 200


@pytest.mark.parametrize("door", ["", "rows/"])
def test_the_api_asks_to_come_back(door: str, api: Callable[[User], APIClient], manager: User) -> None:
    settle(DealsClosed)
    address = f"/api/v1/kpis/won_revenue/{door}?{JANUARY}"
    client = api(manager)
    assert client.get(address).status_code == 200
    with a_slow_ledger():
        answer = client.get(address)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.data["code"], answer.data["status"]) == ("too-long", 503)
    assert answer.data["title"].startswith("This takes too long to count just now.")
    assert client.get(address).status_code == 200


def test_another_trouble_of_the_database_is_not_taken_for_haste() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '100ms'")
        with pytest.raises(OperationalError) as trouble, transaction.atomic():
            cursor.execute("SELECT pg_sleep(60)")
    assert was_cut_off(trouble.value)
    assert not was_cut_off(OperationalError("the connection is lost"))
    assert not was_cut_off(ValueError("statement timeout"))
