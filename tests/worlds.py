"""A database that many tests look at: told once, gone after the last of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.test import override_settings

LARGE = 4_000_000  # bytes


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
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND NOT relisshared"
            " AND relnamespace IN ('public'::regnamespace, 'pg_catalog'::regnamespace)"
            " AND pg_total_relation_size(oid) > %s",
            [LARGE],
        )
        if large := [name for (name,) in cursor.fetchall()]:
            cursor.execute(f"VACUUM {', '.join(large)}")
