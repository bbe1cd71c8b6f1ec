"""The letter that carries a survey link: plain words and one address."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from surveys.models import Invitation
from surveys.services import bounce_invitation

log = logging.getLogger("plumb.surveys")


def link(token: str) -> str:
    return settings.SITE_URL + reverse("surveys:answer", args=[token])


def send_invitation(invitation: Invitation, token: str) -> None:
    """Write to the contact; a letter that cannot be sent leaves the response rate at once."""
    address = invitation.contact.email if invitation.contact else ""
    if not (address and settings.SITE_URL):
        return
    words = {"survey": invitation.survey, "link": link(token), "company": settings.COMPANY_NAME}
    try:
        send_mail(
            f"{settings.COMPANY_NAME}: one short question",
            render_to_string("surveys/letter.txt", words),
            settings.DEFAULT_FROM_EMAIL,
            [address],
        )
    except (OSError, SMTPException):
        log.warning("Invitation %s could not be sent.", invitation.pk, exc_info=True)
        bounce_invitation(invitation)
