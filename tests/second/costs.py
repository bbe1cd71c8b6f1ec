"""What was spent, spread over its days, and what it cost to win a customer or to keep one."""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction

from django.conf import settings

from tests.second.book import Counted, over, second
from tests.second.records import Records, Row, Span
from tests.second.shared import day_by_day
from tests.second.staying import acquired, new_customers, subscribers

Chosen = Callable[[Row], bool]


def spent(records: Records, span: Span, chosen: Chosen) -> Fraction | None:
    """What was spent in these days; nothing at all where no cost was told of any of them."""
    parts = [part for cost in records.costs if chosen(cost) for part in day_by_day(records, cost, span).values()]
    return sum(parts, Fraction(0)) if parts else None


def to_acquire(cost: Row) -> bool:
    return cost.category in ("marketing", "sales")


def of_campaigns(cost: Row) -> bool:
    return to_acquire(cost) and cost.campaign_id is not None


def to_market(cost: Row) -> bool:
    return cost.category == "marketing"


def to_retain(cost: Row) -> bool:
    return cost.category == "retention"


@second("acquisition_cost")
def acquisition_cost(records: Records, span: Span) -> Counted:
    return spent(records, span, to_acquire) or 0


@second("cac")
def cac(records: Records, span: Span) -> Counted:
    return over(acquisition_cost(records, span), new_customers(records, span))


@second("cac_lagged")
def cac_lagged(records: Records, span: Span) -> Counted:
    lag = timedelta(days=settings.CAC_LAG_DAYS)
    earlier = Span(span.start - lag, span.end - lag, span.zone)
    return over(acquisition_cost(records, earlier), new_customers(records, span))


@second("cac_paid")
def cac_paid(records: Records, span: Span) -> Counted:
    customers = records.by_id("customers")
    won = [customers[one] for one, day in acquired(records, span).items() if one and span.holds(day)]
    return over(spent(records, span, of_campaigns), sum(1 for one in won if one.acquisition_campaign))


@second("retention_cost")
def retention_cost(records: Records, span: Span) -> Counted:
    kept = subscribers(records, span.before()) & subscribers(records, span)
    return over(spent(records, span, to_retain), len(kept))
