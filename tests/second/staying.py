"""Who is a customer: subscribing or buying, since when, until when, and who stays."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TypeVar

from tests.second.book import Counted, over, second, share
from tests.second.orders import paid
from tests.second.records import Records, Span, walk
from tests.second.recurring import mrr, steps
from tests.second.shared import is_real, survivor

Stretch = tuple[int | None, datetime, datetime | None]  # a customer, since when, until when
BUYING_KEEPS = timedelta(days=365)  # a paid order makes somebody a customer so long
PAUSE_KEEPS = timedelta(days=90)  # a pause counts as staying so long


@walk
def subscribing(records: Records) -> list[Stretch]:
    """From when to when each subscription makes its customer one: paying, or resting for not too long."""
    found: list[Stretch] = []
    since: dict[int, datetime] = {}
    until: dict[int, datetime] = {}
    for step in steps(records):
        number = step.subscription.id
        if number in until and (step.kind == "end" or step.at >= until[number]):
            found.append((step.customer, since.pop(number), min(step.at, until.pop(number))))
        if step.after:
            until.pop(number, None)
            since.setdefault(number, step.at)
        elif number in since and number not in until:
            until[number] = step.at + (PAUSE_KEEPS if step.kind == "pause" else timedelta())
    subscriptions = records.by_id("subscriptions")
    going_on = ((subscriptions[number].customer_id, begin, until.get(number)) for number, begin in since.items())
    return [*found, *((survivor(records, customer), begin, end) for customer, begin, end in going_on)]


@walk
def keeping_on_buying(records: Records) -> list[Stretch]:
    """From when to when each paid order makes its customer one."""
    return [
        (survivor(records, order.customer_id), order.placed_at, order.placed_at + BUYING_KEEPS)
        for order in paid(records)
    ]


def there(stretches: list[Stretch], span: Span) -> set[int | None]:
    """Who is one when these days end."""
    return {customer for customer, begin, end in stretches if span.reached(begin) and not span.reached(end)}


@walk
def subscribers(records: Records, span: Span) -> set[int | None]:
    return there(subscribing(records), span)


@walk
def buying(records: Records, span: Span) -> set[int | None]:
    return there(keeping_on_buying(records), span)


def payers(records: Records, span: Span) -> set[int | None]:
    last = {step.subscription.id: step for step in steps(records) if span.reached(step.at)}
    return {step.customer for step in last.values() if step.after > 0}


@second("active_customers")
def active_customers(records: Records, span: Span) -> int:
    return len(subscribers(records, span))


@second("active_buyers")
def active_buyers(records: Records, span: Span) -> Counted:
    return len(buying(records, span))


@second("retention_rate")
def retention_rate(records: Records, span: Span) -> Counted:
    return share(list(subscribers(records, span.before())), lambda one: one in subscribers(records, span))


def churned(records: Records, span: Span) -> tuple[int, int]:
    """How many of those who subscribed when these days began no longer do, and how many those were."""
    there = subscribers(records, span.before())
    return len(there - subscribers(records, span)), len(there)


@second("churn_rate")
def churn_rate(records: Records, span: Span) -> Counted:
    return over(*churned(records, span))


@second("retention_textbook")
def retention_textbook(records: Records, span: Span) -> Counted:
    new = {step.customer for step in steps(records) if step.name == "new" and span.holds(step.at)}
    return over(active_customers(records, span) - len(new), active_customers(records, span.before()))


@second("arpa")
def arpa(records: Records, span: Span) -> Counted:
    """Who pauses for up to 90 days subscribes, and brings in nothing."""
    return over(mrr(records, span), len(payers(records, span)))


# ── Becoming one ────────────────────────────────────────────────────────────────────────────────────────────────────


When = TypeVar("When", bound=date)


def earliest(pairs: Iterable[tuple[int | None, When]]) -> dict[int | None, When]:
    found: dict[int | None, When] = {}
    for customer, at in pairs:
        found[customer] = min(at, found.get(customer, at))
    return found


@walk
def first_subscribed(records: Records) -> dict[int | None, datetime]:
    """When each subscriber first had recurring revenue."""
    return earliest((step.customer, step.at) for step in steps(records) if step.after)


@walk
def first_paid(records: Records) -> dict[int | None, datetime]:
    """When each customer first paid: an order, or for a month."""
    orders = [(survivor(records, order.customer_id), order.placed_at) for order in paid(records)]
    return earliest([*orders, *first_subscribed(records).items()])


@walk
def acquired(records: Records, span: Span) -> dict[int | None, date]:
    """The day each real customer became one: the first that is told or shown. The span lends its zone only."""
    told = [(survivor(records, one.id), one.acquired_on) for one in records.customers if is_real(records, one.id)]
    shown = [(one, span.day(at)) for one, at in first_paid(records).items()]
    return earliest(shown + [(one, day) for one, day in told if day])


@second("new_customers")
def new_customers(records: Records, span: Span) -> int:
    return sum(1 for day in acquired(records, span).values() if span.holds(day))
