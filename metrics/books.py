"""What was reported: the value first published when a period was over, or the one the books were locked with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import F, Max, Min, QuerySet

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

PUBLISHED = (Grain.MONTH, Grain.QUARTER, Grain.YEAR)


@dataclass(frozen=True)
class History:
    """All that was published of one period, the oldest revision first, and the lock that closed it, if any.

    Reported is what stood when the books were locked, else what was published first when the period was over.
    """

    revisions: Sequence[Snapshot]
    lock: PeriodLock | None = None

    @property
    def latest(self) -> Snapshot:
        return self.revisions[-1]

    @property
    def period(self) -> Period:
        return Period(self.latest.start, self.latest.end)

    @cached_property
    def reported(self) -> Snapshot | None:
        """None where the period was never published whole."""
        whole = [said for said in self.revisions if said.run.through >= self.period.last]
        known = [said for said in whole if self.lock and said.run_id <= self.lock.run_id]
        return known[-1] if known else next(iter(whole), None)

    @property
    def has_moved(self) -> bool:
        """Whether another value is known by now than the one reported."""
        return self.reported is not None and _figures(self.reported) != _figures(self.latest)

    @property
    def was_maturing(self) -> bool:
        """Whether it was said from the start that this value may still change."""
        return self.lock is None and self.reported is not None and self.reported.status == Status.MATURING

    @property
    def adjustment(self) -> Decimal | None:
        """What changed since it was reported, in the KPI's unit; none where there is no value on one side."""
        if self.reported is None or self.latest.value is None or self.reported.value is None:
            return None
        return self.latest.value - self.reported.value


def _figures(said: Snapshot) -> tuple[Decimal | int | None, ...]:
    return said.numerator, said.denominator, said.value, said.n


def published_in(kpis: Iterable[type[KPI]], grain: Grain, within: Period) -> QuerySet[Snapshot]:
    """All that was published of every period of this step that shares a day with the days asked for."""
    keys = [kpi.key for kpi in kpis]
    return Snapshot.objects.filter(kpi__in=keys, grain=grain, start__lt=within.end, end__gt=within.start)


def when_over(published: QuerySet[Snapshot]) -> QuerySet[Snapshot]:
    """What was published of periods when they were over, leaving out every night on the way there."""
    return published.filter(run__through__gte=F("end") - DAY)


def histories(published: QuerySet[Snapshot]) -> dict[tuple[str, Period], History]:
    """Published values, by KPI and period."""
    revisions: dict[tuple[str, Period], list[Snapshot]] = {}
    for said in published.select_related("run").order_by("kpi", "start", "revision"):
        revisions.setdefault((said.kpi, Period(said.start, said.end)), []).append(said)
    locks = standing_locks() if revisions else []
    return {(key, period): History(said, lock_of(period.last, locks)) for (key, period), said in revisions.items()}
