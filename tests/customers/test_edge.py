"""Whatever comes from outside is understood or refused with the name of the field: never a crash, never half a row."""

import json

import pytest
from django.core.exceptions import ValidationError
from rest_framework.test import APIClient

from customers import edge
from customers.models import Customer, User
from tests.conftest import api_of, staff_of
from tests.makers import make_activity, make_customer

DIGITS = "9" * 40


@pytest.mark.parametrize("words", ["a\x00b", "a\x07", "\ud800", "\x7f", "\ufffe", "\x85"])
def test_text_that_cannot_be_kept_is_refused(words: str) -> None:
    with pytest.raises(ValidationError, match="cannot be kept"):
        edge.text(words)


def test_text_is_composed_and_keeps_its_lines() -> None:
    assert edge.text("Zoe\u0308\n\tline") == "Zo\u00eb\n\tline"
    assert edge.text("👩‍👩‍👧 مرحبا") == "👩‍👩‍👧 مرحبا"


@pytest.fixture
def client(manager: User) -> APIClient:
    return api_of(manager)


QUESTIONS = [
    "closed__year=0",
    "added_at__year=0",
    "added_at__year=99999999999",
    "acquired_on__year=10000",
    "acquired_on__gte=0001-01-01",
    "acquired_on__gte=9999-12-31",
    "acquired_on__gte=10000-01-01",
    "added_at__gte=0001-01-01T00:00:00",
    "added_at__gte=9999-12-31T23:59:59-12:00",
    "added_at__gte=tomorrow",
    f"limit={DIGITS}",
    f"page_size={DIGITS}",
    "page_size=0",
    "page_size=-1",
    "page_size=²",
    "page_size=201",
    f"owner={DIGITS}",
    f"owner__in=1,{DIGITS}",
    "owner=1.5",
    "owner__in=a,b",
    f"id={DIGITS}",
    f"birth_year__gte={DIGITS}",
    "birth_year=NaN",
    "birth_year=Infinity",
    "kind=nonsense",
    "kind__in=company,nonsense",
    "is_test=perhaps",
    "search=a%00b",
    "search=%07",
    "na%00me=1",
    "owner__isnull=perhaps",
    "owner__password__startswith=a",
    "ordering=password",
    "ordering=owner__password",
    "ordering=-",
    "cursor=nonsense",
    "cursor=W10",
    "cursor=WyIwMDAxLTAxLTAxIiwxLDBd",
    "cursor=WzEsMWUzMDAsMF0",
    "count=perhaps",
    "search=" + "a" * 200_000,
    "&".join(f"x{n}=1" for n in range(1200)),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda words: words[:40])
def test_a_list_refuses_a_question_that_cannot_be_meant(client: APIClient, question: str) -> None:
    answer = client.get(f"/api/v1/customers/?{question}")
    assert 400 <= answer.status_code < 500, answer.content[:300]


def test_a_refused_question_names_its_parameter(client: APIClient) -> None:
    assert client.get("/api/v1/customers/?search=a%00b").json()["errors"][0]["field"] == "search"
    told = client.get("/api/v1/customers/?acquired_on__gte=0001-01-01&colour=red").json()["errors"]
    assert {(one["field"], one["code"]) for one in told} == {
        ("acquired_on__gte", "far-away"),
        ("colour", "unknown-parameter"),
    }


BODIES = [
    ('{"name": "a\\u0000b"}', "name"),
    ('{"name": "\\ud800"}', "name"),
    ('{"name": "\\u0007"}', "name"),
    ('{"name": "x", "na\\u0000me": 1}', "body"),
    ('{"name": "x", "acquired_on": "0001-01-01"}', "acquired_on"),
    ('{"name": "x", "acquired_on": "9999-12-31"}', "acquired_on"),
    ('{"name": "x", "acquired_on": 5}', "acquired_on"),
    ('{"name": "x", "birth_year": ' + DIGITS + "}", "birth_year"),
    ('{"name": "x", "birth_year": 1e400}', None),
    ('{"name": "x", "birth_year": 1e30}', "birth_year"),
    ('{"name": "x", "birth_year": NaN}', None),
    ('{"name": "x", "birth_year": -Infinity}', None),
    ('{"name": "x", "birth_year": 40000}', "birth_year"),
    ('{"name": "x", "owner": ' + DIGITS + "}", "owner"),
    ('{"name": "x", "owner": 1.5}', "owner"),
    ('{"name": "x", "owner": true}', "owner"),
    ('{"name": "x", "owner": "²"}', "owner"),
    ('{"name": "x", "owner": {"id": 1}}', "owner"),
    ('{"name": "x", "tags": 5}', "tags"),
    ('{"name": "x", "tags": [[1]]}', "tags"),
    ('{"name": "x", "tags": [' + DIGITS + "]}", "tags"),
    ('{"name": ["x"]}', "name"),
    ('{"name": {"a": "b"}}', "name"),
    ('{"name": "' + "x" * 201 + '"}', "name"),
    ('{"name": "x", "kind": []}', "kind"),
    ('{"name": "x", "kind": {"a": 1}}', "kind"),
    ('{"name": "x", "website": "javascript:alert(1)"}', "website"),
    ('{"name": "x", "email": "a@b@c"}', "email"),
    ('{"name": ""}', "name"),
    ('{"name": null}', "name"),
    ("[]", None),
    ("null", None),
    ("5", None),
    ('"x"', None),
    ("{", None),
    ("", None),
    ("[" * 100_000, None),
    ('{"a":' * 100_000, None),
    ('{"name": ' + "[" * 40 + "]" * 40 + "}", None),
    ('{"name": "' + "x" * 1_100_000 + '"}', "body"),
    ("9" * 5_000, None),
]


