"""Small files, written and imported as people do."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.db import connection

from customers.importing.mapping import map_from
from customers.importing.problems import Problem, Refused
from customers.importing.run import Result, run_import
from customers.imports import IMPORTS as OF_CUSTOMERS
from sales.imports import IMPORTS as OF_SALES
from support.imports import IMPORTS as OF_SUPPORT
from surveys.imports import IMPORTS as OF_SURVEYS

RESOURCES = {one.name: one for one in [*OF_CUSTOMERS, *OF_SALES, *OF_SUPPORT, *OF_SURVEYS]}


def bring(folder: Path, resource: str, content: str | bytes, told: dict[str, Any] | None = None, **how: Any) -> Result:
    """Import a file with this content."""
    file = folder / "file.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return run_import(RESOURCES[resource](), file, told=map_from(told or {}), **how)


def refused(folder: Path, resource: str, content: str | bytes, *args: Any, **how: Any) -> list[Problem]:
    """What is said to be wrong with a file, of which nothing is kept."""
    before = everything()
    with pytest.raises(Refused) as refusal:
        bring(folder, resource, content, *args, **how)
    assert everything() == before, "Something was kept of a refused file."
    assert refusal.value.problems
    return refusal.value.problems


def everything() -> dict[str, int]:
    """How many rows every table has, asked at once."""
    tables = sorted(model._meta.db_table for model in apps.get_models() if model._meta.managed)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables))
        return dict(cursor.fetchall())  # The database may well read the tables side by side, in any order.


def workbook(folder: Path, *rows: list[Any], title: str = "Sheet") -> bytes:
    """The bytes of an Excel file with these rows."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(folder / "made.xlsx")
    return (folder / "made.xlsx").read_bytes()
