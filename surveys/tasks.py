"""What happens by itself: a solved ticket is asked about once."""

import logging
from datetime import datetime, timedelta
from functools import partial

from celery import shared_task
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from support.models import Ticket
from surveys.choices import SurveyKind
from surveys.letter import send_invitation
from surveys.models import Survey
from surveys.services import invite

log = logging.getLogger("plumb.surveys")

SETTLED = timedelta(hours=1)  # a slip of the hand is reopened by then
FRESH = timedelta(days=7)  # nobody is asked about last year, however many tickets an import brings
AT_ONCE = 500


@shared_task
def invite_for_solved_tickets() -> int:
    """Ask the customers of freshly solved tickets how it went; running it twice asks nobody twice."""
    survey = Survey.objects.filter(kind=SurveyKind.CSAT, is_relational=False, is_active=True).order_by("id").first()
    if survey is None or not settings.SITE_URL or settings.DEMO:  # invented people have no letter box
        return 0
    tickets = list(solved_and_not_asked(survey, now=timezone.now())[:AT_ONCE])
    return sum(ask_about(ticket, survey) for ticket in tickets)


def solved_and_not_asked(survey: Survey, *, now: datetime):
    """Tickets whose solve is settled and fresh, and whose contact can be written to."""
    return (
        Ticket.objects.solved()
        .filter(solved_at__gte=now - FRESH, solved_at__lt=now - SETTLED)
        .filter(contact__do_not_survey=False)
        .exclude(contact__email="")
        .exclude(customer__is_test=True)
        .exclude(invitations__survey=survey)
        .select_related("contact", "customer", "solved_by", "agent")
        .order_by("solved_at")
    )


def ask_about(ticket: Ticket, survey: Survey) -> bool:
    """Invite, and write the letter once that is kept; whoever was asked lately is left in peace."""
    try:
        with transaction.atomic():
            invitation, token = invite(survey, ticket=ticket)
            transaction.on_commit(partial(send_invitation, invitation, token))
    except ValidationError as refusal:
        log.info("Ticket %s was not asked about: %s", ticket.pk, "; ".join(refusal.messages))
        return False
    return True
