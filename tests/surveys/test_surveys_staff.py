"""Surveys on the staff pages: a link is shown once, answers are recorded and voided, scores are drawn."""

import pytest

from customers.models import User
from surveys.models import Answer, Invitation, Survey
from surveys.services import find_invitation, record_answer, void_answer
from tests import makers
from tests.surveys.makers import day, make_contact, make_csat, make_nps

pytestmark = pytest.mark.django_db
ANSWERS, INVITATIONS, SURVEYS = ("/staff/surveys/answer/", "/staff/surveys/invitation/", "/staff/surveys/survey/")


@pytest.mark.parametrize("name", ["survey", "invitation", "answer"])
def test_every_list_and_form_opens(staff, manager: User, name: str) -> None:
    makers.make_answer(survey=makers.make_invitation().survey)
    client = staff(manager)
    [row] = client.get(f"/staff/surveys/{name}/?q=a").context["cl"].model.objects.all()[:1]
    assert client.get(f"/staff/surveys/{name}/").status_code == 200
    assert client.get(f"/staff/surveys/{name}/add/").status_code == 200
    assert client.get(f"/staff/surveys/{name}/{row.pk}/change/").status_code == 200


def test_the_link_of_an_invitation_is_shown_once(staff, manager: User) -> None:
    contact, client = make_contact(), staff(manager)
    words = {"survey": make_nps().pk, "contact": contact.pk, "wave": "2026-Q1"}
    page = client.post(f"{INVITATIONS}add/", words, follow=True).content.decode()
    token = page.split("http://localhost:8000/s/")[1].split("/")[0]
    invitation = find_invitation(token)
    assert (invitation.contact, invitation.invited_by, Invitation.objects.count()) == (contact, manager, 1)
    assert token not in client.get(f"{INVITATIONS}{invitation.pk}/change/").content.decode()


def test_who_must_not_be_asked_is_refused_at_its_field(staff, manager: User) -> None:
    quiet = make_contact("Quiet", do_not_survey=True)
    answer = staff(manager).post(f"{INVITATIONS}add/", {"survey": make_nps().pk, "contact": quiet.pk})
    assert answer.context["adminform"].form.errors == {"contact": ["This person asked not to be surveyed."]}
    assert not Invitation.objects.exists()


def test_an_answer_is_recorded_and_voided_and_never_rewritten(staff, manager: User) -> None:
    client = staff(manager)
    words = {"survey": make_csat().pk, "score": "9", "answered_at_0": "2026-03-05", "answered_at_1": "09:00"}
    answer = client.post(f"{ANSWERS}add/", words)
    assert answer.context["adminform"].form.errors == {"score": ["Choose a score from 1 to 5."]}
    assert client.post(f"{ANSWERS}add/", words | {"score": "5", "comment": "Good"}).status_code == 302
    kept = Answer.objects.get()
    assert (kept.score, kept.comment) == (5, "Good")
    client.post(f"{ANSWERS}{kept.pk}/change/", words | {"score": "1", "record_version": kept.version})
    kept.refresh_from_db()
    assert kept.score == 5
    assert client.post(f"{ANSWERS}{kept.pk}/void/").status_code == 302
    kept.refresh_from_db()
    assert kept.voided_by == manager


def test_a_survey_draws_the_scores_that_count(staff, manager: User) -> None:
    survey = make_csat()
    for score in (5, 5, 5, 2):
        record_answer(survey, score=score, at=day(3))
    void_answer(record_answer(survey, score=1, at=day(3)), at=day(4))
    page = staff(manager).get(f"{SURVEYS}{survey.pk}/change/").content.decode()
    assert "4 answers" in page
    assert '<meter class="w-48" min="0" max="3" value="3">' in page
    assert '<meter class="w-48" min="0" max="3" value="1">' in page
    assert page.count('<meter class="w-48" min="0" max="3" value="0">') == 3


@pytest.mark.parametrize(
    ("make", "score", "mood"),
    [
        (make_csat, 4, "glad"),
        (make_csat, 3, "sad"),
        (make_nps, 9, "glad"),
        (make_nps, 7, "even"),
        (make_nps, 6, "sad"),
    ],
)
def test_a_score_has_a_mood(make, score: int, mood: str) -> None:
    assert Answer(survey=make(), score=score).mood == mood


def test_a_survey_is_written_by_those_who_may(staff, marketer: User, agent: User) -> None:
    words = {"name": "New", "kind": "nps", "scale_min": "0", "scale_max": "10", "promoter_from": "9"}
    words |= {"detractor_to": "6", "answer_within": "14 00:00:00", "cool_down": "7 00:00:00"}
    assert staff(agent).post(f"{SURVEYS}add/", words).status_code == 403
    answer = staff(marketer).post(f"{SURVEYS}add/", words | {"detractor_to": ""})
    assert answer.status_code == 200
    assert staff(marketer).post(f"{SURVEYS}add/", words).status_code == 302
    assert Survey.objects.count() == 1


@pytest.mark.parametrize("address", [ANSWERS, INVITATIONS])
def test_lists_take_as_many_queries_for_forty_rows_as_for_four(
    staff, manager: User, django_assert_max_num_queries, address: str
) -> None:
    client, survey = staff(manager), make_nps()
    for _ in range(40):
        makers.make_answer(survey=survey, customer=makers.make_customer(), agent=manager)
        makers.make_invitation(survey=survey, contact=makers.make_contact(), customer=makers.make_customer())
    client.get(address)
    with django_assert_max_num_queries(12):
        client.get(address)


def test_scores_are_drawn_from_answers_one_may_see(staff, agent: User, mate: User, manager: User) -> None:
    """Two answers: one about the agent, one about somebody else."""
    survey = make_csat()
    for solver in (agent, mate):
        makers.make_answer(survey=survey, agent=solver, score=5)
    page = f"{SURVEYS}{survey.pk}/change/"
    assert "1 answer<" in staff(agent).get(page).content.decode()
    assert "2 answers<" in staff(manager).get(page).content.decode()
