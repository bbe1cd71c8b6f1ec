"""What became of the numbers after a marked day, on months counted by hand."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from rest_framework.test import APIClient

from customers.models import User
from metrics.analyses.before_and_after import NO_PROOF
from metrics.measures.sales import DealsClosed
from metrics.models import MarkedDate
from tests.makers import make_marked_date, make_pipeline
from tests.metrics.analyses.asked import figures, file, find, page, printed, rows
from tests.metrics.analyses.months import month, won
from tests.metrics.asked import settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_month")]


@pytest.fixture
def adopted(owner: User, colleague: User) -> MarkedDate:
    """Twenty-two months of 100 or 110 in turn by the owner; since three months ago 500 more by the colleague."""
    make_pipeline(is_default=True)
    for ago in range(22, 0, -1):
        won(owner, 100 + 10 * (ago % 2), ago, day=1)
        if ago <= 3:
            won(colleague, 500, ago, day=1)
    settle(DealsClosed)
    return make_marked_date(name="CRM adopted", on=month(3).start)


def told(user: User | None = None) -> dict[str, list]:
    found = find("before_and_after", user, kpi="won_revenue")
    return {row[0]: row[1:] for row in rows(found, "numbers")}


def test_three_months_after_stand_against_three_before_and_those_of_a_year_earlier(adopted: MarkedDate) -> None:
    """After: 1,500 and 110 + 100 + 110; before: 100 + 110 + 100; a year earlier 110 + 100 + 110."""
    before, after, growth, year, from_then = told()["Won revenue"][:5]
    assert (before.value, after.value, growth) == (310, 1_820, "+487.1 %")
    assert (year.value, from_then) == (320, "+468.8 %")


def test_it_is_clearly_above_what_would_have_come(adopted: MarkedDate) -> None:
    found = find("before_and_after", kpi="won_revenue")
    assert figures(found)["difference"] == pytest.approx(500, abs=15)
    assert found.remarks == ("Won revenue is clearly above what would have come without CRM adopted, for the better.",)
    assert NO_PROOF in found.honesty
    assert found.n == 3


def test_where_nothing_changed_nothing_is_claimed(adopted: MarkedDate, owner: User) -> None:
    found = find("before_and_after", owner, kpi="won_revenue")
    assert found.remarks == ("Won revenue is within what would have come without CRM adopted.",)
    assert told(owner)["Won revenue"][:2] == [(310, "money"), (320, "money")]


def test_the_month_a_day_lies_in_counts_on_neither_side(adopted: MarkedDate) -> None:
    start = month(3).start
    found = find("before_and_after", kpi="won_revenue", date=str(start.replace(day=15)))
    assert found.n == 2
    assert found.tables[0].rows[0][1:3] == ((210, "money"), (1_210, "money"))


def test_a_short_past_says_so(adopted: MarkedDate) -> None:
    found = find("before_and_after", kpi="won_revenue", date=str(month(18).start))
    assert found.remarks == (
        "Won revenue: what would have come cannot be told. This needs at least 6 settled periods; there are 4.",
    )


def test_nothing_marked_says_what_to_do() -> None:
    settle(DealsClosed)
    assert find("before_and_after").refusal.startswith("No day is marked yet.")
    make_marked_date(on=month(0).start)
    assert find("before_and_after").refusal.startswith("No whole month has passed")


def test_wrong_words_are_named(adopted: MarkedDate) -> None:
    with pytest.raises(ValidationError, match="There is no marked day 999999"):
        find("before_and_after", date="999999")
    with pytest.raises(ValidationError, match="any day as in"):
        find("before_and_after", date="soon")


def test_every_door_says_the_same(
    adopted: MarkedDate, manager: User, staff: Callable[[User], Client], api: Callable[[User], APIClient]
) -> None:
    said = {"kpi": "won_revenue", "date": str(adopted.pk)}
    over_api = api(manager).get("/api/v1/analyses/before_and_after/", said).json()
    assert over_api["tables"][0]["rows"][0]["after"] == 1_820
    assert printed("before_and_after", **said)["tables"][0]["rows"] == over_api["tables"][0]["rows"]
    assert file(staff(manager), "before_and_after", "numbers", **said)[1][2] == "1820.0"
    assert "CRM adopted" in page(staff(manager), "before_and_after", **said)


def test_a_marked_date_stands_on_the_charts(
    adopted: MarkedDate, manager: User, owner: User, staff: Callable[[User], Client]
) -> None:
    make_marked_date(name="Long ago", on=date(2001, 1, 1))
    for user in (manager, owner):
        shown = staff(user).get("/kpis/won-revenue/?grain=month").content.decode()
        assert "<span>CRM adopted, " in shown
        assert "Long ago" not in shown


def test_managers_mark_dates_and_others_read_them(
    manager: User, owner: User, api: Callable[[User], APIClient]
) -> None:
    body = {"name": "Prices raised", "on": "2026-01-01"}
    assert api(owner).post("/api/v1/marked-dates/", body).status_code == 403
    assert api(manager).post("/api/v1/marked-dates/", body).status_code == 201
    assert [one["name"] for one in api(owner).get("/api/v1/marked-dates/").json()["results"]] == ["Prices raised"]
