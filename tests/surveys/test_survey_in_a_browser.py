"""A person answers a survey in a real browser: on a phone, with the keyboard, without a script."""

from typing import Any

import pytest

from surveys.models import Answer
from surveys.services import invite
from tests.surveys.makers import make_contact, make_csat, make_nps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser: Any) -> Any:
    page = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False).new_page()
    page.complaints = []
    page.on("console", lambda line: page.complaints.append(line.text))
    return page


def test_a_thumb_and_a_keyboard_can_answer(live_server, page) -> None:
    _, token = invite(make_nps(), contact=make_contact())
    page.goto(f"{live_server.url}/s/{token}/?score=9")
    assert page.get_by_role("radio", name="9", exact=True).is_checked()
    assert min(one.bounding_box()["height"] for one in page.locator(".score").all()) >= 44
    page.get_by_role("radio", name="9", exact=True).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.type("Quick and kind")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Thank you").wait_for()
    assert [*Answer.objects.values_list("score", "comment")] == [(10, "Quick and kind")]
    assert page.complaints == []


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_nothing_runs_off_the_page(live_server, page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for survey in (make_nps(), make_csat(question="A" * 120 + " long question?")):
        _, token = invite(survey, contact=make_contact())
        page.goto(f"{live_server.url}/s/{token}/")
        boxes = [one.bounding_box() for one in page.locator("main, .score, textarea, button").all()]
        assert max(box["x"] + box["width"] for box in boxes) <= width


def test_a_missing_score_is_said_beside_the_scale(live_server, page) -> None:
    _, token = invite(make_csat(), contact=make_contact())
    page.goto(f"{live_server.url}/s/{token}/")
    page.get_by_role("button", name="Send my answer").click()
    assert page.get_by_role("alert").inner_text() == "Please choose a score."
    assert not Answer.objects.exists()
