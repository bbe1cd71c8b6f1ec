"""People are asked once, answer once, and the one who helped them is credited."""

from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError

from customers.models import Team, TeamMembership
from customers.services import merge_customers
from support.services import merge_tickets, reopen_ticket, solve_ticket
from surveys.models import Answer, Invitation
from surveys.services import (
    bounce_invitation,
    find_invitation,
    invite,
    record_answer,
    stop_asking,
    take_answer,
    void_answer,
)
from tests.support.test_ticket_life import refused
from tests.surveys.makers import day, make_contact, make_csat, make_customer, make_nps, make_solved, make_user

pytestmark = pytest.mark.django_db


def standing() -> list[int]:
    return list(Answer.objects.standing().order_by("answered_at", "id").values_list("score", flat=True))


def test_of_a_link_only_the_digest_is_kept() -> None:
    clerk = make_user()
    invitation, token = invite(make_csat(), contact=make_contact(), at=day(2), by=clerk)
    assert len(token) == 43
    assert invitation.token_digest == sha256(token.encode()).hexdigest()
    assert (invitation.sent_at, invitation.expires_at) == (day(2), day(2) + timedelta(days=30))
    assert (invitation.customer, invitation.invited_by) == (invitation.contact.customer, clerk)
    assert find_invitation(token) == invitation
    assert token not in str(Invitation.objects.values().get())


def test_a_ticket_is_asked_about_once() -> None:
    survey, ticket = make_csat(), make_solved(contact=make_contact())
    invite(survey, ticket=ticket, at=day(4))
    with refused("already-asked"):
        invite(survey, ticket=ticket, at=day(20))


def test_who_asked_not_to_be_surveyed_is_not() -> None:
    survey, contact = make_csat(), make_contact(do_not_survey=True)
    with refused("do-not-survey"):
        invite(survey, contact=contact, at=day(4))
    with refused("do-not-survey"):
        invite(survey, ticket=make_solved(contact=contact), at=day(4))
    assert not Invitation.objects.exists()


def test_who_says_stop_is_not_asked_again() -> None:
    survey, contact = make_csat(), make_contact()
    invitation, _ = invite(survey, contact=contact, at=day(2))
    stop_asking(invitation)
    with refused("do-not-survey"):
        invite(survey, contact=contact, at=day(20))


def test_a_person_is_left_in_peace_for_a_week_after_any_survey() -> None:
    contact = make_contact()
    colleague = make_contact("Bob", customer=contact.customer)
    invite(make_nps(), contact=contact, at=day(2))
    csat = make_csat()
    with refused("asked-lately"):
        invite(csat, contact=contact, at=day(8))
    invite(csat, contact=colleague, at=day(8))
    invite(csat, contact=contact, at=day(9))
    assert Invitation.objects.count() == 3


def test_a_survey_that_was_put_away_asks_nobody() -> None:
    with refused("not-active"):
        invite(make_csat(is_active=False), contact=make_contact(), at=day(2))


def test_an_answer_credits_who_solved_the_ticket_in_the_team_of_that_day() -> None:
    ann, bob = make_user("ann"), make_user("bob")
    north = Team.objects.create(name="North")
    TeamMembership.objects.create(user=bob, team=north, joined_on=date(2026, 1, 1), left_on=date(2026, 3, 8))
    ticket = make_solved(by=ann, channel="chat", agent=ann)
    invitation, token = invite(make_csat(), ticket=ticket, at=day(4))
    assert invitation.agent == ann
    solve_ticket(reopen_ticket(ticket, at=day(5)), at=day(6), by=bob)
    answer = take_answer(token, score=5, comment="Thank you", at=day(10))
    assert (answer.agent, answer.team, answer.channel) == (bob, north, "chat")
    assert (answer.score, answer.answered_at, answer.ticket) == (5, day(10), ticket)


def test_an_answer_on_a_ticket_reopened_meanwhile_credits_who_was_asked_about() -> None:
    ann = make_user("ann")
    ticket = make_solved(by=ann)
    _, token = invite(make_csat(), ticket=ticket, at=day(4))
    reopen_ticket(ticket, at=day(5))
    assert take_answer(token, score=1, at=day(6)).agent == ann


def test_an_answer_follows_the_survivor_of_a_merge() -> None:
    ann, bob = make_user("ann"), make_user("bob")
    absorbed, survivor = make_solved(by=ann), make_solved(by=bob)
    _, token = invite(make_csat(), ticket=absorbed, at=day(4))
    merge_tickets(survivor, absorbed=absorbed, at=day(5))
    answer = take_answer(token, score=4, at=day(6))
    assert (answer.ticket, answer.agent) == (survivor, bob)


