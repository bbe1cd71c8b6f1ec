"""Survey answers as facts."""

from metrics import dimensions as cut
from metrics.language import Measure
from surveys.models import Answer
from surveys.querysets import DETRACTOR, PROMOTER, SATISFIED

ANSWER_CUTS = (
    cut.SURVEY.at("survey"),
    cut.AGENT.at("agent"),
    cut.TEAM.at("team"),
    cut.CHANNEL.at("channel"),
    cut.LINE.at("ticket__product_line"),
    *cut.CUSTOMER,
)


class CSATAnswers(Measure):
    """Answers to satisfaction surveys, dated the local day each was given; a changed answer counts as its last."""

    rows = Answer.objects.standing().csat
    clock = "answered_at"
    value = "score"
    subject = "customer"
    marks = {"satisfied": SATISFIED}
    by = ANSWER_CUTS
    leaves_out = "Invitations nobody answered, voided answers, and earlier versions of a changed one."


class NPSAnswers(Measure):
    """Answers on the 0 to 10 scale to how likely somebody is to recommend us, one per customer and wave."""

    rows = Answer.objects.standing().nps
    clock = "answered_at"
    value = "score"
    subject = "customer"
    marks = {"promoters": PROMOTER, "detractors": DETRACTOR}
    by = ANSWER_CUTS
    leaves_out = "Other scales than 0 to 10, voided answers, and earlier versions of a changed one."
