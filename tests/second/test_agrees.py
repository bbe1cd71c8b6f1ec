"""Counted a second time, from the records and without the engine, every KPI is what the ledger says it is."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.management import call_command

from metrics.language import KPI
from metrics.periods import Grain
from metrics.registry import all_kpis, kpi_of
from tests.metrics import asked
from tests.second import rooms
from tests.second.agreeing import Told, by_hand, by_the_ledger
from tests.second.book import NOT_COUNTED, SECOND
from tests.second.records import Records, Span, read
from tests.worlds import world

__all__ = ["rooms"]

CUSTOMERS, UNTIL = 120, date(2026, 3, 31)
ZONE = ZoneInfo(settings.TIME_ZONE)
pytestmark = pytest.mark.django_db
SPANS = {
    Grain.MONTH: Span(date(2026, 1, 1), date(2026, 2, 1), ZONE),
    Grain.QUARTER: Span(date(2025, 10, 1), date(2026, 1, 1), ZONE),
    Grain.YEAR: Span(date(2025, 1, 1), date(2026, 1, 1), ZONE),
}


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Records]:
    """The records of a small demo that stands settled in the database, and is rolled back after the module."""
    with world(django_db_blocker), pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLUMB_DEMO_LOGINS", str(tmp_path_factory.mktemp("demo") / "logins.json"))
        call_command("demo", customers=CUSTOMERS, until=UNTIL, verbosity=0)
        asked.night()
        yield read()


@pytest.fixture(scope="module")
def said(told: Records, django_db_blocker: Any) -> Told:
    """What the ledger says of all of them."""
    with django_db_blocker.unblock():
        return {one: number for grain, span in SPANS.items() for one, number in by_the_ledger(by(grain), span).items()}


def by(grain: Grain) -> list[type[KPI]]:
    return [kpi for kpi in all_kpis() if grain in kpi.grains and kpi.key in SECOND]


@pytest.mark.parametrize("key", SECOND)
def test_the_ledger_says_what_the_records_say(told: Records, said: Told, key: str) -> None:
    kpi = kpi_of(key)
    spans = [span for grain, span in SPANS.items() if grain in kpi.grains]
    assert by_hand(told, [kpi], *spans) == {(key, span): said[key, span] for span in spans}


def test_every_number_is_counted_twice_or_says_why_not() -> None:
    assert {kpi.key for kpi in all_kpis()} == SECOND.keys() | NOT_COUNTED.keys()
    assert not SECOND.keys() & NOT_COUNTED.keys()
