"""How long leads take to become customers."""

from collections.abc import Iterator
from datetime import datetime, time

from django.utils import timezone

from metrics import dimensions
from metrics.analyses import curves
from metrics.analyses.book import Analysis, Ask, Choice
from metrics.analyses.curves import Lived
from metrics.analyses.facts import settled
from metrics.analyses.shape import Figure, Result
from metrics.dimensions import labels
from metrics.language import Unit
from metrics.mathematics.survival import Curve
from metrics.measures.marketing import LeadsConverted, LeadsCreated

WHOLE = "all"
CUTS = {WHOLE: "Nothing", "source": "Lead source", "channel": "Channel", "segment": "Segment", "owner": "Owner"}
HORIZONS = (7, 30, 60, 90, 180)
DAY = 86_400


class ConversionTimes(Analysis):
    """How long leads take to become paying customers, those still open counted fairly.

    From the day a lead came in to its first payment (Kaplan and Meier). A lead that has not paid counts as still
    waiting for as long as it has been here, also when it was given up: so the line is the share of all leads that
    have converted, not of the promising ones.
    """

    title = "How long leads take"
    reads = (LeadsCreated, LeadsConverted)
    choices = (Choice("by", "Cut by", CUTS),)
    todo = "It needs leads that came in before the last night."

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        by = ask.said["by"]
        lived = list(_waits(ask, by))
        if not lived:
            return Result(0, "leads")
        groups = curves.grouped(lived, is_cut=by != WHOLE)
        whole = groups.whole
        low, high = curves.interval_of_median(whole)
        note = "" if whole.median is not None else "Fewer than half of all leads have converted so far."
        title = "Converted by day …"
        return Result(
            whole.n,
            "leads",
            _honesty(whole),
            figures=(
                Figure("median", "Half of all leads convert within", whole.median, Unit.DAYS, low, high, note),
                Figure("half", "Half of those that convert do so within", halfway(whole), Unit.DAYS),
                Figure("ninety", "Converted within 90 days", 1 - whole.at(90), Unit.PERCENT, *_band(whole, 90)),
            ),
            charts=(curves.chart("converted", "Converted", groups, "Months since they came in", falls=False),),
            tables=(curves.table("groups", title, _head(by), groups, HORIZONS, falls=False),),
        )


def _head(by: str) -> str:
    return "Group" if by == WHOLE else CUTS[by]


def halfway(curve: Curve) -> float | None:
    """The time by which half of all that will have happened within what is known has happened."""
    if not curve.steps:
        return None
    end = curve.steps[-1].share
    return next(step.time for step in curve.steps if step.share <= (1 + end) / 2 + 1e-12)


def _waits(ask: Ask, by: str) -> Iterator[Lived]:
    created = settled(LeadsCreated, ask.until, ask.sight.limits).values_list("record", "at", *_dimension(by))
    took = dict(settled(LeadsConverted, ask.until, ask.sight.limits).values_list("record", "value"))
    end = timezone.make_aware(datetime.combine(ask.until, time()))
    rows = list(created)
    names = labels(dimensions.DIMENSIONS[by], {row[2] for row in rows}) if by != WHOLE else {}
    for record, at, *member in rows:
        seconds = took.get(record)
        days = (seconds if seconds is not None else (end - at).total_seconds()) / DAY
        yield Lived(max(round(days, 2), 0.0), seconds is not None, names[member[0]] if member else "")


def _dimension(by: str) -> tuple[str, ...]:
    return () if by == WHOLE else (by,)


def _band(curve: Curve, day: int) -> tuple[float, float]:
    step = next((step for step in reversed(curve.steps) if step.time <= day), None)
    return (1 - step.high, 1 - step.low) if step else (0.0, 0.0)


def _honesty(curve: Curve) -> str:
    if not curve.ended:
        return "None has converted yet, so there is nothing to tell from."
    few = " That is few: the band is wide for a reason." if curve.ended < 30 else ""
    return f"{curve.ended:,} have converted; the others may yet.{few}"
