"""A world of whole months up to the one that holds yesterday; told in the middle of a month, that one is running."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from django.utils import timezone

from customers.models import User
from metrics.analyses.past import Past
from metrics.evaluate import Status, Value
from metrics.language import KPI
from metrics.periods import Grain, Period, add_months, containing, floor
from sales.models import Deal
from sales.services.deals import lose_deal, open_deal, win_deal
from tests.makers import make_customer, make_lost_reason


def month(ago: int) -> Period:
    """The month so many before the one that holds yesterday, the last settled day."""
    last = floor(timezone.localdate() - timedelta(days=1), Grain.MONTH)
    return containing(add_months(last, -ago), Grain.MONTH)


def won(owner: User, amount: int, ago: int, *, day: int = 10, is_won: bool = True) -> Deal:
    """A deal closed on a day of a month so long ago."""
    start = month(ago).start
    at = datetime(start.year, start.month, day, 12, tzinfo=UTC)
    made = Deal(name=f"Deal {amount}", customer=make_customer(), amount=Decimal(amount), owner=owner)
    opened = open_deal(made, at=at - timedelta(days=5))
    return win_deal(opened, at=at) if is_won else lose_deal(opened, reason=make_lost_reason(), at=at)


def past(kpi: type[KPI], numbers: Sequence[float | None], *, n: int = 100) -> Past:
    """A past told by hand, month by month, up to the last that is over."""
    values = [Value(None, None, None if one is None else Fraction(str(one)), n, Status.FINAL, None) for one in numbers]
    periods = [containing(add_months(date(2026, 1, 1), i), Grain.MONTH) for i in range(len(numbers))]
    return Past(kpi, Grain.MONTH, tuple(periods), tuple(values))