@pytest.mark.parametrize(("body", "field"), BODIES, ids=lambda words: str(words)[:40])
def test_a_body_that_cannot_be_kept_is_refused_by_its_field(client: APIClient, body: str, field: str | None) -> None:
    answer = client.post("/api/v1/customers/", body, content_type="application/json")
    assert 400 <= answer.status_code < 500, answer.content[:300]
    assert Customer.objects.count() == 0
    if field:
        assert answer.json()["errors"][0]["field"].split(".")[0] == field


@pytest.mark.parametrize("raw", [b"\xff\xfe", b'{"name": "\xed\xa0\x80"}', b'{"name": "\xff"}', b"\x00"])
def test_bytes_that_are_no_utf8_are_refused(client: APIClient, raw: bytes) -> None:
    assert client.generic("POST", "/api/v1/customers/", raw, content_type="application/json").status_code == 400


@pytest.mark.parametrize("kind", ["text/xml", "application/x-www-form-urlencoded", "multipart/form-data", "x"])
def test_only_json_is_read(client: APIClient, kind: str) -> None:
    assert client.generic("POST", "/api/v1/customers/", b"name=x", content_type=kind).status_code == 415


def test_a_moment_at_the_beginning_of_time_is_refused(client: APIClient) -> None:
    for moment in "0001-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1899-12-31T00:00Z":
        answer = client.post("/api/v1/activities/", {"subject": "x", "due_at": moment})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "due_at"), moment


def test_a_length_beyond_measure_is_refused(client: APIClient) -> None:
    for length in "999999999999 00:00:00", "P99999999999D", "-1", "abc", DIGITS:
        answer = client.post("/api/v1/activities/", {"subject": "x", "duration": length})
        assert answer.status_code == 400, (length, answer.content)


@pytest.mark.parametrize("pk", ["0", DIGITS, "abc", "%00", "-1", "1e5", "²", "..", "1;2"])
def test_an_id_that_cannot_be_is_not_found(client: APIClient, pk: str) -> None:
    for method in "get", "patch", "delete":
        assert getattr(client, method)(f"/api/v1/customers/{pk}/").status_code in (400, 404)


@pytest.mark.parametrize("verb", ["merge", "change_lifecycle", "correct"])
@pytest.mark.parametrize("words", [{}, {"to": "x"}, {"absorbed": DIGITS}, {"at": "0001-01-01T00:00"}, [], {"a": 1}])
def test_a_verb_refuses_what_it_cannot_mean(client: APIClient, verb: str, words: object) -> None:
    customer = make_customer()
    path = f"/api/v1/customers/{customer.pk}/{verb.replace('_', '-')}/"
    answer = client.post(path, json.dumps(words), content_type="application/json")
    assert answer.status_code == (200 if (verb, words) == ("correct", {}) else 400), answer.content


PAGES = [
    "acquired_on__year=9999",
    "acquired_on__year=0",
    "acquired_on__year=10000",
    "acquired_on__year=99999999999",
    "acquired_on_from=0001-01-01&acquired_on_to=9999-12-31",
    "acquired_on_from=nonsense",
    "acquired_on_from=2025-02-31",
    f"p={DIGITS}",
    "p=0",
    "p=-1",
    "p=abc",
    "p=100000",
    "o=99.99",
    "o=abc",
    f"o={DIGITS}",
    f"owner__id__exact={DIGITS}",
    "owner__id__exact=abc",
    "owner__id__exact=999999999",
    "lifecycle__exact=nonsense",
    "owner__password__startswith=a",
    "password=1",
    "id__in=abc",
    f"id__in=1,{DIGITS}",
    "is_test__exact=perhaps",
    "e=1",
    "all=",
    "_facets=True",
    "_popup=1&_to_field=password",
    "_to_field=owner",
    "q=%00",
    "q=" + "a+" * 90,
    "q=" + "a" * 200_000,
    "q=" + "%F0%9F%91%A9" * 50,
    "q='%22%5C%25_",
]


