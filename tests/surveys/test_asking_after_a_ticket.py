"""A solved ticket is asked about once, by itself, and only where somebody can answer."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from surveys.models import Invitation
from surveys.services import find_invitation, take_answer
from surveys.tasks import invite_for_solved_tickets
from tests.surveys.makers import make_contact, make_csat, make_customer, make_nps, make_solved

pytestmark = pytest.mark.django_db


def lately(**ago: int):
    return timezone.now() - timedelta(**ago)


@pytest.fixture
def solved():
    def make(name: str = "Ada", **fields):
        contact = fields.pop("contact", None) or make_contact(name, **fields)
        return make_solved(lately(hours=2), contact=contact)

    return make


def test_a_solved_ticket_is_asked_about_once(solved, django_capture_on_commit_callbacks) -> None:
    survey, ticket = make_csat(), solved()
    make_nps()
    with django_capture_on_commit_callbacks(execute=True):
        assert invite_for_solved_tickets() == 1
        assert invite_for_solved_tickets() == 0
    invitation = Invitation.objects.get()
    assert (invitation.survey, invitation.ticket) == (survey, ticket)
    [letter] = mail.outbox
    assert letter.to == ["ada@example.com"]
    token = letter.body.split("http://localhost:8000/s/")[1].split("/")[0]
    assert find_invitation(token) == invitation
    assert take_answer(token, score=5).ticket == ticket


def test_nobody_is_asked_who_cannot_or_must_not_be(solved) -> None:
    make_csat()
    solved("Quiet", do_not_survey=True)
    silent = make_contact("Silent")
    silent.email = ""
    silent.save()
    solved(contact=silent)
    solved("Test", customer=make_customer("Test", is_test=True))
    make_solved(lately(hours=2))  # nobody to ask
    make_solved(lately(minutes=5), contact=make_contact("Early"))
    make_solved(lately(days=8), contact=make_contact("Late"))
    assert invite_for_solved_tickets() == 0


def test_two_tickets_of_one_person_are_one_question(solved) -> None:
    make_csat()
    contact = make_contact()
    solved(contact=contact)
    solved(contact=contact)
    assert invite_for_solved_tickets() == 1


def test_without_a_survey_or_an_address_of_our_own_nobody_is_asked(solved, settings) -> None:
    solved()
    assert invite_for_solved_tickets() == 0
    make_csat(is_active=False)
    assert invite_for_solved_tickets() == 0
    make_csat()
    settings.SITE_URL = ""
    assert invite_for_solved_tickets() == 0
    settings.SITE_URL, settings.DEMO = "https://crm.example.com", True
    assert invite_for_solved_tickets() == 0


def test_a_letter_that_cannot_be_sent_leaves_the_response_rate(
    solved, settings, django_capture_on_commit_callbacks
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    make_csat()
    solved()
    with django_capture_on_commit_callbacks(execute=True):
        invite_for_solved_tickets()
    assert Invitation.objects.get().bounced_at
    assert not Invitation.objects.delivered().exists()
