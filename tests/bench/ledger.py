"""The ledger under measurement: emptied, built, counted."""

import time
from collections.abc import Sequence
from typing import Any


def sql(statement: str, params: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    """Run one statement; its rows, if it has any."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []


def empty_the_ledger() -> None:
    """As before the first night."""
    from django.apps import apps

    tables = ", ".join(m._meta.db_table for m in apps.get_app_config("metrics").get_models() if m._meta.managed)
    sql(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")


def build(kind: str = "manual", *, runners: int = 1) -> float:
    """One run over all that is due; the seconds it took."""
    from metrics.night import settle_nights

    started = time.perf_counter()
    run = settle_nights(kind=kind, runners=runners)
    took = time.perf_counter() - started
    for key, error in run.steps.exclude(error="").values_list("key", "error") if run else ():
        print(f"{key} failed: {error}")
    return took


def facts_and_cells() -> str:
    from metrics.models import Cell, Fact

    return f"{Fact.objects.count():,} facts, {Cell.objects.count():,} cells"
