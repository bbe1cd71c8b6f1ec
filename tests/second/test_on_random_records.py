"""Whatever a company sells, rents out and spends, in whatever zone, both countings agree on every number of it."""

import os
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from metrics.registry import all_kpis
from tests import makers
from tests.metrics import asked
from tests.second import rooms
from tests.second.agreeing import by_hand, by_the_ledger
from tests.second.book import SECOND
from tests.second.chance import Chance
from tests.second.records import Span, read
from tests.second.renting import Renting
from tests.second.selling import Company

__all__ = ["rooms"]

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia")
DAYS = [
    (date(2025, 10, 1), date(2025, 11, 1)),  # the clocks go back, or forward in the south
    (date(2026, 3, 1), date(2026, 4, 1)),
    (date(2026, 1, 1), date(2026, 4, 1)),
    (date(2025, 1, 1), date(2026, 1, 1)),
]
ROOMS = ("lifecycle", "pipeline", "retention", "returns", "sales", "value")
KPIS = [kpi for kpi in all_kpis() if kpi.__module__.split(".")[-1] in ROOMS and kpi.key in SECOND]
MEASURES = list({measure: None for kpi in KPIS for measure in kpi.measures()})


@pytest.mark.timeout(600)
@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
@settings(
    max_examples=int(os.environ.get("PLUMB_STORIES", "3")),
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(0, 10_000), zone=st.sampled_from(ZONES))
def test_both_countings_agree_on_any_company(seed: int, zone: str) -> None:
    with override_settings(TIME_ZONE=zone), transaction.atomic():
        tell(Chance(seed, ZoneInfo(zone)))
        asked.settle(*MEASURES)
        spans = [Span(start, end, ZoneInfo(zone)) for start, end in DAYS]
        assert by_hand(read(), KPIS, *spans) == by_the_ledger(KPIS, *spans)
        transaction.set_rollback(True)


def tell(chance: Chance) -> None:
    company = Company(chance)
    company.tell()
    plans = [makers.make_plan(product=chance.one([*company.products, None])) for _ in range(3)]
    Renting(chance, company.customers, plans).tell()
    company.end()
