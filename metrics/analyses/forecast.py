"""What a number will be if it goes on as it did."""

from metrics.analyses.book import Analysis, Ask
from metrics.analyses.numbers import (
    GRAIN_CHOICE,
    KPI_CHOICE,
    WHERE_CHOICE,
    AboutNumbers,
    past_asked,
    question_asked,
    steps_in_words,
    ticks_of,
    whose,
)
from metrics.analyses.outlook import Outlook, look_ahead
from metrics.analyses.shape import Chart, Column, Figure, Line, Point, Result, Table
from metrics.language import Unit
from metrics.periods import short


class Forecast(AboutNumbers, Analysis):
    """What a number will be in the next steps if it goes on as it did, and how far that can be trusted.

    Seven simple ways are tried on the last eight steps, each foretold with only what was known then, and the one that
    missed least is taken; its score is shown with how often its bands held. Steps that are still running or maturing
    are foretold as wholes. Shares are foretold as log odds, so that no band leaves 0 and 100 %; counts never fall
    below 0. With fewer than six settled steps without a gap nothing is told.
    """

    title = "Forecast"
    choices = (KPI_CHOICE, GRAIN_CHOICE, WHERE_CHOICE)

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        outlook, question = look_ahead(past_asked(ask)), question_asked(ask)
        if outlook.told is None:
            return Result(0, refusal=f"{question.kpi.title}: {outlook.refusal}")
        return Result(
            n=outlook.told.n,
            of=f"{steps_in_words(outlook.past)} to go on from",
            honesty=" ".join(filter(None, [whose(question), outlook.honesty])),
            figures=tuple(_figures(outlook)),
            charts=(chart_of(outlook),),
            tables=(_steps(outlook), _ways(outlook)),
        )


def _figures(outlook: Outlook) -> list[Figure]:
    return [
        Figure(period.start.isoformat(), short(period.start, outlook.past.grain), step.value, unit, *step.nearly_sure)
        for unit in [outlook.past.kpi.unit]
        for period, step in outlook.steps[:4]
    ]


def chart_of(outlook: Outlook) -> Chart:
    """The settled steps, and those to come with their bands."""
    past = outlook.past.unbroken
    known = [Point(i, number) for i, number in enumerate(past.numbers)]
    joined = [Point(len(known) - 1, known[-1].y, known[-1].y, known[-1].y)]
    likely, sure = list(joined), list(joined)
    for i, (_, step) in enumerate(outlook.steps, len(known)):
        likely.append(Point(i, step.value, *step.likely))
        sure.append(Point(i, step.value, *step.nearly_sure))
    lines = (Line("So far", tuple(known)), Line("80 % band", tuple(likely)), Line("95 % band", tuple(sure)))
    starts = [period.start for period in (*past.periods, *outlook.periods)]
    title = f"{past.kpi.title}, and what comes next"
    return Chart(
        "outlook", title, lines, past.kpi.unit, "Settled steps, then those foretold", ticks_of(starts, past.grain)
    )


def _steps(outlook: Outlook) -> Table:
    unit = outlook.past.kpi.unit
    columns = (
        Column("step", "Step"),
        Column("start", "From"),
        Column("value", outlook.past.kpi.title, unit),
        Column("likely_low", "80 % from", unit),
        Column("likely_high", "to", unit),
        Column("low", "95 % from", unit),
        Column("high", "to", unit),
    )
    rows = tuple(
        (short(period.start, outlook.past.grain), period.start, step.value, *step.likely, *step.nearly_sure)
        for period, step in outlook.steps
    )
    return Table("steps", "Steps to come", columns, rows)


def _ways(outlook: Outlook) -> Table:
    columns = (
        Column("way", "Way"),
        Column("error", "Missed by", Unit.NUMBER),
        Column("held_80", "80 % bands held", Unit.PERCENT),
        Column("held_95", "95 % bands held", Unit.PERCENT),
        Column("trials", "Trials"),
    )
    scores = outlook.told.scores if outlook.told else ()
    rows = tuple((s.method.value.capitalize(), s.error, s.held_80, s.held_95, s.trials) for s in scores)
    note = "Missed by: the mean error, in units of what repeating the last step (or season) misses one step on."
    return Table("ways", "How each way did", columns, rows, note)
