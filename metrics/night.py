"""The night: every due day is settled, measure by measure, and what changed is published.

What is due is computed from what is done, never from a schedule, so a missed, doubled or killed start changes
nothing. One run stands at a time; whoever starts while it does joins it, and whoever ends it ends it for all.
"""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from metrics import audit, changes, definitions, invariants, keeping, ledger, publish
from metrics.estimating import estimate_lifetimes
from metrics.failpoint import failpoint
from metrics.language import KPI, Measure
from metrics.manual import manual_kpis
from metrics.measures.lifetimes import LifetimesExpected
from metrics.measures.steering import GoalChances, GoalsDue
from metrics.models import Cell, Night, Run, RunStep
from metrics.reading_goals import read_goals
from metrics.registry import all_kpis, all_measures
from metrics.steps import HopelessError, Verb, Work, Works, work
from metrics.wanted import wanted

DAY = timedelta(days=1)
# What is noted of the future is a record itself, made when all others are settled: by whom, and whose rows it is.
OUTLOOK: dict[str, tuple[Callable[..., int], tuple[type[Measure], ...]]] = {
    "goals": (read_goals, (GoalsDue, GoalChances)),
    "lifetimes": (estimate_lifetimes, (LifetimesExpected,)),
}

Progress = Callable[[str, int, int], None]


class NightIsBusyError(Exception):
    """A run that cannot be joined is at work."""


def due_days(today: date | None = None) -> list[date]:
    """The local business days up to yesterday that no run has settled; all days since the first one known."""
    yesterday = (today or timezone.localdate()) - DAY
    first = Night.objects.order_by("day").values_list("day", flat=True).first() or yesterday
    done = set(Night.objects.values_list("day", flat=True))
    return [day for i in range((yesterday - first).days + 1) if (day := first + i * DAY) not in done]


def settle_nights(
    *, kind: str = Run.Kind.NIGHTLY, progress: Progress | None = None, wait: bool = False, runners: int = 1
) -> Run | None:
    """Settle every due day; nothing is done, and None returned, where none is due and nobody asked by hand.

    A run at work is joined and seen through; with `wait`, one of our own begins after that. Raises
    `NightIsBusyError` where the one at work cannot be joined.
    """
    run, is_ours = start(kind)
    if run is None:
        return None
    run = see_through(run, progress=progress, runners=runners)
    if wait and not is_ours:
        return settle_nights(kind=kind, progress=progress, wait=wait, runners=runners)
    return run


def start(kind: str = Run.Kind.NIGHTLY) -> tuple[Run | None, bool]:
    """The run to work at, and whether it was begun here; none where no day is due and nobody asked by hand."""
    if running := _running():
        return running, False
    if kind == Run.Kind.NIGHTLY and not due_days():
        return None, False
    is_first = not Night.objects.exists()
    if is_first:
        _meet_the_tables(*connection.introspection.table_names())
    try:
        run = _begin(kind, compares_all=is_first or kind == Run.Kind.REBUILD)
    except IntegrityError:
        return start(kind)  # Somebody else was first.
    failpoint("run open")
    return run, run is not None


def see_through(run: Run, *, progress: Progress | None = None, runners: int = 1) -> Run:
    """Work at a run until it is finished, with as many runners of this process, and whoever else does."""

    def tell(run: Run) -> None:
        if progress:
            progress(*_how_far(run))

    with _company(run, runners - 1):
        work(run, works(run), tell)
    run = _finish(run)
    if progress:
        progress("Done", *[run.steps.count()] * 2)
    return run


def _running() -> Run | None:
    """The run at work, if it is one of ours; one begun by other definitions is broken off once nobody works at it."""
    run = Run.objects.filter(status=Run.Status.RUNNING).first()
    if run is None or run.definitions == _digest():
        return run
    with transaction.atomic():
        stale = Run.objects.select_for_update(skip_locked=True).filter(pk=run.pk, status=Run.Status.RUNNING).first()
        if stale is None:
            raise NightIsBusyError(f"{run} is at work by other definitions than ours.")
        stale.status, stale.finished_at = Run.Status.BROKEN, timezone.now()
        stale.error = "The definitions changed before it was done."
        stale.save()
    return None