@pytest.mark.parametrize("score", [0, 6, -1, 99])
def test_a_score_off_the_scale_is_refused_by_name(score: int) -> None:
    survey = make_csat()
    _, token = invite(survey, contact=make_contact(), at=day(2))
    for attempt in (
        lambda: take_answer(token, score=score, at=day(3)),
        lambda: record_answer(survey, score=score, at=day(3)),
    ):
        with pytest.raises(ValidationError) as refusal:
            attempt()
        assert refusal.value.message_dict == {"score": ["Choose a score from 1 to 5."]}
    assert not Answer.objects.exists()


def test_a_changed_mind_counts_once_and_only_within_a_day() -> None:
    _, token = invite(make_csat(), contact=make_contact(), at=day(2))
    first = take_answer(token, score=2, at=day(3, 9))
    again = take_answer(token, score=2, at=day(3, 10))
    assert again == first
    second = take_answer(token, score=4, at=day(4, 8, 59))
    assert standing() == [4]
    first.refresh_from_db()
    assert (first.superseded_by, first.voided_at) == (second, None)
    with refused("expired"):
        take_answer(token, score=5, at=day(4, 9))
    assert Answer.objects.count() == 2


def test_a_link_expires_after_thirty_days() -> None:
    _, token = invite(make_csat(), contact=make_contact(), at=day(1))
    with refused("expired"):
        take_answer(token, score=5, at=day(31))
    with refused("too-early"):
        take_answer(token, score=5, at=day(1) - timedelta(minutes=1))
    with refused("unknown"):
        take_answer("guess", score=5, at=day(3))
    assert take_answer(token, score=5, at=day(30, 23, 59)).score == 5


def test_in_a_wave_the_last_answer_of_a_customer_counts_however_it_was_entered() -> None:
    survey, customer, other = make_nps(), make_customer("A"), make_customer("B")
    record_answer(survey, customer=customer, wave="2026-Q1", score=9, at=day(20))
    late = record_answer(survey, customer=customer, wave="2026-Q1", score=3, at=day(10))
    record_answer(survey, customer=customer, wave="2025-Q4", score=8, at=day(1))
    record_answer(survey, customer=other, wave="2026-Q1", score=7, at=day(11))
    assert standing() == [8, 7, 9]
    assert late.superseded_by.score == 9
    _, token = invite(survey, customer=customer, wave="2026-Q1", at=day(21))
    take_answer(token, score=10, at=day(22))
    assert standing() == [8, 7, 10]


def test_two_customers_that_are_one_have_one_answer_in_a_wave() -> None:
    survey, customer, other = make_nps(), make_customer("A"), make_customer("A again")
    record_answer(survey, customer=customer, wave="2026-Q1", score=9, at=day(10))
    record_answer(survey, customer=other, wave="2026-Q1", score=3, at=day(20))
    record_answer(survey, customer=other, wave="2025-Q4", score=8, at=day(1))
    merge_customers(customer, other)
    assert standing() == [8, 3]


def test_two_tickets_are_two_answers() -> None:
    survey, contact = make_csat(), make_contact()
    for score, at in [(4, day(4)), (5, day(20))]:
        _, token = invite(survey, ticket=make_solved(contact=contact), at=at)
        take_answer(token, score=score, at=at)
    assert standing() == [4, 5]


def test_a_voided_answer_counts_nowhere_and_is_voided_once() -> None:
    clerk = make_user()
    answer = record_answer(make_csat(), score=1, at=day(3))
    answer = void_answer(answer, at=day(4), by=clerk)
    assert (answer.voided_at, answer.voided_by, standing()) == (day(4), clerk, [])
    with refused("already-void"):
        void_answer(answer, at=day(5))


def test_a_bounced_invitation_was_never_delivered() -> None:
    invitation, _ = invite(make_csat(), contact=make_contact(), at=day(2))
    bounce_invitation(invitation, at=day(3))
    bounce_invitation(invitation, at=day(4))
    assert Invitation.objects.get().bounced_at == day(3)
    assert not Invitation.objects.delivered().exists()


def test_the_share_of_the_satisfied_is_74_of_107() -> None:
    survey = make_csat()
    for score, times in {5: 42, 4: 32, 3: 10, 2: 9, 1: 14}.items():
        for _ in range(times):
            record_answer(survey, score=score, at=day(3))
    answers = Answer.objects.standing()
    assert (answers.filter(score__gte=4).count(), answers.count()) == (74, 107)
