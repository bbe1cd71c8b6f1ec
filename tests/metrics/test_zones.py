"""730 days in 12 time zones, those with odd clocks among them: an event lies in exactly one day, and days add up."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import override_settings
from django.utils import timezone

from metrics.measures.marketing import LeadsCreated
from metrics.models import Fact, MeasureState
from metrics.periods import DAY
from sales.models import Lead
from tests.metrics.asked import number, series, settle

pytestmark = pytest.mark.django_db

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
)
FIRST, DAYS = date(2024, 1, 1), 730
LAST = FIRST + DAYS * DAY


@pytest.fixture(scope="module")
def moments() -> list[datetime]:
    """Every 11 hours of two years; and in every zone the seconds around each change of its clock."""
    start = datetime(2024, 1, 3, tzinfo=UTC)
    found = {start + timedelta(hours=11 * i) for i in range(DAYS * 24 // 11 - 12)}
    for zone in map(ZoneInfo, ZONES):
        for turn in turns(zone):
            found |= {turn + timedelta(seconds=s) for s in (-86_400, -3_601, -1, 0, 1, 1_799, 3_600, 86_399)}
            midnight = datetime.combine(turn.astimezone(zone).date(), datetime.min.time(), zone)
            found |= {midnight.astimezone(UTC) + timedelta(seconds=s) for s in (-1, 0, 1)}
    return sorted(found)


def turns(zone: ZoneInfo) -> Iterator[datetime]:
    """The moments at which a zone's clock is put forward or back."""
    hour = datetime(2024, 1, 10, tzinfo=UTC)
    while hour < datetime(2025, 12, 20, tzinfo=UTC):
        later = hour + timedelta(minutes=30)
        if hour.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            yield later
        hour = later


@pytest.mark.parametrize("zone", ZONES)
def test_every_event_is_in_exactly_one_day(zone: str, moments: list[datetime]) -> None:
    with override_settings(TIME_ZONE=zone), time_machine.travel(datetime(2026, 2, 1, 12, tzinfo=UTC), tick=False):
        timezone.deactivate()
        Lead.objects.bulk_create(Lead(name="Lead", created_at=at) for at in moments)
        settle(LeadsCreated)
        by_hand = Counter(at.astimezone(ZoneInfo(zone)).date() for at in moments)
        days = series("leads", FIRST, LAST, "day", places=0)
        assert len(days) == DAYS
        assert [int(n or 0) for n in days] == [by_hand[FIRST + i * DAY] for i in range(DAYS)]
        assert sum(int(n or 0) for n in days) == len(moments) == number("leads", FIRST, LAST, places=0)
        months = series("leads", FIRST, LAST, "month", places=0)
        assert sum(int(n or 0) for n in months) == len(moments)
        facts = Fact.objects.filter(measure=MeasureState.objects.live().get(key="leads_created").pk)
        assert facts.count() == facts.values("record").distinct().count() == len(moments)
