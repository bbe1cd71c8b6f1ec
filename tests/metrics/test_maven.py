"""A real sales pipeline, imported and settled, gives the numbers others counted from the same file."""

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.imports.sets import SETS, import_maven, needs
from tests.metrics.asked import by_member, night, number, series
from tests.worlds import world

pytestmark = pytest.mark.django_db

YEAR = ("2017-01-01", "2018-01-01")


@pytest.fixture(scope="module", autouse=True)
def maven(django_db_setup, django_db_blocker) -> Iterator[None]:
    needs("maven_crm")
    with world(django_db_blocker, REPORTING_CURRENCY="USD"):
        import_maven()
        night()
        yield


def reference() -> dict:
    return json.loads((SETS / "reference" / "maven.json").read_text())


def test_win_rate_revenue_average_deal_and_sales_cycle() -> None:
    assert number("win_rate", *YEAR) == Decimal("0.631501")
    assert number("won_revenue", *YEAR, places=0) == 10_005_534
    assert number("deals_won", *YEAR, places=0) == 4_238
    assert number("average_deal", *YEAR, places=4) == Decimal("2360.9094")
    assert number("sales_cycle", *YEAR, places=4) == Decimal("51.7820")
    assert number("sales_cycle_median", *YEAR, places=1) == Decimal("57.0")


def test_quarters() -> None:
    assert series("win_rate", *YEAR, "quarter") == [
        Decimal("0.820711"),
        Decimal("0.617126"),
        Decimal("0.614069"),
        Decimal("0.602519"),
    ]
    assert series("won_revenue", *YEAR, "quarter", 0) == [1_134_672, 3_086_111, 2_982_255, 2_802_496]
    assert series("average_deal", *YEAR, "quarter", 2) == [
        Decimal("2136.86"),
        Decimal("2461.01"),
        Decimal("2372.52"),
        Decimal("2343.22"),
    ]
    assert series("sales_cycle", *YEAR, "quarter", 2) == [
        Decimal("65.63"),
        Decimal("51.01"),
        Decimal("48.82"),
        Decimal("49.56"),
    ]


@pytest.mark.parametrize(
    ("cut", "group"),
    [
        ("product", "by_product"),
        ("office", "by_region"),
        ("team", "by_manager"),
        ("owner", "by_agent"),
        ("line", "by_series"),
    ],
)
def test_every_member_of_every_cut(cut: str, group: str) -> None:
    """Teams are named after their managers, offices are the regions."""
    told = {name: row for name, row in reference()[group].items() if row["won"] + row.get("lost", 0)}
    rates, revenues = (by_member(key, *YEAR, cut) for key in ("win_rate", "won_revenue"))
    assert rates == {
        name: Decimal(str(row["win_rate_closed"])).quantize(Decimal("1e-6")) for name, row in told.items()
    }
    assert {k: int(v) for k, v in revenues.items()} == {name: row["revenue"] for name, row in told.items()}


def test_months() -> None:
    told = reference()["by_close_month"]
    months = series("won_revenue", "2017-03-01", "2018-01-01", "month", 0)
    assert months == [told[f"2017-{m:02d}"]["revenue"] for m in range(3, 13)]


def test_industries_of_the_customers_add_up_to_all() -> None:
    told = reference()["by_sector"]
    revenues = by_member("won_revenue", *YEAR, "industry", 0)
    named = {name.replace("technolgy", "technology"): row["revenue"] for name, row in told.items()}
    assert {k: int(v) for k, v in revenues.items() if v} == named
    assert sum(revenues.values()) == 10_005_534
