"""What managers steer by: goals, numbers told by hand, and whether the records can be trusted."""

from metrics.language import KPI, Example, Grain, Unit
from metrics.measures.steering import GoalChances, GoalsDue, ManualValues, RulesAsked, RulesHeld


class GoalAttainment(KPI):
    """How far the goals due in the period came, on average; 100 % is just reached.

    A goal to move a number counts the share of the way from where it started; one for a total, the share of that
    total. It counts on the day it was due, as the numbers read since say.
    """

    formula = GoalsDue.total() / GoalsDue.count()
    unit = Unit.PERCENT
    example = Example("Two goals are due: one came to 120 % of the way, one to 70 %.", (1.9, 2), 95)


class GoalsReached(KPI):
    """Of the goals due in the period, the share that was reached."""

    formula = GoalsDue.count("reached") / GoalsDue.count()
    unit, is_share = Unit.PERCENT, True
    example = Example("Of 8 goals due, 5 were reached.", (5, 8), 62.5)


class GoalProbability(KPI):
    """How likely the goals that ran in the period were to be reached, on the mean of all days and goals.

    Noted after every settled day from what earlier stretches as long as the rest of the goal brought, or, for a share,
    from the rate so far. Goals whose past says too little have none. Ask for a day and a goal to see where it stands.
    """

    formula = GoalChances.total() / GoalChances.count()
    unit = Unit.PERCENT
    example = Example("After one day one goal has a chance of 90 %, another of 50 %.", (1.4, 2), 70)


class DataQuality(KPI):
    """Of all records held against all rules, mornings of the period together, the share that passed, by weight.

    Each room says what makes its records good: complete, valid, unique, looked at of late, consistent. A rule that
    matters more weighs more. The rule's page lists the records that break it now.
    """

    formula = RulesHeld.total() / RulesAsked.total()
    unit = Unit.PERCENT
    grains = (Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR)
    example = Example(
        "Of 100 customers 90 have a country, which weighs 1, and 80 an owner, which weighs 2.", (250, 300), 83.3
    )


class ManualMeasure(KPI):
    """The mean of the numbers told by hand for periods that end in the period.

    Cut it by what was measured: numbers of different things are not one. Each has a page of its own as well, in its
    own unit, added up or averaged as it says.
    """

    title = "Numbers told by hand"
    formula = ManualValues.total() / ManualValues.count()
    unit = Unit.NUMBER
    example = Example("Engagement was 7.2 in April and 7.6 in May.", (14.8, 2), 7.4)
