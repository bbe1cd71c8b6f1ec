"""A changed definition is a version of its own, visible and with its reason; the old one stays readable."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import override_settings

from metrics.definitions import versions_of
from metrics.measures.sales import DealsClosed
from metrics.models import Definition, MeasureState
from metrics.registry import kpi_of
from tests.conftest import staff_of
from tests.makers import make_deal, make_fx_rate, make_pipeline
from tests.metrics.asked import night, number

pytestmark = pytest.mark.django_db
MARCH, APRIL = ("2026-03-01", "2026-04-01"), ("2026-04-01", "2026-05-01")


@pytest.fixture
def deal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Won for 100 at half past eleven in the evening of 31 March in Berlin, which is April in Auckland."""
    monkeypatch.setattr("metrics.night.all_measures", lambda: [DealsClosed])
    monkeypatch.setattr("metrics.night.all_kpis", lambda: [kpi_of("won_revenue"), kpi_of("deals_won")])
    won = datetime(2026, 3, 31, 21, 30, tzinfo=UTC)
    make_deal(pipeline=make_pipeline(), amount=100, outcome="won", created_at=won, closed_at=won)


def words(key: str) -> list[tuple[int, str]]:
    return [(one.version, one.because) for one in versions_of(kpi_of(key))]


def test_a_night_without_a_change_begins_no_version(deal: None) -> None:
    night()
    night()
    assert words("won_revenue") == [(1, "")]
    assert Definition.objects.count() == 2


def test_another_zone_is_another_version_and_the_old_one_stays_readable(deal: None, manager) -> None:
    first = night()
    assert (number("won_revenue", *MARCH), number("won_revenue", *APRIL)) == (100, 0)
    with override_settings(TIME_ZONE="Pacific/Auckland"):
        second = night()
        assert (number("won_revenue", *MARCH), number("won_revenue", *APRIL)) == (0, 100)
        assert number("won_revenue", *MARCH, as_of=first.pk) == 100
        because = "The business zone was Europe/Berlin and became Pacific/Auckland."
        assert words("won_revenue") == [(2, because), (1, "")]
        assert Definition.objects.get(kpi="won_revenue", version=2).run == second
        page = staff_of(manager).get("/kpis/won-revenue/").content.decode()
        assert because in page
    assert MeasureState.objects.filter(key="deals_closed").count() == 2


def test_another_currency_is_another_version(deal: None) -> None:
    make_fx_rate(base="EUR", quote="USD", on="2026-01-01", rate=Decimal("1.25"))
    night()
    with override_settings(REPORTING_CURRENCY="USD"):
        night()
        assert number("won_revenue", *MARCH) == 125
    assert words("won_revenue")[0] == (2, "The reporting currency was EUR and became USD.")


def test_another_fiscal_year_is_another_version(deal: None) -> None:
    night()
    with override_settings(FISCAL_YEAR_START=4):
        night()
    assert words("deals_won")[0] == (2, "The first month of the fiscal year was 1 and became 4.")


def test_what_is_counted_otherwise_is_another_version(deal: None, monkeypatch: pytest.MonkeyPatch) -> None:
    night()
    rows = DealsClosed.rows
    monkeypatch.setattr(DealsClosed, "rows", staticmethod(lambda: rows().exclude(amount=1)))
    night()
    assert words("won_revenue")[0] == (2, "What it counts is told otherwise.")