@transaction.atomic
def _begin(kind: str, *, compares_all: bool) -> Run | None:
    # Whoever comes second waits here until we commit, and is refused by the constraint, or finds nothing due.
    run = Run.objects.create(
        kind=kind,
        through=timezone.localdate() - DAY,
        zone=settings.TIME_ZONE,
        currency=settings.REPORTING_CURRENCY,
        definitions=_digest(),
    )
    if kind == Run.Kind.NIGHTLY and not due_days():
        transaction.set_rollback(True)
        return None
    measures = sorted(all_measures(), key=_cost, reverse=True) if compares_all else all_measures()
    steps = [*((RunStep.Kind.MEASURE, measure.key) for measure in measures), (RunStep.Kind.SWAP, "definitions")]
    steps += [(RunStep.Kind.OUTLOOK, key) for key, (_, told) in OUTLOOK.items() if set(told) <= set(measures)]
    steps += [(RunStep.Kind.TERM, key) for key in _followed()]
    steps += [(RunStep.Kind.KPI, kpi.key) for kpi in _published()] + [(RunStep.Kind.AUDIT, "numbers")]
    RunStep.objects.bulk_create([RunStep(run=run, kind=kind, key=key) for kind, key in steps])
    failpoint("run begun")
    return run


def _published() -> list[type[KPI]]:
    """All that are declared, and those people measure by hand."""
    return [*all_kpis(), *manual_kpis()]


def _followed() -> list[str]:
    """The measures that customers are followed by; a step each, of all terms that begin with it."""
    return sorted({leaf.measures[0].key for kpi in _published() for leaf in kpi.leaves() if leaf.apart})


def _digest() -> str:
    """What decides the numbers: every measure's SQL, and how every KPI is computed from them."""
    measures = [ledger.definition_of(measure) for measure in all_measures()]
    kpis = [word for kpi in all_kpis() for word in (kpi.key, *definitions.computed(kpi))]
    return definitions.digest([*measures, *kpis])


