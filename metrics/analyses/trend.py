"""Which way a number goes, and what in it is more than noise."""

from metrics.analyses.book import Analysis, Ask
from metrics.analyses.numbers import (
    GRAIN_CHOICE,
    KPI_CHOICE,
    WHERE_CHOICE,
    AboutNumbers,
    kpi_path,
    named,
    past_asked,
    question_asked,
    steps_in_words,
    ticks_of,
    whose,
)
from metrics.analyses.shape import Chart, Column, Figure, Line, Link, Point, Result, Table
from metrics.analyses.trends import Reading, read


class Trend(AboutNumbers, Analysis):
    """Whether a number improves, and whether what happened last is news or its everyday noise.

    Read from steps that are settled; those still running or maturing are left out, and a step without a value is a
    gap. The slope is the straight line nearest to them, with its 95 % interval; improving is what the KPI calls
    better, never the sign. Signals come from an XmR chart (Shewhart 1931, Wheeler 1993): a step beyond the mean ± 2.66
    mean moving ranges, or eight in a row on one side of the mean, after which the chart starts anew. Of series of two
    full years without a gap the season is taken out first.
    """

    title = "Trend"
    choices = (KPI_CHOICE, GRAIN_CHOICE, WHERE_CHOICE)

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        reading, question = read(past_asked(ask)), question_asked(ask)
        trend, unit = reading.trend, reading.kpi.unit
        if not reading.is_known:
            return Result(0, refusal=" ".join(reading.sentences))
        figures = (
            Figure("last", f"{reading.kpi.title}, {named(reading.past, -1)}", reading.past.numbers[-1], unit),
            Figure("slope", f"Moves a {reading.past.grain.value}", trend.slope, unit, *trend.interval),
        )
        return Result(
            n=trend.n,
            of=steps_in_words(reading.past),
            honesty=" ".join(filter(None, [f"{reading.kpi.title}: {reading.verdict.lower()}.", whose(question)])),
            figures=figures,
            charts=(_chart(reading),),
            tables=(_table(reading),),
            remarks=(
                *(["It needs attention."] if reading.needs_attention else []),
                *reading.sentences,
            ),
        )


def _chart(reading: Reading) -> Chart:
    limits = reading.noise
    names = ["Value", "Mean", "Noise reaches up to", "and down to"]
    heights = [
        list(reading.trend.chart.values),
        *[[None if one is None else getattr(one, end) for one in limits] for end in ("centre", "high", "low")],
    ]
    lines = tuple(
        Line(name, tuple(Point(i, y) for i, y in enumerate(ys))) for name, ys in zip(names, heights, strict=True)
    )
    ticks = ticks_of([period.start for period in reading.past.periods], reading.past.grain)
    note = "The season is taken out" if reading.has_season_out else ""
    title = f"{reading.kpi.title} and the reach of its noise"
    return Chart("noise", title, lines, reading.kpi.unit, "Settled steps", ticks, note)


def _table(reading: Reading) -> Table:
    unit, past = reading.kpi.unit, reading.past
    columns = (
        Column("step", "Step"),
        Column("start", "From"),
        Column("value", reading.kpi.title, unit),
        Column("n", "Rows"),
        Column("low", "Noise from", unit),
        Column("high", "to", unit),
        Column("signal", "Signal"),
    )
    rows = []
    for i, period in enumerate(past.periods):
        own = reading.noise[i]
        link = Link(named(past, i), kpi_path(past.kpi, period))
        ends = (own.low, own.high) if own else (None, None)
        rows.append((link, period.start, past.numbers[i], past.values[i].n, *ends, reading.marks.get(period, "")))
    return Table("steps", "Step by step", columns, tuple(rows[::-1]))
