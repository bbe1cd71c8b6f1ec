"""Survey answers as facts."""

from metrics import dimensions as cut
from metrics.language import Measure
from sales.models import Subscription
from surveys.models import Answer, Invitation
from surveys.querysets import ANSWERED_IN_TIME, DETRACTOR, PROMOTER, SATISFIED

ANSWER_CUTS = (
    cut.SURVEY.at("survey"),
    cut.SCORE.at("score"),
    cut.AGENT.at("agent"),
    cut.TEAM.at("team"),
    cut.CHANNEL.at("channel"),
    cut.LINE.at("ticket__product_line"),
    *cut.CUSTOMER,
)
RECOMMENDATION_CUTS = (*ANSWER_CUTS, cut.PLAN.at("plan_then"), cut.OWNER.at("described.owner"))
RECOMMENDS = {"promoters": PROMOTER, "detractors": DETRACTOR}


class CSATAnswers(Measure):
    """Answers to satisfaction surveys, dated the local day each was given; a changed answer counts as its last."""

    rows = Answer.objects.standing().csat
    clock = "answered_at"
    value = "score"
    subject = "customer"
    marks = {"satisfied": SATISFIED}
    by = ANSWER_CUTS
    leaves_out = "Invitations nobody answered, voided answers, and earlier versions of a changed one."


class IndexAnswers(Measure):
    """What answers add to the satisfaction index: how far up their scale they are, times the weight of the survey."""

    rows = Answer.objects.standing().weighed
    clock = "answered_at"
    value = "points"
    in_millionths = True
    subject = "customer"
    by = ANSWER_CUTS
    leaves_out = "Surveys without a weight, voided answers, and earlier versions of a changed one."


class IndexWeights(Measure):
    """The weight of each answer in the satisfaction index, dated the local day it was given."""

    rows = Answer.objects.standing().weighed
    clock = "answered_at"
    value = "weight"
    in_millionths = True
    subject = "customer"
    by = ANSWER_CUTS
    leaves_out = "Surveys without a weight, voided answers, and earlier versions of a changed one."


class NPSAnswers(Measure):
    """Answers on the 0 to 10 scale to how likely somebody is to recommend us, one per customer and wave."""

    rows = Answer.objects.standing().nps().about_the_relation().with_plan
    told_by = (Answer, Subscription)
    clock = "answered_at"
    value = "score"
    subject = "customer"
    marks = RECOMMENDS
    by = RECOMMENDATION_CUTS
    leaves_out = "Other scales, answers about one ticket, order or visit, voided answers, all but the last of a wave."


class NPSAnswersAboutOneThing(Measure):
    """Answers on the 0 to 10 scale about one ticket, order or visit, dated the local day each was given."""

    rows = Answer.objects.standing().nps().about_one_thing().with_plan
    told_by = (Answer, Subscription)
    clock = "answered_at"
    value = "score"
    subject = "customer"
    marks = RECOMMENDS
    by = RECOMMENDATION_CUTS
    leaves_out = "Other scales, answers about us as a whole, voided answers, and earlier versions of a changed one."


class NPSAnswersOfFive(Measure):
    """Answers on the 1 to 5 scale to how likely somebody is to recommend us, one per customer and wave."""

    rows = Answer.objects.standing().nps_of_five().with_plan
    told_by = (Answer, Subscription)
    clock = "answered_at"
    value = "score"
    subject = "customer"
    marks = RECOMMENDS
    by = RECOMMENDATION_CUTS
    leaves_out = "Other scales than 1 to 5, voided answers, and earlier versions of a changed one."


class PatientAnswers(Measure):
    """Answers of patients about their visit, dated the local day each was given."""

    rows = Answer.objects.standing().patients
    clock = "answered_at"
    value = "score"
    subject = "customer"
    marks = {"satisfied": SATISFIED}
    by = (
        cut.CLINIC.at("appointment__clinic"),
        cut.PROVIDER.at("appointment__provider"),
        cut.SURVEY.at("survey"),
        cut.SCORE.at("score"),
        *cut.CUSTOMER,
    )
    leaves_out = "Invitations nobody answered, voided answers, and earlier versions of a changed one."


class SurveysSent(Measure):
    """Invitations that arrived, dated the local day each was sent, and whether they were answered in time."""

    rows = Invitation.objects.delivered().with_first_answer
    clock = "sent_at"
    subject = "customer"
    marks = {"answered": ANSWERED_IN_TIME}
    by = (
        cut.SURVEY.at("survey"),
        cut.AGENT.at("agent"),
        *cut.PEOPLE,
        cut.CHANNEL.at("ticket__channel"),
        *cut.CUSTOMER,
    )
    leaves_out = "Invitations that bounced."
