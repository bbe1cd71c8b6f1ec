"""What was reported: the value first published when a period was over, or the one the books were locked with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Max, Min

from metrics import calendar
from metrics.evaluate import Status
from metrics.language import KPI
from metrics.models import MeasureState, Night, PeriodLock, Run, Snapshot
from metrics.periods import DAY, Grain, Period


def lock_of(day: date, locks: Iterable[PeriodLock]) -> PeriodLock | None:
    """The lock that closed a day: the first that reaches it, of those in the order of their days."""
    return next((lock for lock in locks if lock.through >= day), None)


def standing_locks() -> list[PeriodLock]:
    return list(PeriodLock.objects.standing().select_related("run"))


def locked_until() -> date | None:
    """The first day that is not locked; none where nothing is."""
    through = PeriodLock.objects.standing().aggregate(day=Max("through"))["day"]
    return through + DAY if through else None


def reported_in(kpi: type[KPI], period: Period) -> Run | None:
    """The run a period was reported in: that of its lock, else the first that knew all of its days. None before."""
    if period.end > calendar.settled_until():
        return None
    lock = lock_of(period.last, standing_locks())
    run = lock.run_id if lock else _first_run_that_knew(period)
    return Run.objects.filter(pk=max(run, _first_run_of(kpi))).first() if run else None


def _first_run_that_knew(period: Period) -> int:
    nights = Night.objects.filter(day__gte=period.start, day__lt=period.end)
    first = nights.aggregate(run=Max("run"))["run"]
    return first or Night.objects.order_by("day").values_list("run", flat=True).first() or 0


def _first_run_of(kpi: type[KPI]) -> int:
    """The first run that knew all the KPI is counted from."""
    known = MeasureState.objects.filter(key__in=[measure.key for measure in kpi.measures()], live_from__isnull=False)
    return max(
        known.order_by().values("key").annotate(first=Min("live_from")).values_list("first", flat=True), default=0
    )


# ── Published values ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Standing:
    """A published period that is over: as it was reported, as it is now known, and the lock between, if any."""

    reported: Snapshot
    latest: Snapshot
    lock: PeriodLock | None = None

    @property
    def period(self) -> Period:
        return Period(self.latest.start, self.latest.end)

    @property
    def has_moved(self) -> bool:
        before, now = ((s.numerator, s.denominator, s.value, s.n) for s in (self.reported, self.latest))
        return before != now

    @property
    def was_maturing(self) -> bool:
        """Whether it was said from the start that this value may still change."""
        return self.lock is None and self.reported.status == Status.MATURING

    @property
    def adjustment(self) -> Decimal | None:
        """What changed since it was reported, in the KPI's unit; none where one of both has no value."""
        if self.latest.value is None or self.reported.value is None:
            return None
        return self.latest.value - self.reported.value


def standings(kpi: type[KPI], grain: Grain, periods: Iterable[Period]) -> Mapping[Period, Standing]:
    """How the published values of those periods that are over stand."""
    starts = [period.start for period in periods]
    published = Snapshot.objects.filter(kpi=kpi.key, grain=grain, start__in=starts)
    over = published.filter(run__through__gte=F("end") - DAY)
    revisions: dict[Period, list[Snapshot]] = {}
    for said in over.select_related("run").order_by("start", "revision"):
        revisions.setdefault(Period(said.start, said.end), []).append(said)
    locks = standing_locks()
    return {period: _standing(said, lock_of(period.last, locks)) for period, said in revisions.items()}


def _standing(revisions: list[Snapshot], lock: PeriodLock | None) -> Standing:
    known = [said for said in revisions if lock and said.run_id <= lock.run_id]
    return Standing(known[-1] if known else revisions[0], revisions[-1], lock)
