"""How far every goal is, noted for every settled day by the night that settles it."""

from datetime import date, timedelta
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.db import transaction

from metrics import calendar
from metrics.chances import chance_of
from metrics.evaluate import exact
from metrics.goals import standing_of
from metrics.models.goal import FINE, Goal, GoalReading
from metrics.periods import DAY

READ_AFTER = timedelta(days=90)
FARTHEST = 1_000_000  # times the way: beyond that a number says nothing


@transaction.atomic
def read_goals(*, on: date | None = None) -> int:
    """Note how far every goal is after the last settled day, until a quarter after it was due; how many were noted."""
    on = on or calendar.settled_until() - DAY
    goals = Goal.objects.filter(starts_on__lte=on, ends_on__gte=on - READ_AFTER)
    found = [_reading(goal, on) for goal in goals]
    GoalReading.objects.bulk_create(
        found, update_conflicts=True, unique_fields=["goal", "on"], update_fields=["actual", "attained", "chance"]
    )
    return len(found)


def _reading(goal: Goal, on: date) -> GoalReading:
    try:
        standing = standing_of(goal, on=on)
    except ValidationError:  # a KPI or a member it was about is gone
        return GoalReading(goal=goal, on=on)
    way = standing.attained
    fine = None if way is None else int(max(Fraction(-FARTHEST), min(Fraction(FARTHEST), way)) * FINE)
    chance = chance_of(goal, on=on)
    likely = None if chance is None else round(chance * FINE)
    return GoalReading(goal=goal, on=on, actual=exact(standing.value.value), attained=fine, chance=likely)
