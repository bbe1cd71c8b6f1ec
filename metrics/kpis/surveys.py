"""What customers say of us."""

from metrics.language import KPI, Example, Unit
from metrics.measures.surveys import CSATAnswers, NPSAnswers


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


class NPS(KPI):
    """Promoters (9 and 10) less detractors (0 to 6), in points per hundred answers.

    Those in between count as answers. One answer per customer and wave, the last.
    """

    title = "Net promoter score"
    formula = (NPSAnswers.count("promoters") - NPSAnswers.count("detractors")) / NPSAnswers.count()
    unit = Unit.POINTS
    example = Example("Of ten answers six are 9 or 10, two are 7 or 8 and two are 6 or less.", (6, 2, 10), 40)
