"""A bank's calls about a deposit, imported and settled, give the response others counted from the same file.

A client called is a recipient of the campaign, and taking the deposit is the response. The file names months without
a year or a day: each call stands on the first of its month in 2009, each response on the day after, well within our 14
days. How often a client was called (10,451 contacts in all) is nothing a recipient keeps, so contacts per conversion
is not among these numbers.
"""

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest

from metrics.measures.website import MailsDelivered
from tests.imports.sets import SETS, import_bank, needs
from tests.metrics.asked import by_member, number, series, settle, value
from tests.worlds import world

pytestmark = pytest.mark.django_db

YEAR = ("2009-01-01", "2010-01-01")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@pytest.fixture(scope="module", autouse=True)
def bank(django_db_setup, django_db_blocker) -> Iterator[None]:
    needs("bank_additional")
    with world(django_db_blocker):
        import_bank()
        settle(MailsDelivered)
        yield


def told(group: str) -> dict[str, Decimal]:
    rows = json.loads((SETS / "reference" / "bank.json").read_text())[group]
    return {name: Decimal(str(row["rate"])).quantize(Decimal("1e-6")) for name, row in rows.items()}


def test_all_calls() -> None:
    assert number("campaign_response_rate", *YEAR) == Decimal("0.109493")
    assert value("campaign_response_rate", *YEAR).denominator == 4_119


def test_months() -> None:
    rates = told("by_month")
    assert series("campaign_response_rate", *YEAR, "month") == [rates.get(month) for month in MONTHS]


@pytest.mark.parametrize(
    ("cut", "group"), [("campaign", "by_contact"), ("segment", "by_poutcome"), ("industry", "by_job")]
)
def test_every_member_of_every_cut(cut: str, group: str) -> None:
    """How a client was called stands as the campaign, what they said the last time as the segment."""
    assert by_member("campaign_response_rate", *YEAR, cut) == told(group)
