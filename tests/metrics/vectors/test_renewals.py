"""Contracts that come up for renewal: examples others published, built as records and asked of the product."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from metrics.evaluate import change
from metrics.measures.retention import TermsEnding
from metrics.registry import kpi_of
from metrics.wording import change_in_words
from sales.models import Subscription, Term
from tests.metrics.asked import number, settle, value
from tests.metrics.vectors.crowd import at, subscribers

pytestmark = pytest.mark.django_db

A_YEAR = timedelta(days=365)


def contracts(of: list[Subscription], *, end: date, renewed: int) -> None:
    """A year's contract of each, of which the first so many go on for another."""
    following = Term.objects.bulk_create(
        Term(subscription=one, starts_on=end, ends_on=end + A_YEAR, mrr=10) for one in of[:renewed]
    )
    Term.objects.bulk_create(
        Term(
            subscription=one,
            starts_on=end - A_YEAR,
            ends_on=end,
            mrr=10,
            renewed_by=after,
            renewed_at=after and at(1, 20, end.year),
        )
        for one, after in zip(of, [*following, *[None] * (len(of) - renewed)], strict=True)
    )


def test_t003_of_1000_contracts_900_are_renewed() -> None:
    contracts(subscribers(1_000, 10, since=at(3, 15, 2024)), end=date(2025, 3, 15), renewed=900)
    settle(TermsEnding)
    assert number("renewal_rate", "2025-03-01", "2025-04-01") == Decimal("0.9")


def test_t004_a_rate_moves_in_points() -> None:
    """From 90 % renewed to 60 % is 30 points fewer; not 30 %, of which it would be a third."""
    contracts(subscribers(1_000, 10, since=at(3, 15, 2022)), end=date(2023, 3, 15), renewed=900)
    contracts(subscribers(1_000, 10, since=at(3, 15, 2024)), end=date(2025, 3, 15), renewed=600)
    settle(TermsEnding)
    rate = kpi_of("renewal_rate")
    before, now = (value("renewal_rate", f"{year}-01-01", f"{year + 1}-01-01") for year in (2023, 2025))
    assert (before.value, now.value) == (Decimal("0.9"), Decimal("0.6"))
    assert change(rate, now, before) == Decimal("-0.3")
    assert change_in_words(rate, change(rate, now, before), now, before) == "−30.0 points"
