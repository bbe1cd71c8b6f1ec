"""Which goals will be reached, which are on pace, and what they still take."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse

from metrics.analyses.book import Analysis, Ask, Choice
from metrics.analyses.numbers import AboutNumbers, NumberChoice, kpi_asked, seen_by
from metrics.analyses.shape import Amount, Cell, Column, Figure, Link, Result, Table
from metrics.chances import chance_of, needed_for
from metrics.explain import adds_up
from metrics.goals import Standing, kpi_for, standing_of
from metrics.kpis import marketing, sales
from metrics.kpis.lifecycle import NewCustomers
from metrics.language import KPI, Good, Unit
from metrics.mathematics.goals import Needed, Pace
from metrics.models import Goal
from metrics.pace import pace_of
from metrics.registry import every_kpi
from metrics.sight import Sight, sight_of, visible_kpis

DAY = timedelta(days=1)
SHOWN = 50
SOON = timedelta(days=90)  # that a goal is still shown after it was due
# The share that most often leads to a number.
LEADS_TO: dict[type[KPI], type[KPI]] = {
    NewCustomers: marketing.LeadConversion,
    marketing.ConversionsInPeriod: marketing.LeadConversion,
    sales.DealsWon: sales.WinRate,
}


class RateChoice(NumberChoice):
    """A KPI that is a share of rows."""

    def offers(self, user: Any) -> Mapping[str, str]:
        shares = [kpi for kpi in every_kpi() if kpi.is_share]
        seen = shares if user is None else visible_kpis(user, shares)
        return {"": "The usual one"} | {kpi.key: kpi.title for kpi in seen}


class GoalChoice(Choice):
    """A goal, by its number."""

    def offers(self, user: Any) -> Mapping[str, str]:
        every = Goal.objects.order_by("ends_on", "pk")[:SHOWN]
        seen = [goal for goal in every if user is None or may_see(user, goal)]
        named = {str(goal.pk): f"{goal.name}, due {goal.ends_on.day} {goal.ends_on:%B %Y}" for goal in seen}
        return {"": "All"} | named


@dataclass(frozen=True)
class Prospect:
    """Where a goal stands, where it should, and how likely it is reached."""

    goal: Goal
    kpi: type[KPI]
    sight: Sight
    standing: Standing
    pace: Pace | None
    chance: float | None
    on: date

    @property
    def days_left(self) -> int:
        return max(0, (self.goal.ends_on - self.on).days)

    @property
    def is_due(self) -> bool:
        return self.goal.ends_on <= self.on

    @property
    def verdict(self) -> str:
        """In two words, from what is known of it."""
        if self.on < self.goal.starts_on:
            return "not begun"
        if self.is_due:
            return "reached" if self.standing.is_reached else "missed"
        if self.standing.is_reached and self.kpi.good is not Good.DOWN and adds_up(self.kpi.formula):
            return "reached"
        if self.pace and self.pace.pace is not None:
            return "on pace" if self.pace.pace >= 1 else "a little behind" if self.pace.pace >= 0.8 else "behind"
        if self.chance is not None:
            return "likely" if self.chance >= 0.7 else "open" if self.chance >= 0.3 else "unlikely"
        return "reached so far" if self.standing.is_reached else "not reached so far"

    @property
    def tone(self) -> str:
        if self.verdict in ("reached", "on pace", "likely", "reached so far"):
            return "better"
        return "worse" if self.verdict in ("missed", "behind", "unlikely") else "even"


def may_see(user: Any, goal: Goal) -> bool:
    try:
        return sight_of(user, kpi_for(goal)) is not None
    except ValidationError:  # The number it was about is gone.
        return False


def prospect_of(goal: Goal, *, sight: Sight, until: date) -> Prospect:
    """All there is to say of a goal, from what was settled before a day. Raises `ValidationError`."""
    on, kpi = until - DAY, kpi_for(goal)
    standing = standing_of(goal, sight=sight)
    begun = on >= goal.starts_on
    pace = pace_of(goal, on=on, sight=sight) if begun and on < goal.ends_on else None
    chance = chance_of(goal, on=on, sight=sight) if begun else None
    return Prospect(goal, kpi, sight, standing, pace, chance, on)


def needed_of(prospect: Prospect, rate: type[KPI] | None, of_rate: Sight | None) -> Needed | None:
    """How many rows of a share it takes to bring what is missing; None where it cannot be said so."""
    if rate is None or of_rate is None or not _is_counted(prospect.kpi):
        return None
    return needed_for(prospect.goal, rate.key, sight=prospect.sight, of_rate=of_rate)


def _is_counted(kpi: type[KPI]) -> bool:
    return kpi.unit is Unit.COUNT and adds_up(kpi.formula) and kpi.good is Good.UP


class Goals(AboutNumbers, Analysis):
    """Every goal that runs or was due in the last quarter: how far it is, whether it is on pace, how likely it is.

    Pace is held against the share that earlier stretches as long as the goal had by the same day, weekdays and the
    time of the month minded, not against the days that passed; the landing is where it ends if it goes on like them.
    The chance is counted from what earlier stretches as long as the rest brought; of shares from the rows so far, as
    unsure as they are (beta-binomial). What a goal of a count still takes is what is missing, divided by a share that
    leads to it: 12 customers at 30 % take 40 leads, as many more or fewer as the share is unsure (Wilson).
    """

    title = "Goals"
    choices = (GoalChoice("goal", "Goal"), RateChoice("rate", "At the rate of"))
    todo = "Set one under Goals: a number, a target and a day."

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        prospects = list(_prospects(ask))
        chosen = [one for one in prospects if ask.said["goal"] in ("", str(one.goal.pk))]
        if ask.said["goal"] and not chosen:
            raise ValidationError({"goal": f"There is no goal {ask.said['goal']}."})
        figures = _figures(ask, chosen[0]) if ask.said["goal"] else ()
        return Result(
            n=len(chosen),
            of="goal" if len(chosen) == 1 else "goals",
            honesty="Each within what you may see of its number.",
            figures=figures,
            tables=(_table(chosen),),
        )


def _prospects(ask: Ask) -> list[Prospect]:
    goals = Goal.objects.filter(ends_on__gte=ask.until - SOON).order_by("ends_on", "pk")
    found = []
    for goal in ask.visible(goals)[:SHOWN]:
        try:
            sight = seen_by(ask, kpi_for(goal))
            if sight:
                found.append(prospect_of(goal, sight=sight, until=ask.until))
        except ValidationError:
            continue  # The number it was about is gone.
    return found


def _figures(ask: Ask, one: Prospect) -> tuple[Figure, ...]:
    unit, pace = one.kpi.unit, one.pace
    value = one.standing.value.value
    figures = [
        Figure("so_far", "So far", None if value is None else float(value), unit),
        Figure("target", "Target", float(one.goal.target), unit),
        Figure("chance", "Chance to reach it", one.chance, Unit.PERCENT),
    ]
    if pace:
        figures += [
            Figure("expected", "Earlier stretches had by now", pace.expected, unit),
            Figure("landing", "Ends at, if it goes on like them", pace.landing, unit),
        ]
    rate = _rate(ask, one.kpi)
    need = needed_of(one, rate, seen_by(ask, rate) if rate else None)
    if need and rate:
        note = f"at {rate.title.lower()} of {need.rate * 100:.1f} %"
        figures.append(Figure("needed", "Still takes", need.count, Unit.COUNT, need.low, need.high, note))
    return tuple(figures)


def _rate(ask: Ask, kpi: type[KPI]) -> type[KPI] | None:
    said = ask.said["rate"]
    if not said:
        return LEADS_TO.get(kpi)
    return kpi_asked(ask, "rate")[0]


def _table(prospects: list[Prospect]) -> Table:
    columns = (
        Column("goal", "Goal"),
        Column("number", "Number"),
        Column("target", "Target"),
        Column("so_far", "So far"),
        Column("attained", "Of the way", Unit.PERCENT),
        Column("pace", "Of its pace", Unit.PERCENT),
        Column("landing", "Lands at"),
        Column("chance", "Chance", Unit.PERCENT),
        Column("due", "Due"),
        Column("verdict", "Which is"),
    )
    return Table("goals", "Goals", columns, tuple(_row(one) for one in prospects))


def _row(one: Prospect) -> tuple[Cell, ...]:
    unit, value, way = one.kpi.unit, one.standing.value.value, one.standing.attained
    landing = one.pace.landing if one.pace else None
    return (
        Link(one.goal.name, reverse("kpis:goal", args=[one.goal.pk])),
        one.kpi.title,
        Amount(float(one.goal.target), unit),
        None if value is None else Amount(float(value), unit),
        None if way is None else float(way),
        one.pace.pace if one.pace else None,
        None if landing is None else Amount(landing, unit),
        one.chance,
        one.goal.ends_on,
        one.verdict,
    )
