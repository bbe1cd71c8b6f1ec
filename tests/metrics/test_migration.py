"""The same deals in five exports of three other systems give the same numbers; so do tickets and subscriptions.

The expected sales cycle counts days between dates. Ours counts the hours too, where an export has them: from 9 in the
morning to 17 is eight hours more, and from 9 to a closing that is only a date nine hours less.

The data export names the owner of a deal by an id that only its own file of users explains. We keep no ids of people,
so its deals come without owners.
"""

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest

from metrics.measures.lifecycle import MRRMovements, MRRRevaluations
from metrics.measures.pipeline import DealsBegun, DealsEnded, ValueEntered, ValueLeft, ValueRevalued
from metrics.measures.sales import DealsClosed, SalesCycles
from metrics.measures.support import TicketsAnswered, TicketsSolved
from metrics.measures.surveys import CSATAnswers
from sales.models import Deal, Subscription
from tests.imports.sets import SETS, import_export, needs
from tests.metrics.asked import number, series, settle
from tests.worlds import world

pytestmark = pytest.mark.django_db

YEAR = ("2017-01-01", "2018-01-01")
HOURS = {
    "hubspot": 8,
    "pipedrive": 8,
    "pipedrive saved by a German Excel": 8,
    "salesforce report": 0,
    "salesforce data export": -9,
}


def told() -> dict:
    return json.loads((SETS / "migration" / "EXPECTED.json").read_text())


class TestDeals:
    @pytest.fixture(autouse=True, scope="class", params=HOURS)
    @classmethod
    def system(cls, request, django_db_setup, django_db_blocker) -> Iterator[str]:
        needs("migration")
        with world(django_db_blocker, REPORTING_CURRENCY="USD", TIME_ZONE="UTC"):
            import_export(request.param)
            settle(DealsClosed, SalesCycles, DealsBegun, DealsEnded, ValueEntered, ValueLeft, ValueRevalued)
            yield request.param

    def test_what_was_won(self, system: str) -> None:
        assert number("win_rate", *YEAR) == Decimal("0.658065")
        assert number("won_revenue", *YEAR, places=0) == 221_153
        assert number("average_deal", *YEAR, places=4) == Decimal("2168.1667")
        assert series("won_revenue", *YEAR, "quarter", 0) == list(told()["won_revenue_by_quarter"].values())

    def test_how_long_it_took(self, system: str) -> None:
        days = Decimal(5843) / 102  # 57.2843, which 102 deals make exactly of 5,843 days
        assert round(days, 4) == Decimal("57.2843")
        assert number("sales_cycle", *YEAR, places=4) == round(days + Decimal(HOURS[system]) / 24, 4)

    def test_what_is_open(self, system: str) -> None:
        assert number("open_deals", *YEAR, places=0) == 45
        assert number("pipeline_value", *YEAR, places=0) == 138_533

    def test_whose_deals_they_are(self, system: str) -> None:
        owners = 0 if system == "salesforce data export" else 30
        assert Deal.objects.exclude(owner=None).values("owner").distinct().count() == owners
        assert Deal.objects.exclude(customer=None).values("customer").distinct().count() == 70
        assert Deal.objects.filter(customer=None, outcome="").count() == 34


class TestTickets:
    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def zendesk(cls, django_db_setup, django_db_blocker) -> Iterator[None]:
        needs("migration")
        with world(django_db_blocker, TIME_ZONE="UTC"):
            import_export("zendesk")
            settle(TicketsAnswered, TicketsSolved, CSATAnswers)
            yield

    def test_times_and_satisfaction(self) -> None:
        """Satisfied are the good of the good and bad; who was only asked said nothing."""
        both = ("2023-01-01", "2025-02-01")
        assert number("tickets_solved", *both, places=0) == 150
        assert (number("first_response_time_mean", *both) / 60).quantize(Decimal("0.0001")) == Decimal("98.2733")
        assert (number("resolution_time_mean", *both) / 3600).quantize(Decimal("0.0001")) == Decimal("35.9200")
        assert number("csat", *both) == Decimal("0.692308")


class TestSubscriptions:
    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def stripe(cls, django_db_setup, django_db_blocker) -> Iterator[None]:
        needs("migration")
        with world(django_db_blocker, REPORTING_CURRENCY="USD", TIME_ZONE="UTC"):
            import_export("stripe")
            settle(MRRMovements, MRRRevaluations)
            yield

    def test_a_year_s_price_is_a_twelfth_of_it_a_month(self) -> None:
        assert number("mrr", "2024-12-01", "2025-01-01", places=0) == told()["stripe"]["mrr_of_active"]

    def test_what_runs_and_what_ended(self) -> None:
        assert Subscription.objects.filter(ended_at=None).count() == 259
        assert Subscription.objects.exclude(ended_at=None).count() == 41
