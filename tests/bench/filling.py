"""Rows written many at a time, straight into the tables, by dice that always fall the same way."""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, models, transaction

# Everything by chance is a throw of `luck`: the row's number and a salt give a number from 0 up to 1, always the same.
DICE = """
CREATE SCHEMA dice;
CREATE FUNCTION dice.luck(i bigint, salt int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
$$ SELECT (hashint8extended(i, salt) & 9007199254740991)::float8 / 9007199254740992 $$;
CREATE FUNCTION dice.one_of(n int, i bigint, salt int) RETURNS int LANGUAGE sql IMMUTABLE AS
$$ SELECT 1 + floor(n * dice.luck(i, salt))::int $$;
CREATE FUNCTION dice.pick(words text[], i bigint, salt int) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT words[1 + floor(cardinality(words) * dice.luck(i, salt))::int] $$;
-- The first words more often than the last.
CREATE FUNCTION dice.lean(words text[], i bigint, salt int) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT words[1 + floor(cardinality(words) * dice.luck(i, salt) ^ 2)::int] $$;
-- Lengths as waits have them: most short, some long, with this mean.
CREATE FUNCTION dice.wait(mean float8, i bigint, salt int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
$$ SELECT -ln(1 - dice.luck(i, salt)) * mean $$;
CREATE FUNCTION dice.until() RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT timestamptz '{until}' $$;
-- When the company and customer i met: five years, more of them lately.
CREATE FUNCTION dice.born(i bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
$$ SELECT timestamptz '{until}' - interval '1826 days' + interval '1 day' * (1800 * dice.luck(i, 1) ^ 0.75) $$;
-- A moment between two.
CREATE FUNCTION dice.amid(a timestamptz, b timestamptz, i bigint, salt int) RETURNS timestamptz LANGUAGE sql
IMMUTABLE AS $$ SELECT a + (b - a) * dice.luck(i, salt) $$;
CREATE FUNCTION dice.currency(i bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT (ARRAY['EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'USD', 'USD', 'GBP', 'CHF'])[
          1 + floor(11 * dice.luck(i, 2))::int] $$;
"""


@dataclass(frozen=True)
class Rows:
    """Rows of one table: where they come from, and each column as SQL. What is not said takes Django's default."""

    model: type[models.Model]
    source: str
    columns: Mapping[str, str]

    @property
    def title(self) -> str:
        return str(self.model._meta.verbose_name_plural)


def write(rows: Rows, *, n: int) -> int:
    """Insert them in one statement; how many they are."""
    table = rows.model._meta.db_table
    columns = _silent(rows.model) | dict(rows.columns)
    names = ", ".join(f'"{column}"' for column in columns)
    said = ", ".join(part if isinstance(part, str) else "%s" for part in columns.values())
    values = [part.value for part in columns.values() if isinstance(part, Default)]
    sql = f"INSERT INTO {table} ({names}) SELECT {said} FROM {rows.source}".replace("{n}", str(n))
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.rowcount


class Default(NamedTuple):
    """What Django writes where nothing is said."""

    value: Any


def _silent(model: type[models.Model]) -> dict[str, str | Default]:
    columns: dict[str, str | Default] = {}
    for field in model._meta.concrete_fields:
        if field.primary_key or field.null or field.db_default is not models.NOT_PROVIDED:
            continue
        kept_by_django = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
        default = Default(field.get_db_prep_save(field.get_default(), connection))
        columns[str(field.column)] = "until()" if kept_by_django else default
    return columns


@contextmanager
def dice(until: datetime) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(DICE.replace("{until}", until.isoformat()))
        cursor.execute("SET search_path = public, dice")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET search_path = public")
        cursor.execute("DROP SCHEMA dice CASCADE")


@contextmanager
def bare(tables: list[str]) -> Iterator[None]:
    """Without triggers, foreign keys among them, and without indexes but the primary keys; these come back after."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
               WHERE i.indrelid::regclass::text = ANY (%s) AND NOT EXISTS (
                   SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype <> 'f')""",
            [tables],
        )
        known = cursor.fetchall()
        for name, _ in known:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute("SET session_replication_role = replica")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")
        for done, (_, definition) in enumerate(known, start=1):
            cursor.execute(definition)
            say(f"indexes {done} of {len(known)}", end="\r")
        say(f"{len(known)} indexes")


def go_on_counting() -> None:
    """Let new rows of every table get the next numbers."""
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            if model._meta.managed and isinstance(model._meta.pk, models.AutoField):
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 1)) FROM {table}"
                )


STARTED = time.monotonic()


def say(words: str, *, end: str = "\n") -> None:
    """One line of progress, with the seconds since the start."""
    if end == "\n" or sys.stdout.isatty():
        print(f"{time.monotonic() - STARTED:7.1f} s  {words:<60}", end=end, flush=True)


def written(story: list[Rows], *, n: int) -> int:
    """Write the whole story, table by table; how many rows it has."""
    total = 0
    for rows in story:
        say(rows.title, end="\r")
        with transaction.atomic():
            found = write(rows, n=n)
        total += found
        say(f"{found:>12,} {rows.title}")
    return total
