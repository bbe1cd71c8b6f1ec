"""A manager's way from a card to the rows behind it, in a real browser."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from customers.choices import Role
from customers.models import User
from metrics.measures.sales import DealsClosed
from sales.models import Deal
from sales.services.deals import open_deal, win_deal
from tests.makers import PASSWORD, make_customer, make_pipeline, make_user
from tests.metrics.asked import settle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
JANUARY = "start=2025-01-01&end=2025-02-01"


@pytest.fixture
def manager(roles: None) -> User:
    """Somebody who sees two deals won in January: 1,000 and 500."""
    make_pipeline(is_default=True)
    at = datetime(2025, 1, 10, 12, tzinfo=UTC)
    for amount in (1_000, 500):
        made = Deal(name=f"Deal {amount}", customer=make_customer(), amount=Decimal(amount))
        win_deal(open_deal(made, at=at - timedelta(days=5)), at=at)
    settle(DealsClosed)
    return make_user("manager", Role.MANAGER)


def signed_in(browser: Any, address: str, complaints: list[str], **screen: Any) -> Any:
    page = browser.new_context(**screen).new_page()
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/staff/login/?next=/kpis/")
    page.fill("[name=username]", "manager")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/kpis/")
    return page


def test_a_card_opens_to_its_rows_by_mouse_and_by_keyboard(manager: User, live_server: Any, browser: Any) -> None:
    complaints: list[str] = []
    page = signed_in(browser, live_server.url, complaints, viewport={"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/kpis/boards/sales/?{JANUARY}")
    card = page.get_by_role("article", name="Won revenue")

    help_box = card.get_by_label("What Won revenue means")
    help_box.focus()
    page.keyboard.press("Enter")
    assert card.get_by_text("The value of the deals won in the period.").is_visible()
    page.keyboard.press("Escape")
    assert card.get_by_text("The value of the deals won in the period.").is_hidden()

    card.get_by_role("link", name="€1,500").click()
    page.wait_for_url("**/kpis/won-revenue/rows/?start=2025-01-01&end=2025-02-01")
    rows = page.get_by_role("region", name="Rows")
    assert rows.get_by_text("2 rows, together €1,500.00. That is the number.").is_visible()

    rows.get_by_role("link", name="Deal 1000").click()
    page.wait_for_url("**/staff/sales/deal/*/change/")
    assert complaints == []


def test_the_pages_fit_a_phone(manager: User, live_server: Any, browser: Any) -> None:
    complaints: list[str] = []
    page = signed_in(browser, live_server.url, complaints, viewport={"width": 390, "height": 844})
    handbook = ("/kpis/all/", "/kpis/conventions/", "/kpis/win-rate/handbook/")
    for address in ("/kpis/", "/kpis/boards/sales/", "/kpis/won-revenue/", "/kpis/win-rate/rows/", *handbook):
        page.goto(f"{live_server.url}{address}?{JANUARY}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    page.goto(f"{live_server.url}/kpis/?{JANUARY}")
    page.get_by_text("Own days").click()
    page.get_by_role("link", name="Last year").click()
    page.wait_for_url("**/kpis/?period=last_year")
    assert complaints == []
