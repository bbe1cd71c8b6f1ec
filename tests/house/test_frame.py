"""What every page carries, and what a visitor reads when something is wrong."""

from datetime import datetime

import pytest
from django.test import Client, RequestFactory
from django.utils.formats import date_format
from django.views import defaults

from crmsite import staff


@pytest.mark.django_db
def test_the_front_door_leads_to_the_boards(client: Client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/kpis/")


def test_every_answer_says_what_a_page_may_load(client: Client) -> None:
    policy = client.get("/healthz")["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'self'"
    assert directives["script-src"] == "'self' 'unsafe-eval'"
    assert directives["frame-ancestors"] == "'none'"
    assert "http" not in policy


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_an_error_page_is_ours_and_plain(status: int, rf: RequestFactory) -> None:
    views = {400: defaults.bad_request, 403: defaults.permission_denied, 404: defaults.page_not_found}
    request = rf.get("/nowhere")
    answer = defaults.server_error(request) if status == 500 else views[status](request, Exception())
    assert answer.status_code == status
    assert b"Go to the boards" in answer.content
    assert b"<script" not in answer.content


def test_an_unknown_host_is_turned_away(client: Client) -> None:
    assert client.get("/staff/", HTTP_HOST="evil.example").status_code == 400


@pytest.mark.django_db
def test_the_schema_is_not_for_strangers(client: Client) -> None:
    assert client.get("/api/v1/schema/").status_code in {401, 403}


@pytest.mark.django_db
def test_the_sidebar_starts_with_the_boards_and_hides_what_one_may_not_open(
    rf: RequestFactory, django_user_model: type
) -> None:
    request = rf.get("/staff/")
    request.user = django_user_model.objects.create_user("newcomer", is_staff=True)
    assert [item["link"] for group in staff.sidebar(request) for item in group["items"]] == [
        "/kpis/",
        "/kpis/analyses/",
    ]


@pytest.mark.django_db
def test_who_is_not_signed_in_reads_the_api_after_signing_in(client: Client) -> None:
    answer = client.get("/api/v1/docs/")
    assert (answer.status_code, answer["Location"]) == (302, "/staff/login/?next=/api/v1/docs/")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["", "nowhere/", f"customers/{'1' * 40}/", "customers/5/nowhere/"])
def test_an_address_of_the_api_that_is_none_says_so_as_the_api_does(client: Client, address: str) -> None:
    answer = client.get(f"/api/v1/{address}")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not-found"


@pytest.mark.django_db
def test_an_address_of_the_api_without_its_last_stroke_is_led_on(client: Client) -> None:
    assert client.get("/api/v1/customers").headers["Location"] == "/api/v1/customers/"


def test_a_time_reads_by_the_clock_of_24_hours() -> None:
    assert date_format(datetime(2026, 11, 22, 16, 5), "DATETIME_FORMAT") == "22 Nov 2026, 16:05"


@pytest.mark.django_db
def test_a_browser_finds_the_mark_for_its_tab(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert "mark" in answer["Location"]
