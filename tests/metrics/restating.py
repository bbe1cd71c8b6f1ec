"""Three deals of January are won: 1,000, 500 and 200. After the night of 5 February the 500 becomes 700, the 200 is
deleted, and a win of 50 is entered late: January goes from 1,700 to 1,750.
"""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import time_machine

from customers.byline import at_work
from customers.models import User
from metrics import night
from metrics.measures.sales import DealsClosed
from metrics.models import Run
from metrics.night import settle_nights
from metrics.periods import Period
from metrics.registry import kpi_of
from sales.models import Deal
from tests.makers import make_deal, make_pipeline

JANUARY = Period(date(2025, 1, 1), date(2025, 2, 1))
DAYS = (JANUARY.start, JANUARY.end)
ASKED = "start=2025-01-01&end=2025-02-01"


def at(month: int, day: int) -> datetime:
    return datetime(2025, month, day, 12, tzinfo=UTC)


def won(amount: int, day: int, owner: User | None = None) -> Deal:
    return make_deal(
        pipeline=make_pipeline(),
        name=f"Deal {amount}",
        amount=amount,
        outcome="won",
        created_at=at(1, 1),
        closed_at=at(1, day),
        owner=owner,
    )


def nightly(day: int) -> Run:
    """The night before a day of February."""
    with time_machine.travel(datetime(2025, 2, day, 3, tzinfo=UTC), tick=False):
        run = settle_nights(kind=Run.Kind.MANUAL)
    assert run is not None
    assert run.status == Run.Status.DONE, list(run.steps.exclude(error="").values("key", "error"))
    return run


def keep_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A house with one measure and two KPIs."""
    kpis = [kpi_of("win_rate"), kpi_of("won_revenue")]
    monkeypatch.setattr(night, "all_measures", lambda: [DealsClosed])
    monkeypatch.setattr(night, "all_kpis", lambda: kpis)


def tell_january(owner: User, mate: User) -> SimpleNamespace:
    made = SimpleNamespace(first=won(1_000, 10, owner), second=won(500, 20, owner), third=won(200, 15, mate))
    made.before = nightly(5)
    return made


def correct(january: SimpleNamespace, by: User | None = None) -> Run:
    with at_work(by):
        Deal.objects.filter(pk=january.second.pk).update(amount=700)
        january.third.delete()
        january.late = won(50, 31)
    return nightly(6)
