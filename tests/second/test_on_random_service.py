"""Whatever happens in support, surveys, care, marketing and on the website, both countings agree on it."""

from datetime import UTC, date, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from metrics.registry import all_kpis
from tests.metrics import asked
from tests.second import rooms
from tests.second.agreeing import by_hand, by_the_ledger
from tests.second.book import SECOND
from tests.second.helping import World
from tests.second.records import Span, read

__all__ = ["rooms"]

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
ZONE = ZoneInfo(django_settings.TIME_ZONE)
AUTUMN, SPRING = datetime(2025, 10, 12, 22, tzinfo=UTC), datetime(2026, 3, 15, 23, tzinfo=UTC)  # the clocks change
SPANS = {
    AUTUMN: [Span(date(2025, 10, 1), date(2025, 11, 1), ZONE), Span(date(2025, 11, 1), date(2025, 12, 1), ZONE)],
    SPRING: [Span(date(2026, 3, 1), date(2026, 4, 1), ZONE), Span(date(2026, 4, 1), date(2026, 5, 1), ZONE)],
}
ROOMS = ("care", "marketing", "steering", "support", "surveys", "waiting", "website")
KPIS = [kpi for kpi in all_kpis() if kpi.__module__.split(".")[-1] in ROOMS and kpi.key in SECOND]
MEASURES = list({measure: None for kpi in KPIS for measure in kpi.measures()})


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
@settings(max_examples=10, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000), first=st.sampled_from([AUTUMN, SPRING]))
def test_both_countings_agree_on_any_weeks_of_service(seed: int, first: datetime) -> None:
    with transaction.atomic():
        World(Random(seed), first).tell()
        asked.settle(*MEASURES)
        assert by_hand(read(), KPIS, *SPANS[first]) == by_the_ledger(KPIS, *SPANS[first])
        transaction.set_rollback(True)
