"""Changes are taken in whichever order they were committed: nobody who commits late is skipped."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, connections, transaction

from metrics import changes, ledger
from metrics.measures.sales import DealsClosed
from metrics.models import Change, Run
from sales.models import Deal
from tests.makers import make_deal, make_pipeline
from tests.metrics.asked import number, settle

pytestmark = pytest.mark.django_db(transaction=True)
MARCH = ("2026-03-01", "2026-04-01")


@pytest.fixture
def deals() -> list[Deal]:
    pipeline, won = make_pipeline(), datetime(2026, 3, 2, 12, tzinfo=UTC)
    found = [
        make_deal(pipeline=pipeline, amount=amount, outcome="won", created_at=won, closed_at=won)
        for amount in (100, 40)
    ]
    settle(DealsClosed)
    return found


@contextmanager
def somebody_else(work: Callable[[], Any]) -> Iterator[threading.Event]:
    """Another connection has done its work, and commits when the block ends."""
    done, may_commit = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction.atomic():
                work()
                done.set()
                may_commit.wait(30)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    assert done.wait(30)
    yield done
    may_commit.set()
    thread.join()


def catch_up() -> ledger.Change:
    change = ledger.catch_up(DealsClosed, Run.objects.latest("pk"))
    changes.forget()
    return change


def test_whoever_commits_after_a_night_is_taken_in_by_the_next(deals: list[Deal]) -> None:
    """The slow writer began before the quick one, and before the night; it commits after both."""
    with somebody_else(lambda: Deal.objects.filter(pk=deals[0].pk).update(amount=1)):
        Deal.objects.filter(pk=deals[1].pk).update(amount=2)
        assert catch_up() == (1, 1)
        assert number("won_revenue", *MARCH) == 102
        assert catch_up() == (0, 0)
    assert catch_up() == (1, 1)
    assert number("won_revenue", *MARCH) == 3
    assert catch_up() == (0, 0)


def test_what_was_taken_back_was_never_there(deals: list[Deal]) -> None:
    noted = Change.objects.count()
    with transaction.atomic():
        Deal.objects.update(amount=5)
        assert Change.objects.count() == noted + 2
        transaction.set_rollback(True)
    assert Change.objects.count() == noted
    assert catch_up() == (0, 0)


def test_truncating_a_table_is_heard(deals: list[Deal]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE sales_deal CASCADE")
    assert catch_up() == (0, 2)
    assert number("won_revenue", *MARCH) == 0


def test_writers_note_changes_without_waiting_for_one_another(deals: list[Deal]) -> None:
    """Each changes the other's neighbour first; the log, to which both add, makes nobody wait."""
    with somebody_else(lambda: Deal.objects.filter(pk=deals[0].pk).update(amount=3)):
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        Deal.objects.filter(pk=deals[1].pk).update(amount=4)
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    assert catch_up() == (2, 2)
    assert number("won_revenue", *MARCH) == 7
