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
    ledger.swap(measures, run)
    changes.forget()
    edition, failed = publish.Edition(kpis, run), _failures(run)
    for i, kpi in enumerate(kpis, start=len(measures)):
        progress(kpi.title, i, steps)
        _publish(kpi, edition, failed)
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


def _failures(run: Run) -> set[str]:
    return set(run.steps.exclude(error="").values_list("key", flat=True))


def _publish(kpi: type[KPI], edition: publish.Edition, failed: set[str]) -> None:
    started, error, published = time.monotonic(), "", 0
    if broken := failed & {m.key for m in kpi.measures()}:
        error = f"Its measure failed: {', '.join(sorted(broken))}."
    else:
        try:
            published = publish.publish(kpi, edition)
        except Exception as raised:
            log.exception("KPI %s failed", kpi.key)
            error = f"{type(raised).__name__}: {raised}"
    _note(edition.run, RunStep.Kind.KPI, kpi.key, started, error, published)


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