def _meet_the_tables(*tables: str) -> None:
    """Let the database count what came all at once; until then its plans are guesses."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, tables))}")


def _cost(measure: type[Measure]) -> float:
    """What the database expects of reading all of a measure. The dearest go first, so that runners end together."""
    statement = wanted(measure)
    with ledger.one_view_of_the_world(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement.sql}", statement.params)
        plan = cursor.fetchone()[0]
        return (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Total Cost"]


def _settling(run: Run, keys: Sequence[str]) -> Verb:
    measures = {measure.key: measure for measure in all_measures()}
    hearing = changes.Hearing()

    def settle(key: str) -> ledger.Change:
        measure = measures[key]
        if run.kind != Run.Kind.REBUILD:
            return audit.settle(measure, run, hearing)
        change = ledger.settle(measure, run)
        ledger.refold(measure)
        return change

    return settle


def _swapping(run: Run, keys: Sequence[str]) -> Verb:
    def swap(key: str) -> ledger.Change:
        swapped = ledger.swap(all_measures(), run)
        if swapped or not Night.objects.exists():
            _meet_the_tables("metrics_fact", "metrics_cell")
        definitions.note(_published(), run)
        failpoint("definitions swapped")
        return ledger.Change(len(swapped), 0)

    return swap


def _looking_ahead(run: Run, keys: Sequence[str]) -> Verb:
    def look(key: str) -> ledger.Change:
        note, told = OUTLOOK[key]
        note(on=run.through)
        moved = [ledger.catch_up(measure, run) for measure in told]
        return ledger.Change(sum(one.opened for one in moved), sum(one.closed for one in moved))

    return look


def _keeping(run: Run, keys: Sequence[str]) -> Verb:
    asked = publish.Edition(_published(), run).stretches()
    done: dict[str, int] = {}

    def keep(key: str) -> ledger.Change:
        """All at once with the first; where that fails, each on its own."""
        if key not in done:
            some = {key} if key != keys[0] else set(keys)
            moved = keeping.renew({leaf: asked[leaf] for leaf in asked if leaf.measures[0].key in some}, run)
            done.update({one: moved[one] for one in some})
        return ledger.Change(done[key], 0)

    return keep


def _publishing(run: Run, keys: Sequence[str]) -> Verb:
    kpis = {kpi.key: kpi for kpi in _published() if kpi.key in keys}
    edition = publish.Edition(kpis.values(), run)
    failed = set(run.steps.failed().filter(kind=RunStep.Kind.MEASURE).values_list("key", flat=True))

    def publish_one(key: str) -> ledger.Change:
        kpi = kpis.get(key)
        if kpi is None:
            return ledger.Change(0, 0)  # What was measured by hand was put away meanwhile.
        if broken := failed & {measure.key for measure in kpi.measures()}:
            raise HopelessError(f"Its measure failed: {', '.join(sorted(broken))}.")
        return ledger.Change(publish.publish(kpi, edition), 0)

    return publish_one


def _auditing(run: Run, keys: Sequence[str]) -> Verb:
    return lambda key: ledger.Change(invariants.audit(run), 0)


def works(run: Run) -> Works:
    """What there is to do. Read together, KPIs cost little more than the dearest of them; so do a night's measures."""
    compares_all = run.kind == Run.Kind.REBUILD or not Night.objects.exists()
    return {
        RunStep.Kind.MEASURE: Work(_settling, 1 if compares_all else 26),
        RunStep.Kind.SWAP: Work(_swapping),
        RunStep.Kind.OUTLOOK: Work(_looking_ahead),
        RunStep.Kind.TERM: Work(_keeping, 1 if compares_all else 40),
        RunStep.Kind.KPI: Work(_publishing, 12 if compares_all else 90),
        RunStep.Kind.AUDIT: Work(_auditing),
    }


def _how_far(run: Run) -> tuple[str, int, int]:
    steps = list(run.steps.all())
    waiting = [step for step in steps if step.state == RunStep.State.PENDING]
    return waiting[0].key.replace("_", " ") if waiting else "", len(steps) - len(waiting), len(steps)


@contextmanager
def _company(run: Run, others: int) -> Iterator[None]:
    """More runners beside this one, each with a connection of its own."""

    def stay() -> None:
        try:
            work(run, works(run))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=stay, daemon=True) for _ in range(others)]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()


@transaction.atomic
def _finish(run: Run) -> Run:
    """Close the books on a run whose steps are all done or failed; whoever comes second finds it done."""
    run = Run.objects.select_for_update().get(pk=run.pk)
    if run.status != Run.Status.RUNNING:
        return run
    changes.forget()
    keeping.forget(run)
    failpoint("changes forgotten")
    days = due_days(run.through + DAY) if Night.objects.exists() else _all_days_known(run.through)
    Night.objects.bulk_create([Night(day=day, run=run) for day in days], ignore_conflicts=True)
    failed = run.steps.failed().count()
    run.status = Run.Status.FAILED if failed else Run.Status.DONE
    run.error = f"{failed} of {run.steps.count()} steps failed." if failed else ""
    run.finished_at = timezone.now()
    run.save()
    failpoint("nights settled")
    transaction.on_commit(lambda: failpoint("run finished"))
    return run


def _all_days_known(through: date) -> list[date]:
    """On the first night: every day since the first fact, for they are all settled by it."""
    first = Cell.objects.filter(grain=Cell.Grain.DAY).order_by("day").values_list("day", flat=True).first()
    start = min(first or through, through)
    return [start + i * DAY for i in range((through - start).days + 1)]
