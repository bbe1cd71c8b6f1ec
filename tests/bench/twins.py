"""Two copies of one company: made, changed in the same way, and compared row by row."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

NAMES = count(1)


@contextmanager
def copy_of(database: str) -> Iterator[str]:
    """A database like this one, gone afterwards. Whoever is in the first one is shown out: it is copied alone."""
    import os

    name = f"{database}_copy_{os.getpid()}_{next(NAMES)}"
    say(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'",
        f'CREATE DATABASE "{name}" TEMPLATE "{database}"',
    )
    try:
        yield name
    finally:
        say(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def say(*words: str) -> None:
    """A few words to the server, from a database that nobody copies."""
    import psycopg
    from django.db import connection

    connection.close()
    way = connection.get_connection_params() | {"dbname": "postgres"}
    for ours in ("cursor_factory", "context", "prepare_threshold"):
        way.pop(ours, None)
    with psycopg.connect(**way, autocommit=True) as server:
        for sql in words:
            server.execute(sql)


def change(dice: Random) -> None:
    """A day's work: records come, change, are put right for long ago, and go."""
    from django.db.models import F
    from django.db.models.functions import Greatest

    from customers.models import Customer
    from sales.models import Deal, FxRate, Lead, Order, OrderLine
    from support.models import Ticket
    from surveys.models import Answer

    def some(rows: Any, n: int) -> Any:
        """A few rows, the same in every copy."""
        known = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.model.objects.filter(pk__in=dice.sample(known, min(n, len(known))))

    def again(rows: Any) -> None:
        """Rows like these, told as new ones. A crashed server skips some numbers, so they are given."""
        newest = rows.model.objects.latest("pk").pk
        for number, row in enumerate(rows.order_by("pk"), start=newest + 1):
            row.pk, row.external_id = number, ""
            rows.model.objects.bulk_create([row])

    people = list(Deal.objects.exclude(owner=None).order_by("owner").values_list("owner", flat=True).distinct())
    won = Deal.objects.filter(outcome="won")
    some(won, 4).update(amount=F("amount") + 1)
    some(won, 2).update(closed_at=Greatest("created_at", F("closed_at") - timedelta(days=40)))
    some(won, 1).update(owner_id=dice.choice(people))
    again(some(won, 2))
    some(Deal.objects.all(), 1).delete()
    some(Lead.objects.all(), 3).update(lead_source=f"Source {dice.randint(1, 3)}")
    some(OrderLine.objects.all(), 4).update(net=F("net") + 1)
    some(Order.objects.all(), 1).delete()
    some(Ticket.objects.all(), 3).update(priority=dice.choice(["low", "normal", "high", "urgent"]))
    again(some(Ticket.objects.all(), 2))
    again(some(Answer.objects.filter(invitation=None), 2))
    some(Customer.objects.all(), 1).update(is_test=True)
    some(FxRate.objects.all(), 1).update(rate=F("rate") + Decimal("0.001"))


@dataclass
class Findings:
    """How the second copy differs from the first: rows missing, rows there twice or too many, rows that say else."""

    rows: int = 0
    lost: int = 0
    duplicate: int = 0
    wrong: int = 0
    examples: list[str] = field(default_factory=list)

    def told(self, most: int) -> list[str]:
        return self.examples[:most]

    def take_in(self, table: str, first: list[tuple[Any, Any]], second: list[tuple[Any, Any]]) -> None:
        expected, there = dict(first), dict(second)
        assert len(expected) == len(first), f"{table} has no such key"
        self.rows += len(first)
        often = Counter(key for key, _ in second)
        for key in expected.keys() - there.keys():
            self.lost += 1
            self.examples.append(f"lost from {table}: {key}")
        for key, n in often.items():
            if n > 1 or key not in expected:
                self.duplicate += n if key not in expected else n - 1
                self.examples.append(f"{n} too many in {table}: {key} {there[key]}")
        for key in expected.keys() & there.keys():
            if expected[key] != there[key]:
                self.wrong += 1
                self.examples.append(f"wrong in {table}: {key} is {there[key]}, not {expected[key]}")


def compare(first: str, second: str) -> Findings:
    """Hold all that the nights wrote into the second copy against the first."""
    findings = Findings()
    one, other = told_by(first), told_by(second)
    for table in one:
        findings.take_in(table, one[table], other[table])
    return findings


def told_by(database: str) -> dict[str, list[tuple[Any, Any]]]:
    """Every row the nights wrote, as (what it is about, what it says), in words that hold in any copy."""
    from metrics.dimensions import DIMENSIONS
    from metrics.models import Cell, Fact, MeasureState, Night, Run, RunStep, Snapshot
    from metrics.models.fact import FOR_EVER
    from tests.bench.kills import using

    with using(database):
        # A run whose beginning was undone has taken a number: they are counted anew.
        runs = {pk: i for i, pk in enumerate(Run.objects.order_by("pk").values_list("pk", flat=True), start=1)}
        runs |= {FOR_EVER: FOR_EVER}
        measures = dict(MeasureState.objects.values_list("pk", "key"))
        facts = Fact.objects.values_list(
            *("measure", "record", "part", "run_from", "run_to"),
            *("subject", "day", "at", "value", "marks", "rate", "is_unpriced", *DIMENSIONS),
        )
        cells = Cell.objects.values_list("measure", "mark", "dimension", "member", "grain", "day", "n", "total")
        said = Snapshot.objects.values_list(
            *("kpi", "grain", "start", "revision", "run"),
            *("end", "is_latest", "numerator", "denominator", "value", "n", "status", "reason"),
        )
        stood = MeasureState.objects.values_list("key", "live_from", "live_to")
        steps = RunStep.objects.values_list("run", "kind", "key", "state", "opened", "closed")
        return {
            "facts": [((measures[m], r, p, runs[a]), (runs[z], *rest)) for m, r, p, a, z, *rest in facts.iterator()],
            "cells": [((measures[m], *key), (n, total)) for m, *key, n, total in cells.iterator()],
            "values": [((k, g, s, r), (runs[run], *rest)) for k, g, s, r, run, *rest in said.iterator()],
            "steps": [((runs[run], kind, key), (*rest,)) for run, kind, key, *rest in steps],
            "nights": [(day, runs[run]) for day, run in Night.objects.values_list("day", "run")],
            "runs": [(runs[r.pk], (r.kind, r.status, r.through, r.error)) for r in Run.objects.all()],
            "measures": [((key, runs[a]), runs[z]) for key, a, z in stood],
        }
