"""Publishing: every KPI's value for every month, quarter and year, as a revision where it changed."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, cached_property
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max, OuterRef, Subquery

from metrics.calendar import before, fiscal_start, preset
from metrics.evaluate import Reading, Value, exact, read_together, status_of
from metrics.failpoint import failpoint
from metrics.kept import stretches_of
from metrics.language import KPI, Leaf, Measure
from metrics.models import Cell, Finding, MeasureState, Run, RunStep, Snapshot
from metrics.moved import Moved, is_touched, moved
from metrics.periods import Grain, Period, containing, steps
from metrics.reading import Slice

PUBLISHED = (Grain.MONTH, Grain.QUARTER, Grain.YEAR)
DAY = timedelta(days=1)
log = logging.getLogger(__name__)


class Said(NamedTuple):
    """What was published last for one period."""

    pk: int
    revision: int
    words: "Words"


Words = tuple[Decimal | None, Decimal | None, Decimal | None, int, str, str]
WORDS = ("numerator", "denominator", "value", "n", "status", "reason")
Stretch = tuple[Grain, Period]


class Edition:
    """What one run has to publish: of every KPI the periods whose value may be another than the one published last.

    All that is due is read from the ledger in one go when the first KPI is published; where that fails, each KPI
    reads for itself, so that one that cannot be read fails alone.
    """

    def __init__(self, kpis: Iterable[type[KPI]], run: Run) -> None:
        self.kpis = list(kpis)
        self.run = run
        self.settled = run.through + DAY
        self.due: Callable[..., Sequence[Stretch]] = cache(lambda kpi: list(self._due(kpi)))
        self._steps: Callable[..., Sequence[Stretch]] = cache(self._steps_since)
        self._moved: Callable[..., Moved] = cache(lambda since: moved(self._measures, since))

    def reading(self, kpi: type[KPI]) -> Reading:
        if self._together and not kpi.within:
            return self._together
        return read_together({kpi: _periods(self.due(kpi))}, cut=Slice(where=kpi.within), settled=self.settled)

    def said(self, kpi: type[KPI]) -> Mapping[tuple[Grain, date], Said]:
        return self._said[kpi.key]

    def stretches(self) -> dict[Leaf, set[Period]]:
        """The terms that are kept from night to night, over every stretch of days the KPIs are published for.

        So are the days that the running and the last month, quarter and year are held against: every board asks.
        """
        asked: dict[Leaf, set[Period]] = defaultdict(set)
        for kpi in self.kpis:
            followed = [] if kpi.within else [leaf for leaf in kpi.leaves() if leaf.apart]
            known = {period.until(self.settled) or period for _, period in self._known(kpi)} if followed else set()
            for period in known | set(self._held_against if known else ()):
                for leaf in followed:
                    asked[leaf.kept_as].update(stretches_of(leaf, period))
        return asked

    def _due(self, kpi: type[KPI]) -> Iterator[Stretch]:
        before, said = self._last_run_that_said(kpi), self.said(kpi)
        for grain, period in self._known(kpi):
            if before is None or (grain, period.start) not in said or self._differs(kpi, period, before):
                yield grain, period

    def _known(self, kpi: type[KPI]) -> Iterator[Stretch]:
        """Every whole step of the calendar from the first fact on, the running one included.

        What was published stays to be corrected, also where no fact is left of it.
        """
        facts = [day for m in kpi.measures() if (day := self._first_day(kpi, m))]
        for grain in (grain for grain in PUBLISHED if grain in kpi.grains):
            days = [start for published, start in self.said(kpi) if published == grain]
            first = min([*days, *facts], default=self.settled)
            if first < self.settled:
                yield from self._steps(grain, first)

    def _steps_since(self, grain: Grain, first: date) -> list[Stretch]:
        begun = steps(Period(first, self.settled), grain, fiscal_start=fiscal_start())
        return [(grain, containing(step.start, grain, fiscal_start=fiscal_start())) for step in begun]

    def _differs(self, kpi: type[KPI], period: Period, before: Run) -> bool:
        """Whether the period was not over then, reads as more or less settled now, or holds what moved since.

        What moves between a measure's members moves no uncut number: a KPI that keeps to some is always read again.
        """
        then = before.through + DAY
        if kpi.within or self._mended & {measure.key for measure in kpi.measures()}:
            return True
        if period.end > min(then, self.settled) and then != self.settled:
            return True
        if status_of(kpi, period, then) != status_of(kpi, period, self.settled):
            return True
        so_far = period.until(self.settled) or period
        return any(is_touched(leaf, so_far, self._moved(before.pk)) for leaf in kpi.leaves())

    def _last_run_that_said(self, kpi: type[KPI]) -> Run | None:
        """The last run that published this KPI by today's definitions.

        Not simply the last one: a run that was killed, or that failed on this KPI, had settled the facts and said
        nothing of it.
        """
        before = self._last_runs.get(kpi.key)
        if before is None or before.definitions != self.run.definitions or self.run.kind == Run.Kind.REBUILD:
            return None
        return before

    @cached_property
    def _held_against(self) -> list[Period]:
        shown = {
            name: preset(name, until=self.settled)
            for grain in PUBLISHED
            for name in (f"this_{grain}", f"last_{grain}")
        }
        return [before(name, period.until(self.settled) or period) for name, period in shown.items()]

    @cached_property
    def _mended(self) -> set[str]:
        """The measures of terms that were kept wrong, and put right in this run."""
        return set(self.run.findings.filter(kind=Finding.Kind.WEEKLY).values_list("about", flat=True))

    @cached_property
    def _measures(self) -> list[type[Measure]]:
        return list(dict.fromkeys(m for kpi in self.kpis for leaf in kpi.leaves() for m in leaf.measures))

    @cached_property
    def _last_runs(self) -> Mapping[str, Run]:
        good = RunStep.objects.done().filter(kind=RunStep.Kind.KPI, run__lt=self.run)
        last = dict(good.order_by().values_list("key").annotate(Max("run")))
        runs = Run.objects.in_bulk(set(last.values()))
        return {key: runs[pk] for key, pk in last.items()}

    def _first_day(self, kpi: type[KPI], measure: type[Measure]) -> date | None:
        """The first day a KPI has a fact of this measure on; of one that keeps to some members, a fact of theirs."""
        if not kpi.within:
            return self._first_days.get(measure.key)
        days = Cell.objects.filter(measure__in=MeasureState.objects.live().filter(key=measure.key).values("pk"))
        ((dimension, members),) = kpi.within
        days = days.filter(mark=0, dimension=dimension.id, member__in=members, grain=Cell.Grain.MONTH)
        return days.order_by("day").values_list("day", flat=True).first()

    @cached_property
    def _first_days(self) -> Mapping[str, date]:
        """The first day each measure has a fact on."""
        day = Cell.objects.filter(measure=OuterRef("pk"), mark=0, dimension=0, grain=Cell.Grain.DAY).order_by("day")
        states = MeasureState.objects.live().annotate(first=Subquery(day.values("day")[:1]))
        return dict(states.exclude(first=None).values_list("key", "first"))

    @cached_property
    def _said(self) -> Mapping[str, Mapping[tuple[Grain, date], Said]]:
        said: dict[str, dict[tuple[Grain, date], Said]] = defaultdict(dict)
        for key, grain, start, pk, revision, *words in Snapshot.objects.filter(
            kpi__in=[kpi.key for kpi in self.kpis], is_latest=True
        ).values_list("kpi", "grain", "start", "pk", "revision", *WORDS):
            said[key][Grain(grain), start] = Said(pk, revision, tuple(words))
        return said

    @cached_property
    def _together(self) -> Reading | None:
        try:
            with transaction.atomic():
                uncut = [kpi for kpi in self.kpis if not kpi.within]
                return read_together({kpi: _periods(self.due(kpi)) for kpi in uncut}, settled=self.settled)
        except Exception:
            log.exception("All KPIs could not be read together; each is read for itself")
            return None


@transaction.atomic
def publish(kpi: type[KPI], edition: Edition) -> int:
    """Publish what a KPI is for all periods that may have changed; how many values are new or changed."""
    due = edition.due(kpi)
    if not due:
        return 0
    reading, said = edition.reading(kpi), edition.said(kpi)
    failpoint("values read")
    fresh, replaced = [], []
    for grain, period in due:
        before, words = said.get((grain, period.start)), words_of(reading.value(kpi, period))
        if before and before.words == words:
            continue
        fresh.append(_snapshot(kpi, grain, period, edition.run, words, before.revision + 1 if before else 1))
        replaced += [before.pk] if before else []
    Snapshot.objects.filter(pk__in=replaced).update(is_latest=False)
    failpoint("values replaced")
    Snapshot.objects.bulk_create(fresh)
    failpoint("values published")
    return len(fresh)


def words_of(value: Value) -> Words:
    """A value as it is published."""
    numbers = exact(value.numerator), exact(value.denominator), exact(value.value)
    return (*numbers, value.n, value.status, value.reason or "")


def _periods(due: Iterable[Stretch]) -> list[Period]:
    return [period for _, period in due]


def _snapshot(kpi: type[KPI], grain: Grain, period: Period, run: Run, words: Words, revision: int) -> Snapshot:
    said = dict(zip(WORDS, words, strict=True))
    return Snapshot(kpi=kpi.key, grain=grain, start=period.start, end=period.end, revision=revision, run=run, **said)
