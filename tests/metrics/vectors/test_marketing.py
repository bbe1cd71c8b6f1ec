"""Leads and visitors: examples others published, built as records and asked of the product."""

from decimal import Decimal

import pytest

from metrics.measures.marketing import LeadsAnswered, LeadsCreated
from sales.models import Lead
from tests.makers import make_lead
from tests.metrics.asked import number, series, settle
from tests.metrics.vectors.crowd import at, customers

pytestmark = pytest.mark.django_db

MARCH = ("2025-03-01", "2025-04-01")


@pytest.mark.parametrize(("converted", "rate"), [(50, "0.25"), (30, "0.15")], ids=["t053", "t054"])
def test_lead_conversion_of_200_leads(converted: int, rate: str) -> None:
    came, paid = at(3, 3), at(4, 20)
    Lead.objects.bulk_create(
        [
            *[
                Lead(name=f"Lead {i}", created_at=came, converted_at=paid, customer=customer)
                for i, customer in enumerate(customers(converted))
            ],
            *[Lead(name=f"Cold {i}", created_at=came) for i in range(200 - converted)],
        ]
    )
    settle(LeadsCreated)
    assert number("lead_conversion", *MARCH) == Decimal(rate)


def test_t092_an_answer_counts_on_the_day_it_is_given() -> None:
    """A lead of 1 January, answered on the 3rd: two days, and not on the 1st."""
    make_lead(created_at=at(1, 1), first_contacted_at=at(1, 3))
    settle(LeadsAnswered)
    assert series("lead_response_time", "2025-01-01", "2025-01-04", "day") == [None, None, 2 * 24 * 3_600]


def test_the_time_to_an_answer_is_over_those_answered() -> None:
    """2, 4 and 6 hours, and one nobody answered: 4 hours, not 3."""
    for hours in (2, 4, 6):
        make_lead(created_at=at(3, 3, hour=8), first_contacted_at=at(3, 3, hour=8 + hours))
    make_lead(created_at=at(3, 3, hour=8))
    settle(LeadsAnswered)
    assert number("lead_response_time", *MARCH) == 4 * 3_600
