"""How the work of a run is shared: any number of runners take its steps, until none is left to take.

A step is claimed by a lock of the database that ends with its connection, however that ends. The attempt is noted at
once, so that it counts even if nothing more is heard of it. What the step does and its mark are committed together or
not at all: a runner killed at any moment leaves nothing behind but the attempt, and another takes the step up.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils import timezone

from metrics import ledger
from metrics.failpoint import failpoint
from metrics.models import Run, RunStep
from metrics.sql import query

CLAIM = 758_620  # the family of our locks
LOOKS_AGAIN = 0.1  # seconds
PATIENCE = 60.0  # seconds without a database
log = logging.getLogger(__name__)

Verb = Callable[[str], ledger.Change]


class Work(NamedTuple):
    """What is done with the steps of one kind, once it is known which of them one runner takes together."""

    verb: Callable[[Run, Sequence[str]], Verb]
    at_once: int = 1


Works = Mapping[str, Work]


class HopelessError(Exception):
    """A step that would fail at every further attempt."""


def work(run: Run, works: Works, tell: Callable[[Run], None] = lambda run: None) -> None:
    """Take step after step of a run until all are done or failed, whoever did them.

    A database that goes away is waited for. Raises `OperationalError` where it stays away.
    """
    away_since: float | None = None
    while True:
        try:
            tell(run)
            is_idle = not _take_some(run, works)
            if is_idle and not _within_reach(run):
                return
            away_since = None
        except (OperationalError, InterfaceError) as trouble:
            away_since = away_since or time.monotonic()
            if connection.in_atomic_block or time.monotonic() - away_since > PATIENCE:
                raise
            log.warning("The database went away during %s: %s", run, trouble)
            connection.close()
            is_idle = True
        if is_idle:
            time.sleep(LOOKS_AGAIN)


def at_work() -> dict[int, int]:
    """Which steps are being worked at now, each with the number of the connection that holds it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid::bigint, pid FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2"
            " AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [CLAIM],
        )
        return dict(cursor.fetchall())


def _take_some(run: Run, works: Works) -> bool:
    """Claim what is free and do it; False where nothing is."""
    with _claimed(run, works) as steps:
        if not steps:
            return False
        with ledger.one_view_of_the_world():
            if _are_ours(run, steps):
                verb = works[steps[0].kind].verb(run, [step.key for step in steps])
                for step in steps:
                    _attempt(step, verb)
                RunStep.objects.bulk_update(steps, ["state", "opened", "closed", "seconds", "error"])
                failpoint("step marked")
        failpoint("step done")
        return True


def _within_reach(run: Run) -> list[RunStep]:
    """The steps to be done next: all of one kind end before the first of another begins."""
    steps = list(RunStep.objects.waiting().filter(run=run, run__status=Run.Status.RUNNING))
    return [step for step in steps if step.kind == steps[0].kind]


@contextmanager
def _claimed(run: Run, works: Works) -> Iterator[list[RunStep]]:
    """Steps for this runner alone, the attempt noted; none where others hold all there are."""
    held: list[RunStep] = []
    try:
        for some in _lots(_within_reach(run), works):
            held = _locked(some)
            if held:
                break
        failpoint("step claimed")
        yield _note_attempt(held)
    finally:
        _let_go(held)


def _lots(steps: list[RunStep], works: Works) -> Iterator[list[RunStep]]:
    """Steps as they are taken together. What was tried before comes last, and alone: it may have ended its runner."""
    fresh = [step for step in steps if not step.attempts]
    size = works[fresh[0].kind].at_once if fresh else 1
    yield from (fresh[first : first + size] for first in range(0, len(fresh), size))
    yield from ([step] for step in sorted(steps, key=lambda step: step.attempts) if step.attempts)


def _locked(steps: list[RunStep]) -> list[RunStep]:
    """Those of the steps that nobody else holds, held from now on."""
    ids = [step.pk for step in steps]
    free = {pk for (pk,) in query("SELECT x FROM unnest(%s::int[]) x WHERE pg_try_advisory_lock(%s, x)", [ids, CLAIM])}
    return [step for step in steps if step.pk in free]


def _let_go(steps: list[RunStep]) -> None:
    if steps and connection.connection is not None and not connection.connection.closed:
        query("SELECT pg_advisory_unlock(%s, x) FROM unnest(%s::int[]) x", [CLAIM, [step.pk for step in steps]])


@transaction.atomic
def _note_attempt(held: list[RunStep]) -> list[RunStep]:
    """Count the attempt of the steps still to be done; one that had all its attempts fails instead."""
    # Whoever held the lock before may have done the step since it was looked up.
    waiting = RunStep.objects.waiting().filter(pk__in=[s.pk for s in held], run__status=Run.Status.RUNNING)
    attempts = dict(waiting.select_for_update(skip_locked=True, of=("self",)).values_list("pk", "attempts"))
    ours = RunStep.objects.filter(pk__in=attempts)
    if any(attempts.values()):
        ours.filter(attempts__gt=0, error="").update(error=Concat("worker", Value(" was cut off.")))
        ours.filter(attempts__gte=settings.NIGHT_ATTEMPTS).update(state=RunStep.State.FAILED)
    ours.waiting().update(attempts=F("attempts") + 1, worker=_me(), started_at=timezone.now())
    transaction.on_commit(lambda: failpoint("attempt noted"))
    return list(ours.waiting())


def _me() -> str:
    """Host, process and thread, as an administrator would look for them."""
    return f"{socket.gethostname()[:80]}:{os.getpid()}:{threading.get_native_id()}"


def _are_ours(run: Run, steps: list[RunStep]) -> bool:
    """Hold the rows of the steps until the end of the transaction; the locks save work, this makes it happen once.

    The run is held as well, so that it cannot be finished or broken off meanwhile. What hangs is cut by the database.
    """
    patience = f"{settings.NIGHT_STEP_SECONDS * 1000:.0f}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM metrics_run WHERE id = %s AND status = 'running' FOR SHARE", [run.pk])
        is_running = cursor.fetchone() is not None
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM metrics_runstep WHERE id = ANY (%s) AND state = 'pending'"
            " FOR UPDATE SKIP LOCKED) held",
            [[step.pk for step in steps]],
        )
        are_free = cursor.fetchone()[0] == len(steps)
        # A runner that is gone is noticed within a second, not when its statement ends.
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true),"
            " set_config('idle_in_transaction_session_timeout', %s, true),"
            " set_config('client_connection_check_interval', '1s', true)",
            [patience, patience],
        )
    failpoint("step locked")
    return is_running and are_free


def _attempt(step: RunStep, verb: Verb) -> None:
    """Do one step and mark it. A failure is written down and stops nobody else."""
    started = time.monotonic()
    try:
        with transaction.atomic():
            step.opened, step.closed = verb(step.key)
        step.state = RunStep.State.DONE
    except Exception as raised:
        if connection.needs_rollback:
            raise  # Nothing more can be said in this transaction.
        is_hopeless = isinstance(raised, HopelessError)
        log.error("%s failed: %s", step, raised, exc_info=not is_hopeless)
        step.error = str(raised) if is_hopeless else f"{type(raised).__name__}: {raised}"
        if is_hopeless or step.attempts >= settings.NIGHT_ATTEMPTS:
            step.state = RunStep.State.FAILED
    step.seconds = round(time.monotonic() - started, 3)
