"""What customers say of us."""

from datetime import timedelta

from metrics.language import KPI, MONTHS_AND_UP, Example, Grain, Unit
from metrics.measures.surveys import (
    CSATAnswers,
    IndexAnswers,
    IndexWeights,
    NPSAnswers,
    NPSAnswersAboutOneThing,
    NPSAnswersOfFive,
    SurveysSent,
)

ANSWER_WINDOW = timedelta(days=14)


class CSAT(KPI):
    """Of the answers given in the period, the share that is satisfied.

    Each survey says from which score on somebody is satisfied: 4 of 5, as a rule. Who did not answer is not counted
    as unhappy; a changed answer counts as its last.
    """

    title = "Customer satisfaction"
    formula = CSATAnswers.count("satisfied") / CSATAnswers.count()
    unit, is_share = Unit.PERCENT, True
    example = Example("Ten customers answer 5, 5, 5, 4, 4, 4, 4, 4, 3 and 1 of 5: eight are satisfied.", (8, 10), 80)


class CSATMean(KPI):
    """The mean score of the satisfaction answers given in the period, on each survey's own scale."""

    title = "Satisfaction score"
    formula = CSATAnswers.total() / CSATAnswers.count()
    unit = Unit.NUMBER
    example = Example("Ten customers answer 5, 5, 5, 4, 4, 4, 4, 4, 3 and 1 of 5.", (39, 10), 3.9)


class SatisfactionIndex(KPI):
    """How far up their scales the answers of the period are, from 0 to 100, each survey by its weight in the index.

    Ask the same people several questions, one survey each, and give each survey its weight: overall satisfaction,
    against what was expected, against the ideal. Surveys without a weight are no part of it.
    """

    formula = (100 * IndexAnswers.total()) / IndexWeights.total()
    unit = Unit.NUMBER
    example = Example(
        "Two questions on 1 to 10 weigh 3 and 1; somebody answers 10 and 4: 1 × 3 + ⅓ × 1, of 4.",
        (3.333333, 4),
        83.3,
    )


class NPS(KPI):
    """Promoters (9 and 10) less detractors (0 to 6), in points per hundred answers.

    Those in between count as answers. One answer per customer and wave, the last. Only answers about us as a whole:
    what somebody says of one ticket, order or visit is another number, and so is what they say on another scale.
    """

    title = "Net promoter score"
    formula = (NPSAnswers.count("promoters") - NPSAnswers.count("detractors")) / NPSAnswers.count()
    unit = Unit.POINTS
    example = Example("Of ten answers six are 9 or 10, two are 7 or 8 and two are 6 or less.", (6, 2, 10), 40)


class NPSTransactional(KPI):
    """Promoters less detractors among answers about one ticket, order or visit, in points per hundred answers."""

    title = "Net promoter score after a ticket, order or visit"
    formula = (
        NPSAnswersAboutOneThing.count("promoters") - NPSAnswersAboutOneThing.count("detractors")
    ) / NPSAnswersAboutOneThing.count()
    unit = Unit.POINTS
    example = Example("Of ten answers after a ticket seven are 9 or 10, and one is 6 or less.", (7, 1, 10), 60)


class NPS_5(KPI):  # noqa: N801 - its key is nps_5
    """Promoters (5) less detractors (1 to 3) on the scale of 1 to 5, in points per hundred answers.

    The same people give another number on another scale, by tens of points: the two are never one series.
    """

    title = "Net promoter score of five"
    formula = (NPSAnswersOfFive.count("promoters") - NPSAnswersOfFive.count("detractors")) / NPSAnswersOfFive.count()
    unit = Unit.POINTS
    example = Example("Of ten answers four are 5, four are 4 and two are 3 or less.", (4, 2, 10), 20)


class SurveyResponseRate(KPI):
    """Of the invitations sent in the period that arrived, the share that was answered in time, within 14 days.

    A survey may allow another time. An invitation counts on the day it was sent, however late it is answered, so the
    value of young ones still grows. A second answer replaces the first and counts once.
    """

    formula = SurveysSent.count("answered") / SurveysSent.count()
    unit, is_share, matures = Unit.PERCENT, True, ANSWER_WINDOW
    grains = (Grain.WEEK, *MONTHS_AND_UP)
    example = Example("200 invitations arrive, and 80 are answered within two weeks.", (80, 200), 40)
