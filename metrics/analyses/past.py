"""The settled past of a number, step by step: what every analysis of numbers reads.

Steps that are not over, or may still change, are left out; a step without a value is a gap. It begins with the first
whole step there were rows in, so that no half-counted beginning is taken for a low.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import takewhile

from django.db.models import OuterRef, Subquery

from metrics import calendar
from metrics.asking import Question
from metrics.evaluate import Status, Value, read_together
from metrics.explain import adds_up
from metrics.language import KPI, Good, Unit
from metrics.mathematics.forecast import Kind
from metrics.models import Cell, MeasureState
from metrics.periods import DAY, Grain, Period, containing
from metrics.published import published_together
from metrics.reading import Slice
from metrics.sight import Sight

LOOKED_BACK = {
    Grain.DAY: 91,
    Grain.WEEK: 104,
    Grain.MONTH: 36,
    Grain.QUARTER: 20,
    Grain.YEAR: 10,
    Grain.FISCAL_YEAR: 10,
}
SEASONS = {Grain.DAY: 7, Grain.MONTH: 12, Grain.QUARTER: 4}
CLOSED = (Status.FINAL, Status.PROVISIONAL)


@dataclass(frozen=True)
class Past:
    """A number's settled steps, oldest first, and those still open after them."""

    kpi: type[KPI]
    grain: Grain
    periods: tuple[Period, ...]
    values: tuple[Value, ...]
    open: tuple[Period, ...] = ()

    @cached_property
    def numbers(self) -> tuple[float | None, ...]:
        return tuple(None if value.value is None else float(value.value) for value in self.values)

    @property
    def season(self) -> int:
        """Steps in a season: a week of days, a year of months; 0 where there is none."""
        return SEASONS.get(self.grain, 0)

    @property
    def kind(self) -> Kind:
        """What a forecast of it must not leave."""
        if self.kpi.is_share:
            return Kind.SHARE
        lowest = min((number for number in self.numbers if number is not None), default=0.0)
        return Kind.COUNT if lowest >= 0 and self.kpi.unit is not Unit.POINTS else Kind.ANY

    @property
    def better(self) -> int:
        """1 where up is better, −1 where down is, 0 where neither."""
        return {Good.UP: 1, Good.DOWN: -1}.get(self.kpi.good, 0)

    @property
    def last(self) -> Value | None:
        return self.values[-1] if self.values else None

    @property
    def unbroken(self) -> "Past":
        """The steps since the last gap: a forecast goes on with those."""
        known = len(list(takewhile(lambda number: number is not None, reversed(self.numbers))))
        start = len(self.values) - known
        return replace(self, periods=self.periods[start:], values=self.values[start:])

    def until(self, day: date) -> "Past":
        """The steps that were over by a day."""
        kept = sum(period.end <= day for period in self.periods)
        return replace(self, periods=self.periods[:kept], values=self.values[:kept])


def past_of(question: Question, grain: Grain) -> Past:
    """The past of what a question asks, whatever days it names."""
    cut = replace(question.cut, by=None, through=None)
    return _pasts([question.kpi], grain, cut, question.settled)[question.kpi]


def pasts_of(
    sights: Mapping[type[KPI], Sight], grain: Grain, *, settled: date, back: int | None = None
) -> dict[type[KPI], Past]:
    """The pasts of several KPIs, each as far as somebody sees it; of so many steps, where told."""
    found: dict[type[KPI], Past] = {}
    # Within one reach a measure is limited the same way for every KPI, so these can be read together.
    for reach in {sight.reach for sight in sights.values()}:
        seen = [kpi for kpi, sight in sights.items() if sight.reach is reach and grain in kpi.grains]
        limits = {measure: limit for kpi in seen for measure, limit in sights[kpi].limits.items()}
        found |= _pasts(seen, grain, Slice(limits=limits), settled, back) if seen else {}
    return {kpi: found[kpi] for kpi in sights if kpi in found}


def _pasts(
    kpis: Sequence[type[KPI]], grain: Grain, cut: Slice, settled: date, back: int | None = None
) -> dict[type[KPI], Past]:
    firsts, every = _first_days(kpis), _steps(grain, settled, back or LOOKED_BACK[grain])
    asked = {kpi: [step for step in every if step.start >= firsts[kpi]] if kpi in firsts else [] for kpi in kpis}
    over = {kpi: [step for step in steps if step.end <= settled] for kpi, steps in asked.items()}
    known = published_together(over, grain, settled) if cut.is_plain else defaultdict(dict)
    unknown = {kpi: missing for kpi, steps in over.items() if (missing := [s for s in steps if s not in known[kpi]])}
    reading = read_together(unknown, cut=cut, settled=settled) if unknown else None
    for kpi, steps in unknown.items():
        known[kpi] |= {step: reading.value(kpi, step) for step in steps} if reading else {}
    return {kpi: _past(kpi, grain, asked[kpi], known[kpi]) for kpi in kpis}


def _past(kpi: type[KPI], grain: Grain, steps: Sequence[Period], known: Mapping[Period, Value]) -> Past:
    closed = [step for step in steps if step in known and known[step].status in CLOSED]
    begun = next((i for i, step in enumerate(closed) if known[step].n), len(closed))
    kept = closed[begun:]
    still = [step for step in steps if step not in closed]
    return Past(kpi, grain, tuple(kept), tuple(known[step] for step in kept), tuple(still))


def _steps(grain: Grain, settled: date, back: int) -> list[Period]:
    """The whole steps up to the one that is running, the oldest first."""
    fiscal = calendar.fiscal_start()
    step = containing(settled - DAY, grain, fiscal_start=fiscal)
    found = [step]
    for _ in range(back):
        step = containing(step.start - DAY, grain, fiscal_start=fiscal)
        found.append(step)
    return found[::-1]


def _first_days(kpis: Iterable[type[KPI]]) -> dict[type[KPI], date]:
    """The first day each KPI has a fact on, where it has one."""
    kpis = list(kpis)
    keys = {measure.key for kpi in kpis for measure in kpi.measures()}
    day = Cell.objects.filter(measure=OuterRef("pk"), mark=0, dimension=0, grain=Cell.Grain.DAY).order_by("day")
    states = MeasureState.objects.live().filter(key__in=keys).annotate(first=Subquery(day.values("day")[:1]))
    firsts = dict(states.exclude(first=None).values_list("key", "first"))
    found = {kpi: [firsts[m.key] for m in kpi.measures() if m.key in firsts] for kpi in kpis}
    return {kpi: min(days) for kpi, days in found.items() if days}


def judged(past: Past) -> bool:
    """Whether the last value stands on enough rows to be judged; a plain count or sum is exact however few."""
    return past.last is not None and (adds_up(past.kpi.formula) or not past.last.is_small)
