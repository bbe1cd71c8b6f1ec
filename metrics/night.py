"""The night: every due day is settled, measure by measure, and what changed is published.

What is due is computed from what is done, never from a schedule, so a missed, doubled or killed start changes
nothing. One run works at a time: it holds a lock of the database that ends with its connection, however it ends.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from metrics import changes, ledger, publish
from metrics.language import KPI, Measure
from metrics.models import Cell, Night, Run, RunStep
from metrics.registry import all_kpis, all_measures

LOCK = 7_586_200_001
DAY = timedelta(days=1)
log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]


class NightIsBusyError(Exception):
    """Another run is at work."""


def due_days(today: date | None = None) -> list[date]:
    """The local business days up to yesterday that no run has settled; all days since the first one known."""
    yesterday = (today or timezone.localdate()) - DAY
    first = Night.objects.order_by("day").values_list("day", flat=True).first() or yesterday
    done = set(Night.objects.values_list("day", flat=True))
    return [day for i in range((yesterday - first).days + 1) if (day := first + i * DAY) not in done]


def settle_nights(*, kind: str = Run.Kind.NIGHTLY, progress: Progress | None = None, wait: bool = False) -> Run | None:
    """Settle every due day; nothing is done, and None returned, where none is due and nobody asked by hand.

    Raises `NightIsBusyError` where another run is at work, or with `wait` begins when that one is done.
    """
    with _alone(wait=wait):
        days = due_days()
        if not days and kind == Run.Kind.NIGHTLY:
            return None
        run = _begin(kind)
        try:
            return _work(run, days, progress or (lambda step, done, of: None))
        except BaseException as error:
            Run.objects.filter(pk=run.pk).update(
                status=Run.Status.BROKEN, error=str(error) or type(error).__name__, finished_at=timezone.now()
            )
            raise


def _begin(kind: str) -> Run:
    # Whoever held the lock before us is gone; a run still marked as running was killed.
    Run.objects.filter(status=Run.Status.RUNNING).update(status=Run.Status.BROKEN, error="The process was ended.")
    return Run.objects.create(
        kind=kind,
        through=timezone.localdate() - DAY,
        zone=settings.TIME_ZONE,
        currency=settings.REPORTING_CURRENCY,
        definitions=_digest(),
    )


def _digest() -> str:
    """What decides the numbers: every measure's SQL, and how every KPI is computed from them."""
    said = [ledger.definition_of(measure) for measure in all_measures()]
    for kpi in all_kpis():
        looks_at = [leaf.periods.__qualname__ if leaf.periods else "" for leaf in kpi.formula.leaves()]
        said.append(f"{kpi.key} = {kpi.formula.in_words()} {looks_at} {kpi.unit} {kpi.empty} {kpi.matures}")
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _work(run: Run, days: list[date], progress: Progress) -> Run:
    if not Night.objects.exists():
        _meet_the_tables()
    measures, kpis = all_measures(), all_kpis()
    steps = len(measures) + len(kpis)
    for i, measure in enumerate(measures):
        progress(measure.title, i, steps)
        _settle(measure, run)
    changes.forget()
    settled, first_moved = run.through + DAY, cache(ledger.first_moved)
    for i, kpi in enumerate(kpis, start=len(measures)):
        progress(kpi.title, i, steps)
        _publish(kpi, run, _since(kpi, run, first_moved), settled)
    progress("Done", steps, steps)
    return _finish(run, days)


def _meet_the_tables() -> None:
    """Let the database count what a first import brought; without that its plans for the first build are guesses."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _settle(measure: type[Measure], run: Run) -> None:
    """Settle one measure. A failure is written down and stops nobody else."""
    started = time.monotonic()
    change, error = ledger.Change(0, 0), ""
    try:
        if run.kind == Run.Kind.REBUILD:
            change = ledger.settle(measure, run)
            ledger.refold(measure)
        else:
            change = ledger.catch_up(measure, run)
    except Exception as raised:
        log.exception("Measure %s failed", measure.key)
        error = f"{type(raised).__name__}: {raised}"
    _note(run, RunStep.Kind.MEASURE, measure.key, started, error, change.opened, change.closed)


def _publish(kpi: type[KPI], run: Run, since: date | None, settled: date) -> None:
    started, error, published = time.monotonic(), "", 0
    failed = set(run.steps.exclude(error="").values_list("key", flat=True))
    if broken := failed & {m.key for m in kpi.measures()}:
        error = f"Its measure failed: {', '.join(sorted(broken))}."
    elif since is not None:
        try:
            published = publish.publish(kpi, run, since=since, settled=settled)
        except Exception as raised:
            log.exception("KPI %s failed", kpi.key)
            error = f"{type(raised).__name__}: {raised}"
    _note(run, RunStep.Kind.KPI, kpi.key, started, error, published)


def _since(kpi: type[KPI], run: Run, first_moved: Callable[..., date | None]) -> date | None:
    """The first day from which a KPI's values may differ from the published: what moved, became due, or matured.

    Counted from the last run that published this KPI, not from the last run: one that was killed, or that failed on
    this KPI, had settled the facts and said nothing of it.
    """
    said = RunStep.objects.filter(kind=RunStep.Kind.KPI, key=kpi.key, error="", run__lt=run).order_by("run_id").last()
    if said is None or said.run.definitions != run.definitions or run.kind == Run.Kind.REBUILD:
        return date.min.replace(year=1900)
    moved = [day for measure in kpi.measures() if (day := first_moved(measure, said.run_id))]
    if said.run.through < run.through:
        moved.append(said.run.through + DAY - kpi.matures - publish.SETTLING)
    return min(moved, default=None)


def _note(run: Run, kind: str, key: str, started: float, error: str, opened: int = 0, closed: int = 0) -> None:
    seconds = round(time.monotonic() - started, 3)
    RunStep.objects.create(run=run, kind=kind, key=key, opened=opened, closed=closed, seconds=seconds, error=error)


@transaction.atomic
def _finish(run: Run, days: list[date]) -> Run:
    if not Night.objects.exists():
        days = _all_days_known(run.through)
    Night.objects.bulk_create([Night(day=day, run=run) for day in days], ignore_conflicts=True)
    failed = run.steps.exclude(error="").count()
    run.status = Run.Status.FAILED if failed else Run.Status.DONE
    run.error = f"{failed} of {run.steps.count()} steps failed." if failed else ""
    run.finished_at = timezone.now()
    run.save()
    return run


def _all_days_known(through: date) -> list[date]:
    """On the first night: every day since the first fact, for they are all settled by it."""
    first = Cell.objects.filter(grain=Cell.Grain.DAY).order_by("day").values_list("day", flat=True).first()
    start = min(first or through, through)
    return [start + i * DAY for i in range((through - start).days + 1)]


@contextmanager
def _alone(*, wait: bool) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {'pg_advisory_lock' if wait else 'pg_try_advisory_lock'}(%s)", [LOCK])
        if not wait and not cursor.fetchone()[0]:
            raise NightIsBusyError("Another run is at work; it settles everything that is due.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
