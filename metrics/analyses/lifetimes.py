"""How long customers stay, those still here counted fairly."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Sum

from metrics import dimensions
from metrics.analyses import curves
from metrics.analyses.book import Analysis, Ask, Choice
from metrics.analyses.curves import Lived
from metrics.analyses.facts import settled
from metrics.analyses.shape import Figure, Result
from metrics.dimensions import labels
from metrics.language import Measure, Unit
from metrics.measures.lifecycle import ActiveBuyers, ActiveCustomers, MRRMovements

SUBSCRIBERS, BUYERS = "subscribers", "buyers"
WHOLE = "all"
CUTS = {
    WHOLE: "Nothing",
    "segment": "Segment",
    "plan": "First plan",
    "country": "Country",
    "acquired_by": "Acquisition channel",
}
HORIZONS = (90, 180, 365, 730)


class Lifetimes(Analysis):
    """How long customers stay: the share still here after so many months, with how sure that is.

    From the day a customer first came to the day they first left; who is still here counts for the time they have
    been (Kaplan and Meier). A subscriber leaves when service ends, a buyer when 365 days pass without a paid order,
    so of a buyer nothing can end within the first year. Groups are as of the day a customer came.
    """

    title = "How long customers stay"
    reads = (ActiveCustomers, ActiveBuyers, MRRMovements)
    choices = (
        Choice("who", "Customers who", {SUBSCRIBERS: "Subscribe", BUYERS: "Buy"}),
        Choice("by", "Cut by", CUTS),
    )
    todo = "It needs customers who came before the last night."

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        by = ask.said["by"]
        lived = list(lives(ask, ActiveCustomers if ask.said["who"] == SUBSCRIBERS else ActiveBuyers, by))
        if not lived:
            return Result(0)
        groups = curves.grouped(lived, is_cut=by != WHOLE)
        whole = groups.whole
        low, high = curves.interval_of_median(whole)
        return Result(
            whole.n,
            honesty=honesty(whole.n, whole.ended),
            figures=(
                Figure("median", "Half stay longer than", whole.median, Unit.DAYS, low, high, _note(whole)),
                Figure("mean", "Mean stay so far", whole.restricted_mean(), Unit.DAYS, note=_within(whole)),
                Figure("ended", "Have left", whole.ended),
            ),
            charts=(curves.chart("stay", "Still here", groups, "Months since they came"),),
            tables=(
                curves.table("groups", "Still here on day …", "Group" if by == WHOLE else CUTS[by], groups, HORIZONS),
            ),
        )


def lives(ask: Ask, measure: type[Measure], by: str) -> Iterator[Lived]:
    """Each customer's first stay: from the day they came until they were first gone, or until now."""
    rows = settled(measure, ask.until, ask.sight.limits).filter(subject__isnull=False).order_by("subject", "day")
    moves: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for who, day, value in rows.values_list("subject", "day").annotate(moved=Sum("value")):
        moves[who].append((day, value))
    groups = _groups(ask, measure, by) if by != WHOLE else {}
    for who, steps in moves.items():
        if stay := _first_stay(steps, ask.until):
            yield Lived(*stay, groups.get(who, dimensions.NONE))


def _first_stay(steps: list[tuple[date, int]], until: date) -> tuple[float, bool] | None:
    came, standing = None, 0
    for day, moved in steps:
        standing += moved
        if came is None and standing > 0:
            came = day
        elif came is not None and standing <= 0:
            return float((day - came).days), True
    return (float((until - came).days), False) if came else None


def _groups(ask: Ask, measure: type[Measure], by: str) -> dict[int, str]:
    """What each customer was when they came, as people call it."""
    told_by = MRRMovements if by == "plan" else measure
    rows = settled(told_by, ask.until, ask.sight.limits).filter(subject__isnull=False)
    firsts: Any = rows.order_by("subject", "day", "at", "id").distinct("subject").values_list("subject", by)
    members = dict(firsts)
    names = labels(dimensions.DIMENSIONS[by], set(members.values()))
    return {who: names[member] for who, member in members.items()}


def honesty(n: int, ended: int) -> str:
    if not ended:
        return "Nobody has left yet, so there is nothing to tell from."
    few = " That is few: the band is wide for a reason." if ended < 30 else ""
    return f"{ended:,} have left, {n - ended:,} are still here and count for the time they have been.{few}"


def _note(curve: Any) -> str:
    return "" if curve.median is not None else "More than half outlast all that is known."


def _within(curve: Any) -> str:
    return f"Within the longest time known, {curve.longest:,.0f} days."
