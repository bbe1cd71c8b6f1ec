"""Will a goal be reached, and what would it take? Asked of the same numbers, reckoned by `mathematics.goals`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from django.core.exceptions import ValidationError

from metrics.asking import Question, ask
from metrics.evaluate import Value
from metrics.explain import adds_up
from metrics.goals import kpi_for, question_of, scope_of, standing_of
from metrics.language import KPI, Good, Stock
from metrics.mathematics.enough import TooFew
from metrics.mathematics.goals import Needed, chance_of_rate, chance_of_sum, needed
from metrics.models.goal import Goal
from metrics.periods import DAY, Grain
from metrics.registry import kpi_of
from metrics.sight import COMPANY, Sight

LOOKED_AT = timedelta(days=730)
YEAR = timedelta(days=365)


def chance_of(goal: Goal, *, on: date, sight: Sight = COMPANY) -> float | None:
    """How likely a goal is reached, seen from the end of a day; None where the past says too little of its kind."""
    question, kpi = question_of(goal, sight=sight, on=on), kpi_for(goal)
    value = question.answer().total[0]
    if value.value is None:
        return None
    left = (goal.ends_on - on).days
    if left <= 0:
        standing = standing_of(goal, sight=sight, on=on).attained
        return None if standing is None else float(standing >= 1)
    try:
        return _chance(goal, kpi, value, on=on, left=left, sight=sight)
    except TooFew:
        return None


def _chance(goal: Goal, kpi: type[KPI], value: Value, *, on: date, left: int, sight: Sight) -> float | None:
    if kpi.is_share and value.numerator is not None and value.denominator:
        chance = _chance_of_share(goal, value, on=on, left=left)
    elif adds_up(kpi.formula) and value.value is not None:
        missing = float(Fraction(goal.target) - value.value)
        chance = chance_of_sum(missing, _windows(goal, kpi, on=on, days=left, sight=sight))
    else:
        return None
    return 1 - chance if kpi.good is Good.DOWN else chance


def _chance_of_share(goal: Goal, value: Value, *, on: date, left: int) -> float:
    hits, n = int(value.numerator or 0), int(value.denominator or 0)
    passed = (on - goal.starts_on).days + 1
    return chance_of_rate(float(goal.target), hits, n, round(n * left / passed))


def _windows(goal: Goal, kpi: type[KPI], *, on: date, days: int, sight: Sight) -> list[float]:
    """What earlier stretches of so many days brought, one after the other, up to the goal's own days."""
    steps = daily(goal, kpi, end=on + DAY, sight=sight)
    if any(isinstance(leaf, Stock) for leaf in kpi.formula.leaves()):
        steps = [after - before for before, after in pairwise(steps)]
    known = next((i for i, step in enumerate(steps) if step), len(steps))
    steps = steps[known:]
    return [sum(steps[i : i + days]) for i in range(len(steps) % days, len(steps), days)]


def daily(goal: Goal, kpi: type[KPI], *, end: date, sight: Sight = COMPANY) -> Sequence[float]:
    """What each of the days of two years before one brought, within the goal's scope."""
    past = ask(kpi, start=end - LOOKED_AT, end=end, grain=Grain.DAY, where=scope_of(goal), sight=sight)
    return [float(value.value or 0) for value in replace(past, known_until=end).answer().total]


def needed_for(goal: Goal, rate: str, *, sight: Sight = COMPANY, of_rate: Sight = COMPANY) -> Needed | None:
    """How many leads, deals or visits what is missing takes, at a rate as it was over the last year.

    Raises `ValidationError` where that KPI is no share.
    """
    try:
        kpi = kpi_of(rate)
    except LookupError as error:
        raise ValidationError({"rate": str(error)}) from error
    if not kpi.is_share:
        raise ValidationError({"rate": f"{kpi.title} is no share of rows."})
    end = question_of(goal).so_far.end
    asked: Question = ask(kpi, start=end - YEAR, end=end, sight=of_rate)
    value, so_far = asked.answer().total[0], standing_of(goal, sight=sight).value.value or 0
    if not value.denominator:
        return None
    return needed(float(Fraction(goal.target) - so_far), int(value.numerator or 0), int(value.denominator))
