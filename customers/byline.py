"""Who is at work, told to the database, so that what it notes of a change names its author.

The word holds for one transaction and is said with its first write: nothing of it stays on a connection that others
use next, and whoever only reads pays nothing for it.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from psycopg.pq import TransactionStatus

from customers.models import User

SETTING = "plumb.by"
READING = ("GET", "HEAD", "OPTIONS")
WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")


class _Teller:
    """Stands before every statement of a piece of work; before the first that writes, it says by whom."""

    def __init__(self, who: Callable[[], int | None]) -> None:
        self.who = who
        self.is_told = False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if _is_idle():
            self.is_told = False
        if sql.startswith(WRITES) and not connection.in_atomic_block:
            with transaction.atomic():
                return self(execute, sql, params, many, context)
        if sql.startswith(WRITES) and not self.is_told:
            self._tell()
        try:
            return execute(sql, params, many, context)
        finally:
            if sql.startswith("ROLLBACK TO"):  # What was said within is unsaid.
                self.is_told = False

    def _tell(self) -> None:
        by = self.who()
        if by is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, str(by)])
            self.is_told = True


def _is_idle() -> bool:
    """Whether the next statement begins a transaction."""
    raw = connection.connection
    return raw is None or raw.info.transaction_status == TransactionStatus.IDLE


@contextmanager
def at_work(by: User | None) -> Iterator[None]:
    """What is written in this block was done by this person."""
    with _told(lambda: by.pk if by else None):
        yield
        if connection.in_atomic_block:  # The block may be a part of a longer piece of work.
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config(%s, '', true)", [SETTING])


def _told(who: Callable[[], int | None]) -> AbstractContextManager[None]:
    return connection.execute_wrapper(_Teller(who))


class BylineMiddleware:
    """Signs what a request writes with who sent it, found out when the first row is written and not before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in READING:
            return self.get_response(request)
        # The API learns from the token, within the view, who it is; it tells the request.
        with _told(lambda: request.user.pk):
            return self.get_response(request)
