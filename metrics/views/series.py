"""A KPI step by step: what the chart draws and its table says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from metrics import calendar, charts
from metrics.evaluate import Status, Value
from metrics.explain import adds_up
from metrics.language import KPI, Stock, Unit
from metrics.periods import DAY, Grain, Period, containing, floor, in_words, short, steps
from metrics.views.address import Address
from metrics.views.cards import MARKS
from metrics.views.standing import Standing
from metrics.wording import in_unit, reason_in_words, written

FEW = 8
ENOUGH = 13
LABELS = 12
GRAIN_WORDS = {
    Grain.DAY: "Day",
    Grain.WEEK: "Week",
    Grain.MONTH: "Month",
    Grain.QUARTER: "Quarter",
    Grain.YEAR: "Year",
    Grain.FISCAL_YEAR: "Fiscal year",
}
FITTING = ((31, Grain.DAY), (120, Grain.WEEK), (1_100, Grain.MONTH), (3_000, Grain.QUARTER))


@dataclass(frozen=True)
class Step:
    """One step: its value, and where it stands in the plot."""

    kpi: type[KPI]
    period: Period
    grain: Grain
    value: Value
    is_asked: bool
    has_label: bool
    is_rare: bool
    x: float
    bottom: float
    height: float | None
    url: Address
    standing: Standing | None = None
    signal: str = ""

    @property
    def label(self) -> str:
        start = self.period.start
        return f"{start.day} {start:%b}" if self.grain is Grain.DAY else short(start, self.grain)

    @property
    def words(self) -> str:
        return in_words(self.period)

    @property
    def written(self) -> str:
        return written(self.kpi, self.value)

    @property
    def note(self) -> str:
        moved = self.standing.briefly if self.standing else ""
        marks = [reason_in_words(self.value), MARKS.get(self.value.status, ""), moved, self.signal]
        return ", ".join(mark for mark in marks if mark)

    @property
    def is_open(self) -> bool:
        return self.value.status in (Status.PARTIAL, Status.MATURING)

    @property
    def top(self) -> float:
        return round(self.bottom + (self.height or 0), 2)


@dataclass(frozen=True)
class Series:
    """The steps of one chart."""

    kpi: type[KPI]
    grain: Grain
    periods: Sequence[Period]
    values: Sequence[Value]
    asked: Period
    rows: Address
    standings: Mapping[Period, Standing] = field(default_factory=dict)
    signals: Mapping[Period, str] = field(default_factory=dict)
    benchmarks: Sequence[tuple[float, str]] = ()
    events: Sequence[tuple[date, str]] = ()

    @property
    def is_bars(self) -> bool:
        """Amounts that add up over time stand as bars, levels and shares run as a line."""
        return adds_up(self.kpi.formula) and not any(isinstance(leaf, Stock) for leaf in self.kpi.formula.leaves())

    @cached_property
    def scale(self) -> charts.Scale:
        known = [float(v.value) for v in self.values if v.value is not None]
        if self.has_band:
            known += [end for v in self.values for end in (v.low, v.high) if end is not None]
        known += self._near(known)
        scale = charts.scale_of(known, self.kpi.unit, from_zero=self.is_bars or self.kpi.unit is Unit.SECONDS)
        if self.kpi.is_share and scale.high > 1:
            return charts.Scale(scale.low, 1.0, tuple(t for t in scale.ticks if t <= 1))
        return scale

    def _near(self, known: Sequence[float]) -> list[float]:
        """The figures of others that may stand on the chart without making its own line flat."""
        if not known:
            return []
        reach = max(max(known) - min(known), 0.25 * max(map(abs, known)))
        return [at for at, _ in self.benchmarks if min(known) - reach <= at <= max(known) + reach]

    @property
    def benchmark_lines(self) -> list[tuple[float, str]]:
        """Where others stand; of several only the lowest and the highest are named."""
        seen = sorted({at for at, _ in self.benchmarks if self.scale.low <= at <= self.scale.high})
        return [
            (self.scale.height(at), in_unit(at, self.kpi.unit) if at in (seen[0], seen[-1]) else "") for at in seen
        ]

    @property
    def event_lines(self) -> list[tuple[float, str]]:
        """Where marked dates fall, in percent of the width."""
        found = []
        for day, name in self.events:
            place = next((i for i, period in enumerate(self.periods) if day in period), None)
            if place is not None:
                share = (day - self.periods[place].start).days / self.periods[place].days
                found.append((round(100 * (place + share) / len(self.periods), 2), f"{name}, {day.day} {day:%b %Y}"))
        return found

    @property
    def has_band(self) -> bool:
        return self.kpi.is_share and self.grain not in (Grain.DAY, Grain.WEEK)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        return [(self.scale.height(tick), in_unit(tick, self.kpi.unit)) for tick in self.scale.ticks]

    @property
    def zero(self) -> float:
        return self.scale.height(0.0) if self.scale.low <= 0 <= self.scale.high else 0.0

    @cached_property
    def _heights(self) -> list[float | None]:
        return [None if v.value is None else self.scale.height(float(v.value)) for v in self.values]

    @property
    def steps(self) -> list[Step]:
        every = max(1, -(-len(self.periods) // LABELS))
        first = (len(self.periods) - 1) % every
        return [
            Step(
                kpi=self.kpi,
                period=period,
                grain=self.grain,
                value=value,
                is_asked=self.asked.start <= period.start and period.end <= self.asked.end,
                has_label=i % every == first,
                is_rare=(len(self.periods) - 1 - i) % (3 * every) == 0,
                x=x,
                bottom=min(self.zero, height) if self.is_bars and height is not None else 0,
                height=None if height is None else abs(height - self.zero) if self.is_bars else height,
                url=self.rows.of_days({"start": period.start.isoformat(), "end": period.end.isoformat()}),
                standing=self.standings.get(period),
                signal=self.signals.get(period, ""),
            )
            for i, (period, value, x, height) in enumerate(
                zip(self.periods, self.values, charts.across(len(self.periods)), self._heights, strict=True)
            )
        ]

    @property
    def lines(self) -> list[str]:
        return [charts.points(run) for run in charts.runs(self._heights) if len(run) > 1]

    @property
    def areas(self) -> list[str]:
        return [charts.area(run) for run in charts.runs(self._heights) if len(run) > 1]

    @property
    def bands(self) -> list[str]:
        if not self.has_band:
            return []
        ends = [
            [
                None if end is None else self.scale.height(min(max(end, self.scale.low), self.scale.high))
                for end in line
            ]
            for line in ([v.low for v in self.values], [v.high for v in self.values])
        ]
        return charts.band(*ends)

    @property
    def fills(self) -> bool:
        """Only what starts at 0 may be filled down to the ground."""
        return self.scale.low == 0 and not self.bands

    @property
    def is_dense(self) -> bool:
        return len(self.periods) > 60

    @property
    def is_empty(self) -> bool:
        return all(v.value is None for v in self.values)

    @property
    def words(self) -> str:
        return f"{self.kpi.title} by {GRAIN_WORDS[self.grain].lower()}, {in_words(self.whole)}"

    @property
    def whole(self) -> Period:
        return Period(self.periods[0].start, self.periods[-1].end)


def fitting(kpi: type[KPI], period: Period) -> Grain:
    """The step that shows these days best, among those the KPI has."""
    best = next((grain for days, grain in FITTING if period.days <= days), Grain.YEAR)
    if not adds_up(kpi.formula) and best in (Grain.DAY, Grain.WEEK):
        best = Grain.MONTH  # A share or median of a day's few rows is noise.
    longer = [grain for grain in kpi.grains if list(Grain).index(grain) >= list(Grain).index(best)]
    return longer[0] if longer else kpi.grains[-1]


def stretch(period: Period, grain: Grain, settled: date) -> list[Period]:
    """The steps of the days asked for; with those before, where they alone would be too few to see anything."""
    fiscal = calendar.fiscal_start()
    end = min(period.end, settled) if settled > period.start else period.end
    asked = [*steps(Period(period.start, end), grain, fiscal_start=fiscal)]
    if len(asked) >= FEW:
        return asked
    start = floor(end - DAY, grain, fiscal_start=fiscal)
    for _ in range(ENOUGH - 1):
        start = containing(start - DAY, grain, fiscal_start=fiscal).start
    return [*steps(Period(start, end), grain, fiscal_start=fiscal)]
