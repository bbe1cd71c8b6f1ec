"""Asking an analysis, as each of its doors does."""

import csv
import io
import json
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.test import Client

from customers.models import User
from metrics.analyses.book import analysis_of, answer, ask
from metrics.analyses.shape import Link, Named, Result, Way


def find(key: str, user: User | None = None, **said: str) -> Result:
    """What an analysis finds for somebody, or for the command line."""
    analysis = analysis_of(key)
    sight = analysis.sight(user)
    assert sight is not None
    return answer(analysis, ask(analysis, user, said, sight))


def rows(found: Result, table: str) -> list[list[Any]]:
    """The rows of a table, records and ways by their words."""
    one = next(one for one in found.tables if one.key == table)
    return [[cell.words if isinstance(cell, Named | Way | Link) else cell for cell in row] for row in one.rows]


def figures(found: Result) -> dict[str, float | None]:
    return {one.key: one.value for one in found.figures}


def page(client: Client, key: str, **said: str) -> str:
    answer = client.get(f"/kpis/analyses/{key.replace('_', '-')}/", said)
    assert answer.status_code == 200, answer.content[:3000]
    return answer.content.decode()


def file(client: Client, key: str, table: str, **said: str) -> list[list[str]]:
    answer = client.get(f"/kpis/analyses/{key.replace('_', '-')}/{table.replace('_', '-')}.csv", said)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def printed(key: str, **said: str) -> dict[str, Any]:
    """What `manage.py analysis` prints as JSON."""
    out = StringIO()
    call_command("analysis", key, say=[f"{k}={v}" for k, v in said.items()], format="json", stdout=out)
    return json.loads(out.getvalue())
