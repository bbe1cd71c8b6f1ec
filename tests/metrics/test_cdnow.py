"""A real shop's orders give the numbers others counted from the same file.

Two definitions differ, and both numbers stand here. The average order leaves out orders of nothing, of which the file
has 8: 244,091.94 over 6,911, where the reference divides by all 6,919 rows. Purchases are orders, so frequency and
repeat rate agree with the reference's count of rows, not with its count of days.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from metrics.analyses.buyers import buyers
from metrics.analyses.buying import learned
from tests.imports.sets import import_cdnow, needs
from tests.metrics.asked import night, number, series, value
from tests.worlds import world

pytestmark = pytest.mark.django_db

ALL = ("1997-01-01", "1998-07-01")


@pytest.fixture(scope="module", autouse=True)
def cdnow(django_db_setup, django_db_blocker) -> Iterator[None]:
    needs("cdnow")
    with world(django_db_blocker, REPORTING_CURRENCY="USD"):
        import_cdnow()
        night()
        yield


def test_purchase_frequency_and_repeat_rate() -> None:
    assert number("purchase_frequency", *ALL) == Decimal("2.935511")
    assert number("repeat_rate", *ALL) == Decimal("0.488757")
    assert value("repeat_rate", *ALL).denominator == 2_357


def test_revenue_and_average_order() -> None:
    assert number("revenue", *ALL, places=2) == Decimal("244091.94")
    assert number("orders", *ALL, places=0) == 6_919
    assert number("average_order", *ALL, places=4) == Decimal("35.3193")  # Without the 8 orders of nothing.
    assert number("revenue", *ALL) / number("orders", *ALL) == pytest.approx(Decimal("35.2785"), abs=Decimal("5e-5"))


def test_every_customer_is_new_once_and_none_after_march() -> None:
    news = series("new_customers", *ALL, "month", 0)
    assert sum(news) == 2_357
    assert sum(news[3:]) == 0


def test_buyers_of_the_last_year() -> None:
    """812 bought in the 365 days that end with 30 June 1998; the reference's 818 reaches back one day more."""
    assert value("purchase_frequency", "1997-07-01", "1998-07-01").denominator == 812
    assert value("purchase_frequency", "1997-06-30", "1998-07-01").denominator == 818


def test_the_models_learn_of_the_orders_what_the_papers_printed() -> None:
    """BG/NBD on the first 39 weeks: r .243, α 4.414, a .793, b 2.426, log-likelihood −9582.4; 946 came back."""
    until = date(1997, 10, 1)
    found = learned(buyers(until, {}), until, None, 0.1)
    assert (found["n"], found["repeaters"], found["held_out"]) == (
        2_357,
        946,
        {"refusal": "nobody had bought before."},
    )
    assert [round(found["buying"][name], 3) for name in ("r", "alpha", "a", "b")] == [0.243, 4.414, 0.793, 2.426]
    assert round(found["buying"]["log_likelihood"], 1) == -9582.4
    assert [round(found["spending"][name], 2) for name in ("p", "q", "v")] == [6.25, 3.74, 15.44]
