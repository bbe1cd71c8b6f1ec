"""Selling: examples others published, built as records and asked of the product."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from customers.choices import Role
from customers.models import User
from metrics.measures.lifecycle import ActiveBuyers, ActiveCustomers, MRRMovements, MRRRevaluations, PayingCustomers
from metrics.measures.sales import (
    DealsClosed,
    FirstYearQuotas,
    FirstYearWins,
    LinesOfOrders,
    MoneyBack,
    ProductCosts,
    ProductsSold,
    Purchases,
    Quotas,
    StageStays,
)
from sales.choices import QuotaBasis
from sales.models import FxRate
from sales.services.orders import refund_order
from tests.makers import (
    make_customer,
    make_deal,
    make_fx_rate,
    make_line,
    make_order,
    make_order_line,
    make_pipeline,
    make_quota,
    make_stage_change,
    make_user,
)
from tests.metrics.asked import by_member, number, question, series, settle
from tests.metrics.vectors.crowd import at, closed_deals, customers, leave, purchases, subscribers

pytestmark = pytest.mark.django_db

MARCH = ("2025-03-01", "2025-04-01")
YEAR = ("2025-01-01", "2026-01-01")


@pytest.fixture
def seller() -> User:
    return make_user("ana", Role.REP)


def quota(seller: User, amount: int, first: date, last: date, **fields: object) -> None:
    make_quota(owner=seller, amount=Decimal(amount), starts_on=first, ends_on=last, **fields)


def sold(seller: User, amount: int, month: int, **fields: object) -> None:
    closed_deals(1, "won", on=at(month, 10), amount=amount, owner=seller, **fields)


def test_t001_parts_of_customer_value() -> None:
    """500 customers buy five times a year each, for 40."""
    buyers = customers(500)
    for month in (1, 3, 5, 7, 9):
        purchases(buyers, 40, at(month, 10))
    settle(ProductsSold, Purchases, MoneyBack)
    assert number("revenue", *YEAR) == 100_000
    assert number("orders", *YEAR) == 2_500
    assert number("average_order", *YEAR) == 40
    assert number("purchase_frequency", *YEAR) == 5


@pytest.mark.parametrize(
    ("buyers", "net", "years", "by_year", "in_all"),
    [(500, 40, 4, 200, 800), (20, 35, 6, 175, 1_050)],
    ids=["t001", "t002"],
)
def test_lifetime_value_from_purchases(buyers: int, net: int, years: int, by_year: int, in_all: int) -> None:
    """Five orders of each buyer in the year; everybody whose time is over stayed for four years, or six."""
    people = customers(buyers)
    for month in (1, 3, 5, 7, 9):
        purchases(people, net, at(month, 10))
    begun = at(1, 1, 2015)
    gone = subscribers(10, 10, since=begun)
    leave(gone, begun + timedelta(days=365 * years))
    settle(ProductsSold, Purchases, LinesOfOrders, MoneyBack, ActiveBuyers, ActiveCustomers)
    assert number("customer_value", *YEAR) == by_year
    assert number("customer_lifespan", *YEAR) == 365 * years
    assert number("clv_historical", *YEAR) == in_all


def test_t080_the_margin_multiple() -> None:
    """Of five customers at 100 a month one leaves in the year, nothing costs anything: 2.6667 years of margin."""
    leave(subscribers(5, 100, since=at(12, 30, 2024))[:1], at(6, 1))
    make_order_line(order=make_order(placed_at=at(6, 1)), cost=Decimal(0))
    settle(ProductsSold, ProductCosts, ActiveCustomers, PayingCustomers, MRRMovements, MRRRevaluations)
    assert number("retention_rate", *YEAR) == Decimal("0.8")
    assert number("clv_margin_discounted", *YEAR) / 1_200 == pytest.approx(Decimal("2.6667"), abs=Decimal("0.0001"))


def test_t005_close_rate_is_won_of_closed_not_the_other_way_round() -> None:
    closed_deals(30, "won", on=at(3, 10))
    closed_deals(70, "lost", on=at(3, 12))
    settle(DealsClosed)
    assert number("win_rate", *MARCH) == Decimal("0.3")


def test_t056_win_rate() -> None:
    closed_deals(12, "won", on=at(3, 10))
    closed_deals(8, "lost", on=at(3, 12))
    settle(DealsClosed)
    assert number("win_rate", *MARCH) == Decimal("0.6")


@pytest.mark.parametrize(("sales", "attained"), [(200_000, "0.8"), (312_500, "1.25")])
def test_t065_quota_attainment(seller: User, sales: int, attained: str) -> None:
    quota(seller, 250_000, date(2025, 1, 1), date(2025, 3, 31))
    sold(seller, sales, 2)
    settle(DealsClosed, Quotas)
    assert number("quota_attainment", "2025-01-01", "2025-04-01") == Decimal(attained)


def test_t066_quota_attainment_by_month_and_to_date(seller: User) -> None:
    for month, last, amount in ((1, 31, 42_500), (2, 28, 55_000), (3, 31, 52_500)):
        quota(seller, 50_000, date(2025, month, 1), date(2025, month, last))
        sold(seller, amount, month)
    settle(DealsClosed, Quotas)
    months = series("quota_attainment", "2025-01-01", "2025-04-01", "month")
    to_date = [number("quota_attainment", "2025-01-01", f"2025-0{month}-01") for month in (2, 3, 4)]
    assert months == [Decimal("0.85"), Decimal("1.1"), Decimal("1.05")]
    assert to_date == [Decimal("0.85"), Decimal("0.975"), Decimal("1")]


def test_t067_quota_attainment_of_bookings(seller: User) -> None:
    quota(seller, 250_000, date(2025, 1, 1), date(2025, 3, 31))
    sold(seller, 235_000, 3)
    settle(DealsClosed, Quotas)
    assert number("quota_attainment", "2025-01-01", "2025-04-01") == Decimal("0.94")


def test_a_team_is_a_ratio_of_sums(seller: User) -> None:
    """One reaches all of 10, the other half of 90: 55 of 100, and not 75 %."""
    other = make_user("bo", Role.REP)
    quota(seller, 10, date(2025, 3, 1), date(2025, 3, 31))
    quota(other, 90, date(2025, 3, 1), date(2025, 3, 31))
    sold(seller, 10, 3)
    sold(other, 45, 3)
    settle(DealsClosed, Quotas)
    assert by_member("quota_attainment", *MARCH, "owner") == {"ana": Decimal(1), "bo": Decimal("0.5")}
    assert number("quota_attainment", *MARCH) == Decimal("0.55")


def test_t069_a_contract_over_three_years_by_first_year_and_by_total(seller: User) -> None:
    for basis in (QuotaBasis.TOTAL, QuotaBasis.FIRST_YEAR):
        quota(seller, 1_400_000, date(2025, 1, 1), date(2025, 12, 31), basis=basis)
    sold(seller, 980_000, 4)
    sold(seller, 600_000, 6, first_year_amount=200_000)
    settle(DealsClosed, Quotas, FirstYearWins, FirstYearQuotas)
    assert number("quota_attainment_first_year", *YEAR, places=4) == Decimal("0.8429")
    assert number("quota_attainment", *YEAR, places=4) == Decimal("1.1286")


def test_t072_time_in_a_stage() -> None:
    """Hot for 5, 10 and 20 days."""
    pipeline = make_pipeline()
    hot = pipeline.stages.get(name="Offer")
    for days in (5, 10, 20):
        left = at(3, 25)
        deal = make_deal(pipeline=pipeline, stage=hot, created_at=left - timedelta(days=days))
        make_stage_change(deal=deal, to_stage=hot, at=deal.created_at, left_at=left)
    settle(StageStays)
    assert number("stage_time_mean", *MARCH, places=2) == Decimal("11.67")
    assert number("stage_time", *MARCH) == 10


def test_t082_the_rate_of_the_day_stays(settings) -> None:
    """100,000 euros won at 1.10 are 110,000 dollars in every later report, whatever a euro is worth by then."""
    settings.REPORTING_CURRENCY = "USD"
    make_fx_rate(base="EUR", quote="USD", on=date(2024, 1, 1), rate=Decimal("1.10"))
    closed_deals(1, "won", on=at(2, 10, 2024), amount=100_000, currency="EUR")
    settle(DealsClosed)
    FxRate.objects.create(base="EUR", quote="USD", on=date(2025, 1, 1), rate=Decimal("1.05"))
    settle(DealsClosed)
    assert number("won_revenue", "2024-01-01", "2024-04-01") == 110_000


def test_t083_a_refund_counts_in_its_own_month() -> None:
    order = make_order(100, customer=make_customer(), placed_at=at(1, 10))
    settle(ProductsSold, Purchases, MoneyBack)
    refund_order(order, net=Decimal(40), at=at(2, 5))
    settle(ProductsSold, Purchases, MoneyBack)
    assert series("revenue", "2025-01-01", "2025-03-01", "month") == [100, -40]
    assert number("average_order", "2025-01-01", "2025-02-01") == 100


REVENUE = (
    ((2020, 1, 1), 1_000),
    ((2020, 2, 1), 4_000),
    ((2020, 3, 1), 3_000),
    ((2020, 4, 2), 4_000),
    ((2021, 1, 1), 1_000),
    ((2021, 1, 2), 1_000),
    ((2021, 1, 3), 1_000),
    ((2021, 1, 4), 1_000),
)


@pytest.fixture
def eight_sales() -> None:
    for (year, month, day), amount in REVENUE:
        make_order(amount, placed_at=at(month, day, year))
    settle(ProductsSold, MoneyBack)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2020-02-01", "2020-04-01", 7_000),
        ("2020-02-02", "2020-04-02", 3_000),
        ("2020-02-03", "2020-04-03", 7_000),
        ("2020-03-02", "2020-05-02", 4_000),
    ],
    ids=["31 March", "1 April", "2 April", "1 May"],
)
def test_t101_two_trailing_months(eight_sales: None, start: str, end: str, expected: int) -> None:
    assert number("revenue", start, end) == expected


def test_t102_month_to_date_and_all_time(eight_sales: None) -> None:
    to_date = [number("revenue", "2021-01-01", f"2021-01-0{day}") for day in (4, 5, 7)]
    assert to_date == [3_000, 4_000, 4_000]
    assert [number("revenue", "2020-01-01", end) for end in ("2020-04-01", "2020-04-03")] == [8_000, 12_000]


def test_t105_a_rate_of_a_team_is_a_ratio_of_sums(seller: User) -> None:
    """1 of 1 and 10 of 100 are 11 of 101, not 55 %."""
    other, pipeline = make_user("bo", Role.REP), make_pipeline()
    closed_deals(1, "won", on=at(3, 5), owner=seller, pipeline=pipeline)
    closed_deals(10, "won", on=at(3, 6), owner=other, pipeline=pipeline)
    closed_deals(90, "lost", on=at(3, 7), owner=other, pipeline=pipeline)
    settle(DealsClosed)
    assert number("win_rate", *MARCH, places=4) == Decimal("0.1089")
    assert by_member("win_rate", *MARCH, "owner") == {"ana": Decimal(1), "bo": Decimal("0.1")}


def test_t106_who_wins_in_both_parts_may_lose_in_all(seller: User) -> None:
    """Kidney stones as deals: two treatments, large and small stones."""
    other, large, small = make_user("bo", Role.REP), make_line(name="Large"), make_line(name="Small")
    pipeline = make_pipeline()
    for owner, line, won, of in (
        (seller, small, 81, 87),
        (seller, large, 192, 263),
        (other, small, 234, 270),
        (other, large, 55, 80),
    ):
        product = line.products.create(name=f"{line} of {owner}")
        for outcome, count in (("won", won), ("lost", of - won)):
            closed_deals(count, outcome, on=at(3, 5), owner=owner, product=product, pipeline=pipeline)
    settle(DealsClosed)

    def rates(**where: list[str]) -> dict[str, Decimal | None]:
        asked = question("win_rate", *MARCH, by="owner", where=where).answer()
        return {owner: round(Decimal(float(asked.cells[0, str(owner.pk)].value)), 4) for owner in (seller, other)}

    assert rates(line=["Small"]) == {seller: Decimal("0.9310"), other: Decimal("0.8667")}
    assert rates(line=["Large"]) == {seller: Decimal("0.7300"), other: Decimal("0.6875")}
    assert rates() == {seller: Decimal("0.7800"), other: Decimal("0.8257")}
