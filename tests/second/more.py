"""Customers who take more of what they have, or something new to them."""

from collections.abc import Iterator
from datetime import datetime

from tests.second.book import Counted, second, share
from tests.second.deals import won
from tests.second.orders import lines, paid
from tests.second.records import Records, Span, walk
from tests.second.recurring import steps
from tests.second.shared import is_real, line_of, survivor
from tests.second.staying import subscribers

Taking = tuple[datetime, int, int]  # when which customer took something of which product line


def sold(records: Records, span: Span, kind: str) -> set[int | None]:
    return {survivor(records, deal.customer_id) for deal in won(records, span) if deal.kind == kind}


def raised(records: Records, span: Span) -> set[int]:
    """Whose running subscription became worth more, other than by a price we raised."""
    return {
        step.customer
        for step in steps(records)
        if span.holds(step.at) and 0 < step.before < step.after and step.reason != "price"
    }


@walk
def takings(records: Records) -> list[Taking]:
    """Everything that real customers took of any product line, in its order."""
    return sorted([*bought(records), *subscribed(records)])


def bought(records: Records) -> Iterator[Taking]:
    for order in paid(records):
        for line in lines(records, order):
            if number := line_of(records, line.product_id):
                yield order.placed_at, survivor(records, order.customer_id) or 0, number


def subscribed(records: Records) -> Iterator[Taking]:
    plans = records.by_id("plans")
    for one in records.subscriptions:
        number = line_of(records, plans[one.plan_id].product_id) if one.plan_id else None
        if number and is_real(records, one.customer_id):
            yield one.started_at, survivor(records, one.customer_id) or 0, number


def broadened(records: Records, span: Span) -> set[int | None]:
    """Who took something of a product line they had nothing of before."""
    had: set[tuple[int, int]] = set()
    found: set[int | None] = set()
    for at, customer, line in takings(records):
        if (customer, line) not in had and span.holds(at):
            found.add(customer)
        had.add((customer, line))
    return found


def there(records: Records, span: Span) -> list[int | None]:
    return list(subscribers(records, span.before()))


@second("upsell_rate")
def upsell_rate(records: Records, span: Span) -> Counted:
    took = raised(records, span) | sold(records, span, "upsell")
    return share(there(records, span), took.__contains__)


@second("cross_sell_rate")
def cross_sell_rate(records: Records, span: Span) -> Counted:
    took = broadened(records, span) | sold(records, span, "cross_sell")
    return share(there(records, span), took.__contains__)
