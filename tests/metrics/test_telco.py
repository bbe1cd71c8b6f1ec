"""A telephone company's subscribers, imported and settled, give the churn others counted from the same file.

The file is a snapshot without dates. Tenure says how many months ago somebody began, and whoever churned did so within
the month that ends with the snapshot: so everybody begins before 1 January 2020, and 1,869 end on the 15th. The 11 of
tenure 0 begin the day before. Contracts stand as plans and as segments, the kind of internet access as the region of
the customer, the way of paying as the industry; churn by tenure is a cut Plumb does not have.

The reference's lifetime value is revenue per account over churn, 244.0431. Ours takes the gross margin and the churn
of six months, neither of which a snapshot has, so the two it is made of are asked for and divided here.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from metrics.mathematics.survival import kaplan_meier
from metrics.measures.lifecycle import ActiveCustomers, MRRMovements, MRRRevaluations, PayingCustomers
from sales.models import Subscription
from tests.imports.sets import SETS, import_telco, needs
from tests.metrics.asked import by_member, number, settle, value
from tests.worlds import world

pytestmark = pytest.mark.django_db

MONTH = ("2020-01-01", "2020-02-01")
BEFORE = ("2019-12-01", "2020-01-01")
ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module", autouse=True)
def company(django_db_setup, django_db_blocker) -> Iterator[None]:
    needs("telco")
    with world(django_db_blocker, REPORTING_CURRENCY="USD"):
        import_telco()
        settle(ActiveCustomers, PayingCustomers, MRRMovements, MRRRevaluations)
        yield


def reference() -> dict:
    return json.loads((SETS / "reference" / "telco.json").read_text())


def rates(group: str) -> dict[str, Decimal]:
    return {
        name: Decimal(str(row["churn_rate"])).quantize(Decimal("1e-6")) for name, row in reference()[group].items()
    }


def test_churn() -> None:
    churn = value("churn_rate", *MONTH)
    assert (churn.numerator, churn.denominator) == (1_869, 7_043)
    assert number("churn_rate", *MONTH) == Decimal("0.265370")
    assert number("churn_rate", *MONTH) + number("retention_rate", *MONTH) == 1


def test_revenue_before_lost_and_after() -> None:
    assert number("mrr", *BEFORE, places=2) == Decimal("456116.60")
    assert number("churned_mrr", *MONTH, places=2) == Decimal("-139130.85")
    assert number("mrr", *MONTH, places=2) == Decimal("316985.75")
    assert 1 - number("grr", *MONTH) == Decimal("0.305034")


def test_revenue_per_account_and_lifetime_value() -> None:
    assert number("arpa", *BEFORE, places=4) == Decimal("64.7617")
    assert number("arpa", *MONTH, places=4) == Decimal("61.2651")
    worth = value("arpa", *BEFORE).value / value("churn_rate", *MONTH).value
    assert round(worth, 4) == Decimal("244.0431")


@pytest.mark.parametrize(
    ("cut", "group"), [("segment", "by_Contract"), ("region", "by_InternetService"), ("industry", "by_PaymentMethod")]
)
def test_every_member_of_every_cut(cut: str, group: str) -> None:
    assert by_member("churn_rate", *MONTH, cut) == rates(group)
    lost, before = by_member("churned_mrr", *MONTH, cut, 2), by_member("mrr", *BEFORE, cut, 2)
    assert {name: (before[name], -lost[name]) for name in before} == {
        name: (Decimal(str(row["mrr_before"])), Decimal(str(row["mrr_lost"])))
        for name, row in reference()[group].items()
    }


def test_contracts_are_plans_too() -> None:
    assert by_member("mrr", *MONTH, "plan", 2) == by_member("mrr", *MONTH, "segment", 2)


def test_how_long_subscribers_last() -> None:
    """Kaplan and Meier's curve over the months from each start to the end, or to the day of the snapshot."""
    lives = [
        ((2020 - start.year) * 12 + 1 - start.month - (start.day > 1), end is not None)
        for start, end in (
            (one.started_at.astimezone(ZONE), one.ended_at)
            for one in Subscription.objects.only("started_at", "ended_at")
        )
    ]
    curve = kaplan_meier([float(months) for months, _ in lives], [ended for _, ended in lives])
    told = reference()["kaplan_meier_survival"]
    assert {month: round(curve.at(float(month)), 6) for month in told} == told
