"""How far goals are, asked of the same numbers everybody reads."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from django.core.exceptions import ValidationError

from metrics.asking import Question, ask, conditions
from metrics.evaluate import Value
from metrics.language import KPI, Good
from metrics.models.goal import Goal
from metrics.registry import kpi_of
from metrics.sight import COMPANY, Sight

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """Where a goal stands: the number so far, and the share of the way done (1: reached); None where neither is."""

    value: Value
    attained: Fraction | None

    @property
    def is_reached(self) -> bool:
        return self.attained is not None and self.attained >= 1


def kpi_for(goal: Goal) -> type[KPI]:
    """The KPI a goal is about. Raises `ValidationError` naming the field."""
    try:
        return kpi_of(goal.kpi)
    except LookupError as error:
        raise ValidationError({"kpi": ValidationError(str(error), code="unknown")}) from error


def scope_of(goal: Goal) -> dict[str, list[str]]:
    """What of the KPI counts. Raises `ValidationError` naming the field."""
    kpi, said = kpi_for(goal), [line.strip() for line in goal.scope.splitlines() if line.strip()]
    try:
        scope = conditions(said)
        for key in scope:
            kpi.dimension(key)
    except LookupError as error:
        raise ValidationError({"scope": ValidationError(str(error), code="unknown")}) from error
    except ValidationError as error:
        raise ValidationError({"scope": error.messages}) from error
    return scope


def question_of(goal: Goal, *, sight: Sight = COMPANY, on: date | None = None) -> Question:
    """The question a goal asks: its KPI over its days, within its scope; as seen at the end of a day, or now."""
    asked = ask(kpi_for(goal), start=goal.starts_on, end=goal.ends_on + DAY, where=scope_of(goal), sight=sight)
    return replace(asked, known_until=on + DAY) if on else asked


def standing_of(goal: Goal, *, sight: Sight = COMPANY, on: date | None = None) -> Standing:
    """How far a goal is, by all days settled so far; by those up to a day, where one is named."""
    question = question_of(goal, sight=sight, on=on)
    value = question.answer().total[0]
    return Standing(value, attained(goal, question.kpi, value.value))


def attained(goal: Goal, kpi: type[KPI], actual: Fraction | None) -> Fraction | None:
    """The share of the way: from the baseline to the target, or of a total; for less is better, how near it came."""
    if actual is None:
        return None
    target = Fraction(goal.target)
    if goal.baseline is not None:
        start = Fraction(goal.baseline)
        return (actual - start) / (target - start)
    if kpi.good is Good.DOWN:
        return target / actual if actual else None
    return actual / target if target else None
