"""Is a goal on pace? Held against the share of a stretch that earlier ones had by the same day, not against days."""

from datetime import date, timedelta
from fractions import Fraction

from metrics.chances import daily
from metrics.explain import adds_up
from metrics.goals import kpi_for, standing_of
from metrics.language import KPI, Good, Stock
from metrics.mathematics.goals import Pace, Stretch, expected_share
from metrics.models.goal import Goal
from metrics.sight import COMPANY, Sight


def has_pace(goal: Goal, kpi: type[KPI]) -> bool:
    """Whether it is a total that grows day by day."""
    is_stock = any(isinstance(leaf, Stock) for leaf in kpi.formula.leaves())
    return adds_up(kpi.formula) and not is_stock and goal.baseline is None and kpi.good is not Good.DOWN


def pace_of(goal: Goal, *, on: date, sight: Sight = COMPANY) -> Pace | None:
    """Where a goal should be after a day, by how earlier stretches as long went; None where that says nothing."""
    kpi = kpi_for(goal)
    value = standing_of(goal, sight=sight).value.value
    if not has_pace(goal, kpi) or value is None or on < goal.starts_on:
        return None
    length = (goal.ends_on - goal.starts_on).days + 1
    passed = min(length, (on - goal.starts_on).days + 1)
    earlier = _stretches(goal, kpi, length, sight)
    share = expected_share(earlier, passed, goal.starts_on.weekday(), length)
    return Pace(float(value), float(Fraction(goal.target)), share)


def _stretches(goal: Goal, kpi: type[KPI], length: int, sight: Sight) -> list[Stretch]:
    """The whole stretches as long as the goal that end where it starts, back to the first day with anything in it."""
    flow = daily(goal, kpi, end=goal.starts_on, sight=sight)
    known = next((i for i, amount in enumerate(flow) if amount), len(flow))
    flow = flow[known:]
    found = []
    for end in range(len(flow), length - 1, -length):
        first = goal.starts_on - timedelta(days=len(flow) - (end - length))
        found.append(Stretch(first.weekday(), [max(0.0, amount) for amount in flow[end - length : end]]))
    return found
