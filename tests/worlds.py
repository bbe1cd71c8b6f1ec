"""A database that many tests look at: told once, gone after the last of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.test import override_settings

LARGE = 1_000_000  # bytes


@contextmanager
def world(blocker: Any, **settings: Any) -> Iterator[None]:
    """What is told within is rolled back at the end; `settings` hold meanwhile."""
    with blocker.unblock():
        with override_settings(**settings), transaction.atomic():
            yield
            transaction.set_rollback(True)
        tidy()


def tidy() -> None:
    """Clear away what a large world leaves in the files of the database: all who come later would read past it."""
    _of_large_tables("VACUUM", "public", "pg_catalog")


def meet() -> None:
    """Let the database count what came all at once, as the first night does: until then its plans are guesses."""
    _of_large_tables("ANALYZE", "public")


def _of_large_tables(verb: str, *schemas: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND NOT relisshared"
            " AND relnamespace::regnamespace::text = ANY (%s) AND pg_total_relation_size(oid) > %s",
            [list(schemas), LARGE],
        )
        if large := [name for (name,) in cursor.fetchall()]:
            cursor.execute(f"{verb} {', '.join(large)}")
