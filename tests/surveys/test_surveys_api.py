"""Surveys over the API: a link is shown once, answers are recorded and voided, never rewritten."""

import pytest

from customers.models import User
from surveys.models import Answer, Invitation
from surveys.services import find_invitation, record_answer
from tests.support.test_tickets_api import fields
from tests.surveys.makers import day, make_contact, make_csat, make_nps, make_solved

pytestmark = pytest.mark.django_db
ANSWERS, INVITATIONS = "/api/v1/answers/", "/api/v1/invitations/"


def test_the_link_is_shown_once(api, manager: User) -> None:
    contact, client = make_contact(), api(manager)
    answer = client.post(INVITATIONS, {"survey": make_nps().pk, "contact": contact.pk, "wave": "2026-Q1"})
    assert answer.status_code == 201, answer.content
    token = answer.json()["link"].removeprefix("http://localhost:8000/s/").rstrip("/")
    invitation = find_invitation(token)
    assert (invitation.contact, invitation.customer, invitation.invited_by) == (contact, contact.customer, manager)
    again = client.get(f"{INVITATIONS}{invitation.pk}/").json()
    assert again["link"] is None
    assert invitation.token_digest not in str(again)
    assert client.get(INVITATIONS).json()["results"][0]["link"] is None


def test_who_must_not_be_asked_is_refused_by_name(api, manager: User) -> None:
    survey, quiet = make_csat(), make_contact("Quiet", do_not_survey=True)
    answer = api(manager).post(INVITATIONS, {"survey": survey.pk, "contact": quiet.pk})
    assert (answer.status_code, fields(answer)) == (400, ["contact"])
    ticket = make_solved()
    assert api(manager).post(INVITATIONS, {"survey": survey.pk, "ticket": ticket.pk}).status_code == 201
    answer = api(manager).post(INVITATIONS, {"survey": survey.pk, "ticket": ticket.pk})
    assert (answer.status_code, answer.json()["title"]) == (400, "This ticket was asked about already.")
    assert Invitation.objects.count() == 1


def test_an_invitation_bounces_and_is_never_rewritten(api, manager: User) -> None:
    client = api(manager)
    made = client.post(INVITATIONS, {"survey": make_nps().pk, "contact": make_contact().pk}).json()
    address = f"{INVITATIONS}{made['id']}/"
    assert client.post(f"{address}bounce/").json()["bounced_at"]
    assert client.patch(address, {"wave": "x"}).status_code == 405
    assert client.delete(address).status_code == 405


def test_an_answer_given_elsewhere_is_recorded_and_voided(api, manager: User, agent: User) -> None:
    ticket, client = make_solved(by=agent, channel="phone"), api(manager)
    words = {"survey": make_csat().pk, "ticket": ticket.pk, "score": 4, "answered_at": "2026-03-05T00:00:00Z"}
    answer = client.post(ANSWERS, words)
    assert answer.status_code == 201, answer.content
    assert (answer.json()["agent"], answer.json()["channel"]) == (agent.pk, "phone")
    address = f"{ANSWERS}{answer.json()['id']}/"
    assert client.post(f"{address}void/").json()["voided_by"] == manager.pk
    assert fields(client.post(f"{address}void/")) == ["voided_at"]
    assert client.patch(address, {"score": 5}).status_code == 405
    assert not Answer.objects.standing().exists()


@pytest.mark.parametrize("score", [6, 0, -3, 40000, "x", None])
def test_a_score_off_the_scale_names_the_field(api, manager: User, score: object) -> None:
    answer = api(manager).post(ANSWERS, {"survey": make_csat().pk, "score": score})
    assert (answer.status_code, fields(answer)) == (400, ["score"])


def test_a_survey_that_says_nothing_about_satisfaction_is_refused(api, manager: User) -> None:
    answer = api(manager).post("/api/v1/surveys/", {"name": "Odd", "kind": "csat"})
    assert answer.status_code == 400
    answer = api(manager).post("/api/v1/surveys/", {"name": "Good", "kind": "csat", "satisfied_from": 9})
    assert answer.status_code == 201, answer.content
    answer = api(manager).post(
        "/api/v1/surveys/", {"name": "Flat", "kind": "csat", "satisfied_from": 9, "scale_max": 0}
    )
    assert answer.status_code == 400


def test_roles_reach_as_far_as_the_table_says(api, cast) -> None:
    survey = make_csat()
    mine = record_answer(survey, score=5, agent=cast.agent, at=day(3))
    theirs = record_answer(survey, score=1, agent=cast.mate, at=day(3))
    sees = {
        name: sorted(row["id"] for row in api(getattr(cast, name)).get(ANSWERS).json().get("results", []))
        for name in ("agent", "lead", "marketer", "manager", "owner", "stranger")
    }
    everything = [mine.pk, theirs.pk]
    assert sees == {
        "agent": [mine.pk],
        "lead": [theirs.pk],
        "marketer": everything,
        "manager": everything,
        "owner": [],
        "stranger": [],
    }
    assert api(cast.agent).post(f"{ANSWERS}{mine.pk}/void/").status_code == 403
    assert api(cast.agent).post(ANSWERS, {"survey": survey.pk, "score": 5}).status_code == 403
