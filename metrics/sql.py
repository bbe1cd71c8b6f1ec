"""Saying SQL to the database."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection


def execute(sql: str, params: Sequence[Any] | None = None) -> int:
    """Run one statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def query(sql: str, params: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    """The rows a statement finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def names(columns: Collection[str], table: str = "") -> str:
    """Columns as a statement lists them."""
    return ", ".join(f"{table}.{c}" if table else c for c in columns)