@pytest.mark.parametrize("question", PAGES, ids=lambda words: words[:40])
def test_a_staff_list_never_breaks(manager: User, question: str) -> None:
    make_customer(acquired_on="2025-01-01")
    assert staff_of(manager).get(f"/staff/customers/customer/?{question}").status_code < 500


@pytest.mark.parametrize("question", ["due_at_from=0001-01-01", "due_at_to=9999-12-31", "due_at_from=x", "due_at_to="])
def test_a_staff_list_of_moments_never_breaks(manager: User, question: str) -> None:
    make_activity()
    assert staff_of(manager).get(f"/staff/customers/activity/?{question}").status_code < 500


@pytest.mark.parametrize("pk", [DIGITS, "abc", "0", "²", "_5F", "1_2F2"])
def test_a_staff_page_of_no_record_sends_back(manager: User, pk: str) -> None:
    for view in "change", "delete", "history":
        answer = staff_of(manager).get(f"/staff/customers/customer/{pk}/{view}/")
        assert answer.status_code in (302, 403, 404), (view, answer.status_code)


@pytest.mark.parametrize("chosen", ["abc", DIGITS, "-1", "²", ""])
def test_an_action_on_rows_that_cannot_be_is_refused(manager: User, chosen: str) -> None:
    posted = {"action": "change_lifecycle", "_selected_action": chosen}
    assert staff_of(manager).post("/staff/customers/customer/", posted).status_code in (200, 302, 400)


FORMS = [
    {"name": "a\x00b"},
    {"name": "a\x07b"},
    {"name": "x", "acquired_on": "0001-01-01"},
    {"name": "x", "acquired_on": "9999-12-31"},
    {"name": "x", "birth_year": DIGITS},
    {"name": "x", "birth_year": "3"},
    {"name": "x", "owner": DIGITS},
    {"name": "x", "owner": "abc"},
    {"name": "x", "tags": "abc"},
    {"name": "x", "tags": DIGITS},
    {"name": "x" * 5_000},
    {"name": "x", "record_version": DIGITS},
    {"name": "x", "contacts-TOTAL_FORMS": DIGITS, "contacts-INITIAL_FORMS": "0"},
    {},
]


@pytest.mark.parametrize("posted", FORMS, ids=lambda words: str(words)[:40])
def test_a_form_says_what_is_wrong_and_keeps_nothing(manager: User, posted: dict[str, str]) -> None:
    management = {"contacts-TOTAL_FORMS": "0", "contacts-INITIAL_FORMS": "0"}
    management |= {"lifecycle_events-TOTAL_FORMS": "0", "lifecycle_events-INITIAL_FORMS": "0"}
    sent = {"kind": "company", **management, **posted}
    answer = staff_of(manager).post("/staff/customers/customer/add/", sent)
    assert answer.status_code == 200 or posted.get("record_version"), answer.status_code
    assert Customer.objects.count() == (1 if "record_version" in posted and answer.status_code == 302 else 0)


def test_text_of_a_form_is_composed(manager: User) -> None:
    sent = {"kind": "company", "name": "Zoe\u0308", "contacts-TOTAL_FORMS": "0", "contacts-INITIAL_FORMS": "0"}
    sent |= {"lifecycle_events-TOTAL_FORMS": "0", "lifecycle_events-INITIAL_FORMS": "0"}
    assert staff_of(manager).post("/staff/customers/customer/add/", sent).status_code == 302
    assert Customer.objects.get().name == "Zo\u00eb"


@pytest.mark.parametrize(
    "question",
    [
        "",
        "app_label=x&model_name=y&field_name=z",
        "app_label=customers&model_name=contact&field_name=last_name",
        "app_label=customers&model_name=contact&field_name=customer&page=abc",
        f"app_label=customers&model_name=contact&field_name=customer&page={DIGITS}",
        "app_label=customers&model_name=contact&field_name=customer&term=%00",
        "app_label=customers&model_name=contact&field_name=customer&term=" + "a" * 5000,
        "app_label=customers&model_name=activity&field_name=about_type",
        "app_label=admin&model_name=logentry&field_name=user",
    ],
    ids=lambda words: words[:60],
)
def test_choices_never_break(manager: User, question: str) -> None:
    assert staff_of(manager).get(f"/staff/autocomplete/?{question}").status_code < 500
