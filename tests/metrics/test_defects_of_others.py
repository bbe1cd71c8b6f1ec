"""What other products get wrong, told by their own formula: each of these worlds gives that formula another number."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from customers.choices import Role
from metrics.asking import plain
from metrics.evaluate import change
from metrics.measures.marketing import LeadsCreated
from metrics.measures.pipeline import (
    DealsBegun,
    DealsEnded,
    LikelyValueEntered,
    LikelyValueLeft,
    LikelyValueRevalued,
    StagesReached,
)
from metrics.measures.sales import DealsClosed, MoneyBack, ProductCosts, ProductsSold, Quotas
from metrics.registry import kpi_of
from metrics.wording import change_in_words, written
from sales.models import Deal, OrderLine
from sales.services.deals import lose_deal, move_deal, open_deal, win_deal
from sales.services.edits import edit_deal
from tests.makers import make_customer, make_lead, make_lost_reason, make_order, make_pipeline, make_quota, make_user
from tests.metrics.asked import by_member, number, question, series, settle, value
from tests.metrics.vectors.crowd import at

pytestmark = pytest.mark.django_db

MARCH = ("2025-03-01", "2025-04-01")
FEBRUARY = ("2025-02-01", "2025-03-01")


def opened(amount: int, when: datetime, **fields: Any) -> Deal:
    fields = {"pipeline": make_pipeline(), **fields}
    return open_deal(Deal(name="Deal", amount=Decimal(amount), **fields), at=when)


def test_d1_editing_an_old_win_does_not_win_it_again() -> None:
    """Won in December and given a note in March: nothing was won in March."""
    with time_machine.travel("2025-03-15T10:00Z"):
        deal = win_deal(opened(100, at(12, 1, 2024)), at=at(12, 10, 2024))
        edit_deal(deal, note="They called.")
        settle(DealsClosed)
    assert number("won_revenue", *MARCH) == 0
    assert number("won_revenue", "2024-12-01", "2025-01-01") == 100


def test_d1_half_past_midnight_on_the_first_is_the_new_month() -> None:
    win_deal(opened(100, at(2, 1)), at=at(2, 28, hour=23) + timedelta(minutes=30))
    settle(DealsClosed)
    assert series("won_revenue", "2025-02-01", "2025-04-01", "month") == [0, 100]


def test_d2_value_and_number_are_of_the_same_deals() -> None:
    """A win in a currency without a rate counts in both, at nothing, and says so; it is not dropped from one."""
    win_deal(opened(100, at(3, 1)), at=at(3, 10))
    win_deal(opened(900, at(3, 1), currency="JPY"), at=at(3, 11))
    settle(DealsClosed)
    assert number("deals_won", *MARCH) == 2
    assert number("average_deal", *MARCH) == 50
    asked = question("won_revenue", *MARCH)
    told = [row.details for row in asked.every_row(asked.components()[0])]
    assert sum("No exchange rate" in details for details in told) == 1


def test_d3_more_than_asked_is_more_than_100_percent() -> None:
    ana = make_user("ana", Role.REP)
    make_quota(owner=ana, amount=Decimal(100), starts_on=date(2025, 3, 1), ends_on=date(2025, 3, 31))
    win_deal(opened(140, at(3, 1), owner=ana), at=at(3, 10))
    settle(DealsClosed, Quotas)
    assert written(kpi_of("quota_attainment"), value("quota_attainment", *MARCH)) == "140.0 %"


def test_d4_leads_are_followed_from_the_month_they_came_in() -> None:
    """Ten of January, two of them paid in March; four of March: a share of January's, not of all ever."""
    for i in range(10):
        paid = {"converted_at": at(3, 5), "customer": make_customer()} if i < 2 else {}
        make_lead(created_at=at(1, 10), **paid)
    for _ in range(4):
        make_lead(created_at=at(3, 10))
    with time_machine.travel("2025-04-20T10:00Z"):
        settle(LeadsCreated)
        assert number("lead_conversion", "2025-01-01", "2025-02-01") == Decimal("0.2")
        assert number("lead_conversion", *MARCH) == 0
        assert value("lead_conversion", *MARCH).status == "maturing"


def test_d5_closing_does_not_rewrite_what_was_expected() -> None:
    deal = win_deal(opened(100, at(2, 1), expected_close_on=date(2025, 6, 30)), at=at(3, 10))
    deal.refresh_from_db()
    assert (deal.expected_close_on, deal.closed_at) == (date(2025, 6, 30), at(3, 10))


def test_d6_a_month_of_31_days_is_compared_with_31_and_from_nothing_is_new() -> None:
    make_order(100, placed_at=at(3, 10))
    settle(ProductsSold, MoneyBack)
    asked = question("revenue", *MARCH)
    assert asked.earlier().period.days == 31
    now, before = (one.answer().total[0] for one in (asked, asked.earlier()))
    revenue = kpi_of("revenue")
    assert change_in_words(revenue, change(revenue, now, before), now, before) == "new"


def test_d7_what_is_open_is_what_was_open_at_the_end() -> None:
    """Opened in January and February, closed in March: two were open at February's end, whatever is open now."""
    for month in (1, 2):
        win_deal(opened(100, at(month, 10)), at=at(3, 10))
    settle(DealsBegun, DealsEnded)
    assert series("open_deals", "2025-01-01", "2025-04-01", "month") == [1, 2, 0]


def test_d8_a_lost_deal_promises_nothing() -> None:
    """Of 100 at one half and a lost 900, 50 are likely."""
    pipeline = make_pipeline()
    pipeline.stages.filter(name="New").update(probability=Decimal("0.5"))
    opened(100, at(3, 1), pipeline=pipeline)
    lose_deal(opened(900, at(3, 1), pipeline=pipeline), reason=make_lost_reason(), at=at(3, 5))
    settle(LikelyValueEntered, LikelyValueLeft, LikelyValueRevalued)
    assert number("weighted_pipeline", *MARCH) == 50


def test_d11_zero_is_zero_and_a_funnel_goes_from_stage_to_stage() -> None:
    """Of three deals of March one went on to an offer and was lost there: a third went on, then none."""
    pipeline = make_pipeline()
    for i in range(3):
        deal = opened(100, at(3, 1), pipeline=pipeline)
        if i == 0:
            move_deal(deal, to=pipeline.stages.get(name="Offer"), at=at(3, 5))
            lose_deal(deal, reason=make_lost_reason(), at=at(3, 9))
    settle(StagesReached)
    assert by_member("stage_conversion", *MARCH, "stage", 4) == {"New": Decimal("0.3333"), "Offer": 0}
    nothing = value("stage_conversion", *MARCH, where={"stage": ["Offer"]})
    assert plain(nothing)["value"] == "0"
    assert written(kpi_of("stage_conversion"), nothing) == "0.0 %"


def test_d12_a_margin_over_nothing_is_none_and_over_something_may_be_zero() -> None:
    assert value("gross_margin", *FEBRUARY).value is None
    make_order(100, placed_at=at(3, 10))
    OrderLine.objects.update(cost=Decimal(100))
    settle(ProductsSold, ProductCosts)
    assert number("gross_margin", *MARCH) == 0
