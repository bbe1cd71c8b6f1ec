"""Whatever happens in support, surveys, care, marketing and on the website, in whatever zone, both countings agree."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from customers.services import merge_customers
from metrics.registry import all_kpis
from tests import makers
from tests.metrics import asked
from tests.second import rooms
from tests.second.agreeing import by_hand, by_the_ledger
from tests.second.book import SECOND
from tests.second.chance import Chance
from tests.second.hands import backlog_by_agent, solved_by_agent
from tests.second.helping import SOLVED_WITHIN, Asking, Help
from tests.second.hours import open_time, schedule_of
from tests.second.records import Records, Span, read
from tests.second.visiting import Leads, Patients, Visiting, tell_numbers

__all__ = ["rooms"]

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia")
DAYS = [
    (date(2025, 10, 1), date(2025, 11, 1)),  # the clocks go back, or forward in the south
    (date(2026, 1, 1), date(2026, 4, 1)),
    (date(2025, 5, 1), date(2026, 5, 1)),
]
ROOMS = ("care", "marketing", "steering", "support", "surveys", "waiting", "website")
KPIS = [kpi for kpi in all_kpis() if kpi.__module__.split(".")[-1] in ROOMS and kpi.key in SECOND]
MEASURES = list({measure: None for kpi in KPIS for measure in kpi.measures()})


@pytest.mark.timeout(600)
@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
@settings(
    max_examples=3, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(seed=st.integers(0, 10_000), zone=st.sampled_from(ZONES))
def test_both_countings_agree_on_any_service(seed: int, zone: str) -> None:
    with override_settings(TIME_ZONE=zone), transaction.atomic():
        tell(Chance(seed, ZoneInfo(zone)))
        asked.settle(*MEASURES)
        spans = [Span(start, end, ZoneInfo(zone)) for start, end in DAYS]
        records = read()
        assert by_hand(records, KPIS, *spans) == by_the_ledger(KPIS, *spans)
        assert set(open_until_due(records, ZoneInfo(zone))) <= {SOLVED_WITHIN}
        for span in spans:
            assert backlog_by_agent(records, span) == by_agent("backlog", span)
            assert solved_by_agent(records, span) == by_agent("tickets_solved", span)
        transaction.set_rollback(True)


def tell(chance: Chance) -> None:
    """Four customers, one of them only a test; in the end two turn out to be one."""
    customers = [makers.make_customer(is_test=number == 3) for number in range(4)]
    help_given = Help(chance, customers)
    help_given.tell()
    Asking(chance, customers, help_given.tickets).tell()
    for told in (Visiting, Leads, Patients):
        told(chance, customers).tell()
    tell_numbers(chance)
    merge_customers(customers[0], customers[1])


def open_until_due(records: Records, zone: ZoneInfo) -> Iterator[timedelta]:
    """How long we are open from each request to the moment a solution is promised for."""
    for ticket in records.tickets:
        schedule = schedule_of(records, ticket.schedule_id)
        if schedule and ticket.solve_due_at and ticket.priority == "normal":
            yield open_time(records, schedule, ticket.created_at, ticket.solve_due_at, zone)


def by_agent(key: str, span: Span) -> dict[str, Decimal | None]:
    return {who: number for who, number in asked.by_member(key, span.start, span.end, "agent").items() if number}
