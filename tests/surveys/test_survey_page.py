"""The page behind a survey link: opening it records nothing, sending it records one answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from customers.models import Contact
from surveys.models import Answer, Invitation, Survey
from surveys.services import invite
from tests.surveys.makers import make_contact, make_csat, make_nps

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


@pytest.fixture
def token() -> str:
    return invite(make_nps(), contact=make_contact())[1]


def aged(**ago: int) -> None:
    """Let time go by: everything sent and answered lies this much further back."""
    for invitation in Invitation.objects.all():
        Invitation.objects.update(
            sent_at=invitation.sent_at - timedelta(**ago), expires_at=invitation.expires_at - timedelta(**ago)
        )
    for answer in Answer.objects.all():
        Answer.objects.filter(pk=answer.pk).update(answered_at=answer.answered_at - timedelta(**ago))


def test_opening_a_link_twenty_times_records_nothing(client: Client, token: str) -> None:
    for score in range(10):
        assert client.get(f"/s/{token}/?score={score}").status_code == 200
        assert client.head(f"/s/{token}/?score={score}").status_code == 200
    assert not Answer.objects.exists()
    assert Invitation.objects.get().version == 1


def test_the_page_asks_the_question_and_names_nobody(client: Client, token: str) -> None:
    page = client.get(f"/s/{token}/").content.decode()
    assert "How likely are you to recommend us to a friend?" in page
    assert [f'value="{score}"' in page for score in range(11)] == [True] * 11
    assert "Ada" not in page
    assert "<script" not in page


def test_the_page_is_strict(client: Client, token: str) -> None:
    for address, status in ((f"/s/{token}/", 200), ("/s/guess/", 404)):
        answer = client.get(address)
        assert answer.status_code == status
        assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Cache-Control"] == "no-store"
        assert not answer.cookies


def test_a_score_in_the_link_is_only_marked(client: Client, token: str) -> None:
    assert 'value="9" required checked' in client.get(f"/s/{token}/?score=9").content.decode()
    for odd in ("11", "-1", "x", "9.0", "%F0%9F%98%80", "9&score=8&score=77"):
        assert "checked" not in client.get(f"/s/{token}/?score={odd}").content.decode()


def test_sending_records_the_answer_and_says_thank_you(token: str) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(f"/s/{token}/", {"score": "9", "comment": "Good"}, headers={"origin": "null"}, follow=True)
    assert "Thank you" in answer.content.decode()
    given = Answer.objects.get()
    assert (given.score, given.comment, given.customer.name) == (9, "Good", "Ada Ltd")
    assert "Good" not in answer.content.decode()


@pytest.mark.parametrize(
    ("score", "words"), [("11", "Please choose one of the scores."), ("", "Please choose a score."), ("9e", "Please")]
)
def test_a_score_off_the_scale_is_said_at_its_field(client: Client, token: str, score: str, words: str) -> None:
    answer = client.post(f"/s/{token}/", {"score": score, "comment": "My words"})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert "My words" in answer.content.decode()
    assert not Answer.objects.exists()


def test_words_that_cannot_be_kept_are_said_at_their_field(client: Client, token: str) -> None:
    for comment in ("a\x00b", "x" * 5001):
        answer = client.post(f"/s/{token}/", {"score": "9", "comment": comment})
        assert answer.status_code == 400
        assert 'id="comment-error"' in answer.content.decode()
    assert not Answer.objects.exists()


def test_markup_in_words_stays_words(client: Client, token: str) -> None:
    answer = client.post(f"/s/{token}/", {"score": "", "comment": "</textarea><script>alert(1)</script>"})
    assert "<script" not in answer.content.decode()


def test_a_changed_answer_keeps_the_words_and_counts_once(client: Client, token: str) -> None:
    client.post(f"/s/{token}/", {"score": "9", "comment": "Good"})
    aged(hours=23)
    assert "Change my answer" in client.get(f"/s/{token}/").content.decode()
    client.post(f"/s/{token}/", {"score": "4", "comment": ""})
    given = Answer.objects.standing().get()
    assert (given.score, given.comment, Answer.objects.count()) == (4, "Good", 2)


def test_after_a_day_the_link_is_used_up(client: Client, token: str) -> None:
    client.post(f"/s/{token}/", {"score": "9"})
    aged(hours=24)
    assert client.get(f"/s/{token}/").status_code == 410
    assert client.post(f"/s/{token}/", {"score": "0"}).status_code == 410
    assert Answer.objects.get().score == 9


def test_an_expired_link_is_gone(client: Client, token: str) -> None:
    aged(days=30)
    assert client.get(f"/s/{token}/").status_code == 410
    assert client.post(f"/s/{token}/", {"score": "9"}).status_code == 410
    assert not Answer.objects.exists()


def test_every_guess_gets_the_same_answer(client: Client, token: str) -> None:
    guesses = [
        "x",
        "A" * 43,
        token[:-1],
        token + "x",
        token.swapcase(),
        "../admin",
        "%F0%9F%98%80",
        "a/b/c",
        "9" * 900,
    ]
    answers = {client.get(f"/s/{guess}/").content for guess in guesses}
    assert len(answers) == 1
    for guess in guesses:
        assert client.get(f"/s/{guess}/").status_code == 404
        assert client.post(f"/s/{guess}/", {"score": "9"}).status_code == 404
    assert not Answer.objects.exists()


def test_who_says_stop_is_left_in_peace(client: Client, token: str) -> None:
    assert "do not ask me again" in client.get(f"/s/{token}/").content.decode()
    client.post(f"/s/{token}/", {"stop": "1"})
    assert Contact.objects.get().do_not_survey
    assert not Answer.objects.exists()
    assert "do not ask me again" not in client.get(f"/s/{token}/").content.decode()


def test_a_long_scale_is_a_number(client: Client) -> None:
    _, token = invite(make_csat(scale_min=0, scale_max=100), contact=make_contact())
    assert 'type="number"' in client.get(f"/s/{token}/").content.decode()
    client.post(f"/s/{token}/", {"score": "73"})
    assert Answer.objects.get().score == 73


def test_the_page_takes_few_queries(client: Client, token: str, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(5):
        client.get(f"/s/{token}/")


@pytest.mark.django_db(transaction=True)
def test_twenty_answers_at_once_are_one_that_stands(token: str) -> None:
    def send(score: int) -> int:
        try:
            return Client().post(f"/s/{token}/", {"score": str(score % 11)}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as people:
        assert set(people.map(send, range(20))) == {302}
    assert Answer.objects.standing().count() == 1
    assert Answer.objects.filter(voided_at__isnull=False).count() == 0
    assert Survey.objects.get().answers.count() == Answer.objects.count()


@pytest.mark.django_db(transaction=True)
def test_one_answer_sent_again_and_again_is_one_row(token: str) -> None:
    for _ in range(20):
        Client().post(f"/s/{token}/", {"score": "7", "comment": "Same"})
    assert Answer.objects.count() == 1
    assert Answer.objects.get().answered_at <= timezone.now()
