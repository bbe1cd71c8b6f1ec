"""What customers say: satisfaction, recommendation, and how many answer at all."""

from fractions import Fraction

from tests.second.book import Counted, over, second, share
from tests.second.records import Records, Row, Span, walk
from tests.second.shared import is_real, rounded, survivor
from tests.second.ways import within


@walk
def standing(records: Records) -> list[tuple[Row, Row]]:
    """Every answer that counts, with its survey: of real customers, neither voided nor replaced by another."""
    surveys = records.by_id("surveys")
    return [
        (answer, surveys[answer.survey_id])
        for answer in records.answers
        if answer.voided_at is None and answer.superseded_by_id is None and is_real(records, answer.customer_id)
    ]


def answers(records: Records, span: Span, kind: str) -> list[tuple[Row, Row]]:
    return [
        (answer, survey)
        for answer, survey in standing(records)
        if survey.kind == kind and span.holds(answer.answered_at)
    ]


def is_satisfied(pair: tuple[Row, Row]) -> bool:
    answer, survey = pair
    return answer.score >= survey.satisfied_from


# ── Satisfaction ────────────────────────────────────────────────────────────────────────────────────────────────────


@second("csat")
def csat(records: Records, span: Span) -> Counted:
    return share(answers(records, span, "csat"), is_satisfied)


@second("patient_topbox")
def patient_topbox(records: Records, span: Span) -> Counted:
    return share(answers(records, span, "patient"), is_satisfied)


@second("csat_mean")
def csat_mean(records: Records, span: Span) -> Counted:
    found = answers(records, span, "csat")
    return over(sum(answer.score for answer, _ in found), len(found))


@second("satisfaction_index")
def satisfaction_index(records: Records, span: Span) -> Counted:
    """How far up the scale each answer is, times its weight; kept to the millionth."""
    weighed = [
        (weight, rounded(weight * Fraction(answer.score - survey.scale_min, survey.scale_max - survey.scale_min)))
        for answer, survey in standing(records)
        if survey.index_weight is not None and span.holds(answer.answered_at)
        for weight in [Fraction(survey.index_weight)]
    ]
    return over(100 * sum(points for _, points in weighed), sum(weight for weight, _ in weighed))


# ── Recommendation ──────────────────────────────────────────────────────────────────────────────────────────────────


def score(found: list[tuple[Row, Row]]) -> Fraction | None:
    """Promoters less detractors, of all who answered."""
    promoters = sum(1 for answer, survey in found if answer.score >= survey.promoter_from)
    detractors = sum(1 for answer, survey in found if answer.score <= survey.detractor_to)
    return over(promoters - detractors, len(found))


def on_scale(found: list[tuple[Row, Row]], low: int, high: int) -> list[tuple[Row, Row]]:
    return [(answer, survey) for answer, survey in found if (survey.scale_min, survey.scale_max) == (low, high)]


def once_a_wave(records: Records, span: Span) -> list[tuple[Row, Row]]:
    """Answers about us as a whole; in a wave the last of each customer."""
    last = {}
    for answer, survey in sorted(standing(records), key=lambda pair: (pair[0].answered_at, pair[0].id)):
        customer = survivor(records, answer.customer_id)
        is_wave = survey.is_relational and answer.wave and customer
        last[(survey.id, answer.wave, customer) if is_wave else answer.id] = (answer, survey)
    return [pair for pair in last.values() if pair[1].kind == "nps" and span.holds(pair[0].answered_at)]


def about_one_thing(pair: tuple[Row, Row]) -> bool:
    """Said of one ticket, order or visit, in a survey that asks about such."""
    answer, survey = pair
    return not survey.is_relational and bool(answer.ticket_id or answer.order_id or answer.appointment_id)


@second("nps")
def nps(records: Records, span: Span) -> Counted:
    found = on_scale(once_a_wave(records, span), 0, 10)
    return score([pair for pair in found if not about_one_thing(pair)])


@second("nps_5")
def nps_5(records: Records, span: Span) -> Counted:
    return score(on_scale(once_a_wave(records, span), 1, 5))


@second("nps_transactional")
def nps_transactional(records: Records, span: Span) -> Counted:
    found = on_scale(answers(records, span, "nps"), 0, 10)
    return score([pair for pair in found if about_one_thing(pair)])


# ── Answering at all ────────────────────────────────────────────────────────────────────────────────────────────────


@second("survey_response_rate")
def survey_response_rate(records: Records, span: Span) -> Counted:
    arrived = [
        invitation
        for invitation in records.invitations
        if span.holds(invitation.sent_at)
        and invitation.bounced_at is None
        and is_real(records, invitation.customer_id)
    ]
    return share(arrived, lambda invitation: answered_in_time(records, invitation))


def answered_in_time(records: Records, invitation: Row) -> bool:
    """Thinking again later does not undo it; what was given by mistake, and not replaced, is no answer."""
    enough = records.by_id("surveys")[invitation.survey_id].answer_within
    given = records.of("answers", "invitation_id").get(invitation.id, [])
    return any(
        within(enough, invitation.sent_at, answer.answered_at)
        for answer in given
        if answer.voided_at is None or answer.superseded_by_id
    )
