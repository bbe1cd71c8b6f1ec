"""Taking an answer: who is credited with it, and which of several counts."""

from datetime import datetime, timedelta

from django.db import transaction

from customers.models import Customer, Team, User
from sales.models import Order
from support.models import Appointment, Ticket
from support.services import team_of
from support.services.change import moment, refuse
from surveys.models import Answer, Invitation, Survey
from surveys.services.invitations import find_invitation

EDIT_WINDOW = timedelta(hours=24)
LONGEST_COMMENT = 5_000


@transaction.atomic
def take_answer(invitation: Invitation | str, *, score: int, comment: str = "", at: datetime | None = None) -> Answer:
    """Take the answer to an invitation, or to the token of its link; within a day a later one replaces it."""
    invitation = _locked(invitation)
    at = moment(at, since=invitation.sent_at)
    if not can_answer(invitation, at=at):
        raise refuse("invitation", "This link has expired.", "expired")
    standing = invitation.answers.standing().first()
    if standing and (standing.score, standing.comment) == (score, comment):
        return standing
    ticket = invitation.ticket
    if ticket and ticket.merged_into:
        ticket = ticket.merged_into
    answer = Answer(
        survey=invitation.survey,
        invitation=invitation,
        customer=invitation.customer,
        ticket=ticket,
        order=invitation.order,
        appointment=invitation.appointment,
        wave=invitation.wave,
        score=score,
        comment=comment,
    )
    return _keep(_credited(answer, agent=invitation.agent, at=at), replaces=standing)


@transaction.atomic
def record_answer(
    survey: Survey,
    *,
    score: int,
    comment: str = "",
    customer: Customer | None = None,
    ticket: Ticket | None = None,
    order: Order | None = None,
    appointment: Appointment | None = None,
    agent: User | None = None,
    team: Team | None = None,
    channel: str = "",
    wave: str = "",
    source: str = "",
    external_id: str = "",
    at: datetime | None = None,
) -> Answer:
    """Record an answer that was given elsewhere, on paper or in another system, without an invitation of ours."""
    answer = Answer(
        survey=survey,
        customer=customer or _customer_of(ticket, appointment),
        ticket=ticket,
        order=order,
        appointment=appointment,
        team=team,
        channel=channel,
        wave=wave,
        score=score,
        comment=comment,
        source=source,
        external_id=external_id,
    )
    return _keep(_credited(answer, agent=agent, at=moment(at)), replaces=None)


@transaction.atomic
def void_answer(answer: Answer, *, at: datetime | None = None, by: User | None = None) -> Answer:
    """Take an answer out of every number, as when it was given by mistake or by somebody else."""
    answer = Answer.objects.select_for_update().get(pk=answer.pk)
    if answer.voided_at:
        raise refuse("voided_at", "This answer is void already.", "already-void")
    answer.voided_at, answer.voided_by = moment(at, since=answer.answered_at), by
    answer.save()
    return answer


def can_answer(invitation: Invitation, *, at: datetime | None = None) -> bool:
    """Whether the link still takes an answer: before its end, or within a day of the first answer."""
    at = moment(at)
    first = invitation.answers.order_by("answered_at").first()
    if first:
        return at < first.answered_at + EDIT_WINDOW
    return invitation.expires_at is None or at < invitation.expires_at


def _customer_of(ticket: Ticket | None, appointment: Appointment | None) -> Customer | None:
    about = ticket or appointment
    return about.customer if about else None


def _locked(invitation: Invitation | str) -> Invitation:
    found = find_invitation(invitation) if isinstance(invitation, str) else invitation
    if found is None:
        raise refuse("invitation", "This link leads nowhere.", "unknown")
    return Invitation.objects.select_for_update().get(pk=found.pk)


def _credited(answer: Answer, *, agent: User | None, at: datetime) -> Answer:
    """Credit the agent who solved the ticket, in the team they were in then, and note the channel."""
    ticket = answer.ticket
    solver = ticket.solved_by if ticket else None
    answer.agent = (agent or solver) if answer.invitation is None else (solver or agent)
    solved_at = ticket.solved_at if ticket and solver else None
    answer.team = answer.team or team_of(answer.agent, at=solved_at or at)
    answer.channel = answer.channel or (ticket.channel if ticket else "")
    answer.answered_at = at
    return answer


def _keep(answer: Answer, *, replaces: Answer | None) -> Answer:
    low, high = answer.survey.scale_min, answer.survey.scale_max
    if not low <= answer.score <= high:
        raise refuse("score", f"Choose a score from {low} to {high}.", "out-of-scale")
    answer.comment = answer.comment[:LONGEST_COMMENT]
    if replaces:
        # Steps aside for a moment: the database holds one standing answer per invitation at any time.
        Answer.objects.filter(pk=replaces.pk).update(voided_at=answer.answered_at)
    answer.save()
    if replaces:
        replaces.superseded_by = answer
        replaces.save()
    _settle_wave(answer)
    return answer


def _settle_wave(answer: Answer) -> None:
    """Of one customer's answers in one wave of a relational survey, only the last counts."""
    if not (answer.survey.is_relational and answer.wave and answer.customer):
        return
    Customer.objects.select_for_update(no_key=True).get(pk=answer.customer.pk)
    Answer.objects.filter(survey=answer.survey, customer=answer.customer, wave=answer.wave).brought_together()
    answer.refresh_from_db()
