"""Ads and what they brought, imported and settled, give the costs per lead and customer others counted from them.

The file has a row for each ad and says how many leads and buyers it brought; the import makes a record of each one.
It has no dates and no order values: all happened in one month, and each buyer bought for 1, which no number below
reads. Cost per lead is acquisition cost over leads, which the catalogue has no KPI for, so the two are divided here.
Impressions and clicks are nothing Plumb keeps, so there is no click rate and no price of a click.
"""

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest

from metrics.measures.lifecycle import NewCustomers
from metrics.measures.marketing import Costs, LeadsConverted, LeadsCreated
from tests.imports.sets import SETS, import_kag, needs
from tests.metrics.asked import by_member, number, settle
from tests.worlds import world

pytestmark = pytest.mark.django_db

MONTH = ("2017-08-01", "2017-09-01")


@pytest.fixture(scope="module", autouse=True)
def ads(django_db_setup, django_db_blocker) -> Iterator[None]:
    needs("kag_ads")
    with world(django_db_blocker, REPORTING_CURRENCY="USD"):
        import_kag()
        settle(Costs, LeadsCreated, LeadsConverted, NewCustomers)
        yield


def told(group: str, figure: str, places: str = "1e-6") -> dict[str, Decimal]:
    rows = json.loads((SETS / "reference" / "kag_ads.json").read_text())[group]
    return {name: Decimal(str(row[figure])).quantize(Decimal(places)) for name, row in rows.items()}


def per_lead(spent: Decimal, leads: Decimal) -> Decimal:
    return (spent / leads).quantize(Decimal("1e-6"))


def test_all_ads() -> None:
    assert number("acquisition_cost", *MONTH, places=2) == Decimal("58705.23")
    assert number("leads", *MONTH, places=0) == 3_264
    assert number("new_customers", *MONTH, places=0) == 1_079
    assert number("cac", *MONTH) == Decimal("54.407071")
    assert number("lead_conversion", *MONTH) == Decimal("0.330576")
    assert per_lead(number("acquisition_cost", *MONTH), number("leads", *MONTH)) == Decimal("17.985671")


@pytest.mark.parametrize(("cut", "group"), [("campaign", "by_campaign"), ("segment", "by_age")])
def test_every_member_of_every_cut(cut: str, group: str) -> None:
    """The age band an ad was shown to stands as the segment."""
    spent, leads = (by_member(key, *MONTH, cut) for key in ("acquisition_cost", "leads"))
    assert {name: amount.quantize(Decimal("0.01")) for name, amount in spent.items()} == told(group, "spend", "0.01")
    assert leads == told(group, "leads_total_conversion")
    assert by_member("cac", *MONTH, cut) == told(group, "CAC")
    assert by_member("lead_conversion", *MONTH, cut) == told(group, "lead_to_sale")
    assert {name: per_lead(spent[name], leads[name]) for name in leads} == told(group, "CPL")


def test_buyers_of_either_gender() -> None:
    assert by_member("new_customers", *MONTH, "gender") == {
        {"F": "Female", "M": "Male"}[name]: count
        for name, count in told("by_gender", "sales_approved_conversion").items()
    }
