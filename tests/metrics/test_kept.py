"""Terms that follow customers are kept from night to night, and only what changed is added."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db.models import QuerySet
from django.utils import timezone

from metrics.measures.lifecycle import ActiveBuyers, ActiveCustomers, MRRMovements
from metrics.measures.sales import ProductsSold
from metrics.models import Finding, KeptTerm, Snapshot
from metrics.night import settle_nights
from metrics.registry import kpi_of
from sales.models import Subscription
from sales.services.subscriptions import end_subscription, start_subscription
from tests.makers import make_customer
from tests.metrics.asked import night, number

pytestmark = pytest.mark.django_db
MEASURES = [ActiveCustomers, ActiveBuyers, MRRMovements, ProductsSold]
FEBRUARY, MARCH = ("2026-02-01", "2026-03-01"), ("2026-03-01", "2026-04-01")


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A house with a few KPIs that follow customers, on 10 April 2026."""
    kpis = [kpi_of(key) for key in ("churn_rate", "customer_lifespan", "grr")]
    monkeypatch.setattr("metrics.night.all_measures", lambda: MEASURES)
    monkeypatch.setattr("metrics.night.all_kpis", lambda: kpis)
    with time_machine.travel(at(4, 10), tick=False) as clock:
        yield clock


@pytest.fixture
def subscriptions(house: Any) -> list[Subscription]:
    """Ten customers subscribe on 5 January for 100 a month; the first leaves on 10 February."""
    found = [
        start_subscription(Subscription(customer=make_customer(name=f"Customer {i}"), price=Decimal(100)), at=at(1, 5))
        for i in range(10)
    ]
    end_subscription(found[0], at=at(2, 10))
    return found


def left(month: int) -> Decimal | None:
    return Snapshot.objects.get(kpi="churn_rate", grain="month", start=date(2026, month, 1), is_latest=True).value


def february() -> QuerySet[KeptTerm]:
    return KeptTerm.objects.filter(start=date(2026, 2, 1), end=date(2026, 3, 1))


def test_a_late_change_is_added_to_what_was_kept(subscriptions: list[Subscription], house: Any) -> None:
    night()
    assert (left(2), left(3)) == (Decimal("0.1"), 0)
    assert number("customer_lifespan", *MARCH) is not None
    first = dict(february().values_list("name", "read_at"))

    house.shift(timedelta(hours=1))
    end_subscription(subscriptions[1], at=at(2, 20))  # Told in April.
    end_subscription(subscriptions[2], at=at(3, 20))
    run = night()
    # Of ten at the start of February two had left by its end; of eight at the start of March one.
    assert (left(2), left(3)) == (Decimal("0.2"), Decimal("0.125"))
    assert number("grr", *FEBRUARY) == Decimal("0.8")
    # Nothing of it was read as a whole.
    assert dict(february().values_list("name", "read_at")) == first
    assert set(KeptTerm.objects.values_list("run", flat=True)) == {run.pk}


def test_the_running_month_grows_by_a_day(subscriptions: list[Subscription], house: Any) -> None:
    night()
    assert KeptTerm.objects.filter(start=date(2026, 4, 1), end=date(2026, 4, 10)).exists()
    # So are the nine days of March it is held against.
    assert KeptTerm.objects.filter(start=date(2026, 3, 1), end=date(2026, 3, 10)).exists()
    end_subscription(subscriptions[1], at=at(4, 10))
    assert number("churn_rate", "2026-04-01", "2026-05-01") == 0  # The day is not settled.
    assert number("churn_rate", "2026-04-01", "2026-05-01", as_of="today") == Decimal("0.111111")
    house.shift(timedelta(days=1))
    night()
    assert left(4) == Decimal("0.111111111111")  # One of nine.
    assert not KeptTerm.objects.filter(start=date(2026, 4, 1), end=date(2026, 4, 10)).exists()
    # After a fortnight without a night it is read anew.
    house.shift(timedelta(days=14))
    end_subscription(subscriptions[2], at=at(4, 20))
    night()
    assert left(4) == Decimal("0.222222222222")


def test_what_was_kept_wrong_is_found_within_a_week_and_published_anew(
    subscriptions: list[Subscription], house: Any
) -> None:
    night()
    house.shift(timedelta(hours=1))
    assert february().filter(held={"": [10, 10]}).update(held={"": [20, 20]}) == 1  # Who was there at the start.
    end_subscription(subscriptions[1], at=at(2, 20))
    night()
    assert left(2) == Decimal("0.1")  # 2 of 20: what was kept is believed until it is looked at again.
    assert not Finding.objects.exists()

    KeptTerm.objects.update(read_at=timezone.now() - timedelta(days=7))
    run = night()
    assert left(2) == Decimal("0.2")
    finding = Finding.objects.get(run=run)
    assert (finding.kind, finding.about, finding.is_repaired) == ("weekly", "active_customers", True)
    assert finding.cell == "active customers at the start, 2026-02-01/2026-03-01"


def test_terms_nobody_asks_for_any_more_are_dropped(
    subscriptions: list[Subscription], house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    night()
    kept = KeptTerm.objects.count()
    monkeypatch.setattr("metrics.night.all_kpis", lambda: [kpi_of("grr")])
    night()
    assert 0 < KeptTerm.objects.count() < kept


def test_what_was_kept_outlives_a_night_that_could_not_renew_it(
    subscriptions: list[Subscription], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = night()
    end_subscription(subscriptions[1], at=at(3, 20))
    with monkeypatch.context() as patch:
        patch.setattr("metrics.keeping.read_whole", broken)
        run = settle_nights(kind="manual")
    assert run is not None
    assert run.status == "failed"
    # The numbers are right all the same: what was kept, and what changed since.
    assert left(3) == Decimal("0.111111111111")  # One of nine.
    assert set(KeptTerm.objects.values_list("run", flat=True)) == {first.pk}
    night()
    assert left(3) == Decimal("0.111111111111")


def broken(*asked: Any) -> None:
    raise ArithmeticError("not today")


def test_where_very_many_changed_all_are_read(
    subscriptions: list[Subscription], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metrics.kept.MANY", 2)
    night()
    for subscription in subscriptions[1:5]:
        end_subscription(subscription, at=at(3, 20))
    night()
    assert left(3) == Decimal("0.444444444444")  # Four of nine.
