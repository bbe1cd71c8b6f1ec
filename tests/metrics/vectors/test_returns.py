"""What comes back of what is spent: examples others published, built as records and asked of the product."""

from datetime import date
from decimal import Decimal

import pytest

from metrics.language import Reason
from metrics.measures.attribution import AttributedMargin, AttributedRevenue
from metrics.measures.marketing import Costs
from metrics.measures.steering import ManualValues
from metrics.models import ManualMeasure, ManualValue
from sales.models import OrderLine
from tests.makers import make_campaign, make_cost, make_customer, make_lead, make_order, make_touch
from tests.metrics.asked import by_member, number, settle, value
from tests.metrics.vectors.crowd import at

pytestmark = pytest.mark.django_db

MARCH = ("2025-03-01", "2025-04-01")


def night() -> None:
    settle(AttributedMargin, AttributedRevenue, Costs)


def test_t075_sales_of_50000_from_a_spend_of_10000() -> None:
    customer, campaign = make_customer(), make_campaign(code="spring", name="Spring")
    make_touch(customer=customer, campaign=campaign, at=at(2, 20))
    make_order(50_000, customer=customer, placed_at=at(3, 3))
    make_cost(amount=Decimal(10_000), campaign=campaign, starts_on=date(2025, 3, 1), ends_on=date(2025, 3, 31))
    night()
    assert number("marketing_return", *MARCH) == 4
    OrderLine.objects.update(cost=Decimal(30_000))
    night()
    assert number("marketing_roi", *MARCH) == 1


def test_credit_goes_to_the_first_the_last_or_all_touches_of_90_days() -> None:
    """A margin of 90 after touches by e-mail, of the lead at an event, and by e-mail again; one is too old."""
    customer = make_customer()
    lead = make_lead(created_at=at(1, 5), converted_at=at(3, 3), customer=customer)
    make_touch(customer=customer, channel="email", at=at(1, 4))
    make_touch(customer=None, lead=lead, channel="event", at=at(2, 1))
    make_touch(customer=customer, channel="email", at=at(3, 1))
    make_touch(customer=customer, channel="web", at=at(11, 1, 2024))
    make_touch(customer=customer, channel="web", at=at(3, 9))
    OrderLine.objects.filter(order=make_order(100, customer=customer, placed_at=at(3, 3))).update(cost=Decimal(10))
    for channel in ("email", "event"):
        make_cost(amount=Decimal(30), channel=channel, starts_on=date(2025, 3, 1))
    night()
    assert by_member("marketing_roi", *MARCH, "channel") == {"E-mail": 1, "Event": 0}
    assert by_member("marketing_roi_first", *MARCH, "channel") == {"E-mail": 2, "Event": -1}
    assert by_member("marketing_roi_last", *MARCH, "channel") == {"E-mail": 2, "Event": -1}
    assert number("marketing_roi", *MARCH) == Decimal("0.5")


def test_without_a_cost_there_is_no_return_on_it() -> None:
    night()
    found = value("marketing_roi", *MARCH)
    assert (found.value, found.reason) == (None, Reason.NOT_CONFIGURED)


def test_t076_a_gross_return_of_8_71_is_an_roi_of_771_percent() -> None:
    make_cost(category="crm", amount=Decimal("1.00"), starts_on=date(2025, 3, 1))
    gain = ManualMeasure.objects.create(key="crm_gain_measured", title="Saved", definition="Time.", unit="money")
    days = {"starts_on": date(2025, 3, 1), "ends_on": date(2025, 3, 31)}
    ManualValue.objects.create(measure=gain, value=Decimal("8.71"), **days)
    other = ManualMeasure.objects.create(key="rent", title="Rent", definition="The office.", unit="money")
    ManualValue.objects.create(measure=other, value=Decimal(99), **days)
    settle(Costs, ManualValues)
    assert number("crm_roi", *MARCH) == Decimal("7.71")
