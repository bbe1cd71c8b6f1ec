"""Asking somebody, once, and with a link only they hold."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q

from customers.models import Contact, Customer, User
from sales.models import Order
from support.models import Appointment, Ticket
from support.services.change import moment, refuse
from surveys.models import Invitation, Survey

LINK_LASTS = timedelta(days=30)


@transaction.atomic
def invite(
    survey: Survey,
    *,
    customer: Customer | None = None,
    contact: Contact | None = None,
    ticket: Ticket | None = None,
    order: Order | None = None,
    appointment: Appointment | None = None,
    wave: str = "",
    at: datetime | None = None,
    by: User | None = None,
) -> tuple[Invitation, str]:
    """Ask somebody; returns the invitation and the token of its link, which is kept nowhere."""
    at = moment(at)
    contact = contact or (ticket.contact if ticket else None)
    customer = customer or _customer_of(contact, ticket, order, appointment)
    # Whoever is asked is locked, so that two sweeps at once ask them once.
    _lock(contact, customer)
    _refuse_asking(survey, customer=customer, contact=contact, ticket=ticket, at=at)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        survey=survey,
        customer=customer,
        contact=contact,
        ticket=ticket,
        order=order,
        appointment=appointment,
        agent=(ticket.solved_by or ticket.agent) if ticket else None,
        invited_by=by,
        wave=wave,
        token_digest=digest(token),
        sent_at=at,
        expires_at=at + LINK_LASTS,
    )
    return invitation, token


def find_invitation(token: str) -> Invitation | None:
    """The invitation a link belongs to, if there is one."""
    return Invitation.objects.select_related("survey", "contact").filter(token_digest=digest(token)).first()


@transaction.atomic
def bounce_invitation(invitation: Invitation, *, at: datetime | None = None, by: User | None = None) -> Invitation:
    """Say that the invitation never arrived; it leaves the response rate."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    invitation.bounced_at = invitation.bounced_at or moment(at, since=invitation.sent_at)
    invitation.save()
    return invitation


@transaction.atomic
def stop_asking(invitation: Invitation) -> None:
    """Leave this person in peace from now on."""
    for contact in Contact.objects.select_for_update(of=("self",)).filter(invitations=invitation, do_not_survey=False):
        contact.do_not_survey = True
        contact.save()


def digest(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def _customer_of(contact: Contact | None, *about: Ticket | Order | Appointment | None) -> Customer | None:
    """Whom it is about, by the ticket first; what is about nobody we know says nothing."""
    found = [one.customer for one in (about[0], contact, *about[1:]) if one and one.customer]
    return found[0] if found else None


def _lock(contact: Contact | None, customer: Customer | None) -> None:
    if contact:
        Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    elif customer:
        Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)


def _refuse_asking(
    survey: Survey, *, customer: Customer | None, contact: Contact | None, ticket: Ticket | None, at: datetime
) -> None:
    if not survey.is_active:
        raise refuse("survey", "This survey is not active.", "not-active")
    if contact and Contact.objects.filter(pk=contact.pk, do_not_survey=True).exists():
        raise refuse("contact", "This person asked not to be surveyed.", "do-not-survey")
    if ticket and survey.invitations.filter(ticket=ticket).exists():
        raise refuse("ticket", "This ticket was asked about already.", "already-asked")
    whom = Q(contact=contact) if contact else Q(customer=customer)
    lately = Invitation.objects.filter(whom, sent_at__gt=at - survey.cool_down, sent_at__lte=at)
    if (contact or customer) and lately.exists():
        field = "contact" if contact else "customer"
        raise refuse(field, "This person was asked only a short while ago.", "asked-lately")
