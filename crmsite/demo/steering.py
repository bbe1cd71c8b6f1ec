"""What the managers steer by: goals for the year and the quarter, and numbers they tell by hand every month."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from crmsite.demo.world import World
from metrics.models import Goal, ManualMeasure, ManualValue, MarkedDate, RuleSegment
from metrics.periods import Grain, Period, add_months, containing, floor

TOLD = (
    ("team_engagement", "Team engagement", "percent", "mean", "How many of us would work here again, asked monthly."),
    ("office_cost_saved", "Office cost saved", "money", "sum", "What we no longer spend on paper and post."),
)
WANTED = (
    ("Win a third of our deals", "win_rate", 0.33, None, "Every win we miss is work done for nothing."),
    ("Answer within four hours", "first_response_time", 14_400, None, "Who waits longer is half as content."),
    ("Recommended more", "nps", 40, 25, "New customers come from those who recommend us."),
)
SEGMENTS = (
    ("Large subscribers", "mrr at least 1000", "Each has a person to call."),
    ("Busy buyers at home", "country is DE\npurchases at least 5\ndays since purchase below 60", "Ask them first."),
    ("Quiet for a year", "purchases at least 2\ndays since purchase at least 365", "A last letter, then no more."),
)

MARKED = (
    (10, "CRM adopted", "All teams began to work with Plumb."),
    (4, "New price list", "Prices of new subscriptions rose by a twentieth."),
)


def tell(world: World) -> None:
    set_goals(world)
    tell_numbers(world)
    mark_dates(world)
    define_segments(world)
    world.save()


def define_segments(world: World) -> None:
    for name, rule, why in SEGMENTS:
        world.add(RuleSegment, name=world.free(RuleSegment, "name", name), rule=rule, why=why)


def set_goals(world: World) -> None:
    """For this year, for this quarter, and those of the last quarter, which are due."""
    year, quarter = containing(world.days.last, Grain.YEAR), containing(world.days.last, Grain.QUARTER)
    one_before = containing(quarter.start - timedelta(days=1), Grain.QUARTER)
    whole = aim(world, year, "More revenue this year", "revenue", 1_000_000, None, "It pays for the second clinic.")
    for period in (one_before, quarter):
        for wanted in WANTED:
            aim(world, period, *wanted, parent=whole if period is quarter else None)


def aim(
    world: World, period: Period, name: str, kpi: str, target: float, baseline: int | None, why: str, **more: Any
) -> Goal:
    return world.add(
        Goal,
        name=name,
        kpi=kpi,
        target=Decimal(str(target)),
        baseline=baseline,
        starts_on=period.start,
        ends_on=period.last,
        owner=world.people["manager"],
        why=why,
        **more,
    )


def mark_dates(world: World) -> None:
    """What the company did that might have changed its numbers: nothing in the story says that it did."""
    for ago, name, note in MARKED:
        if world.days.months > ago:
            on = add_months(floor(world.days.last, Grain.MONTH), -ago)
            world.add(MarkedDate, name=name, on=on, note=note)


def tell_numbers(world: World) -> None:
    by = world.people["manager"]
    months = [
        add_months(floor(world.days.last, Grain.MONTH), -back) for back in range(min(12, world.days.months), 0, -1)
    ]
    for key, title, unit, joined, definition in TOLD:
        measure = world.add(
            ManualMeasure, key=world.free(ManualMeasure, "key", key), title=title, unit=unit, joined=joined,
            definition=definition,
        )  # fmt: skip
        for place, month in enumerate(months):
            value = Decimal(70 + place) if unit == "percent" else Decimal(400 + 35 * place)
            world.add(
                ManualValue, measure=measure, starts_on=month, ends_on=_last_of(month), value=value, told_by=by,
            )  # fmt: skip


def _last_of(month: date) -> date:
    return add_months(month, 1) - timedelta(days=1)
