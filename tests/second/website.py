"""The website and the shop window: visits, mailing lists, carts, and who answers a campaign."""

from bisect import bisect_right

from tests.second.book import Counted, over, second, share
from tests.second.records import DAY, Records, Row, Span, walk
from tests.second.shared import is_real, survivor
from tests.second.ways import within

PURCHASE = {"purchase", "purchases", "purchased", "bought", "order", "ordered", "kauf"}

# ── Visits ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@walk
def visits(records: Records) -> list[Row]:
    """Visits of people who agreed to be counted, the oldest first."""
    found = [v for v in records.visits if v.has_consent and not v.is_bot and is_real(records, v.customer_id)]
    return sorted(found, key=lambda visit: (visit.started_at, visit.id))


def sessions(records: Records, span: Span) -> list[Row]:
    return [visit for visit in visits(records) if span.holds(visit.started_at)]


def did_something(records: Records, visit: Row) -> bool:
    return visit.id in records.of("key_events", "visit_id")


@second("session_conversion")
def session_conversion(records: Records, span: Span) -> Counted:
    return share(sessions(records, span), lambda visit: did_something(records, visit))


@second("session_purchases")
def session_purchases(records: Records, span: Span) -> Counted:
    bought = {event.visit_id for event in records.key_events if event.kind.lower() in PURCHASE}
    return share(sessions(records, span), lambda visit: visit.id in bought)


@second("visitor_conversion")
def visitor_conversion(records: Records, span: Span) -> Counted:
    found = sessions(records, span)
    converted = {visit.visitor_key for visit in found if did_something(records, visit)}
    return over(len(converted), len({visit.visitor_key for visit in found}))


@second("visits_to_orders")
def visits_to_orders(records: Records, span: Span) -> Counted:
    return share(sessions(records, span), lambda visit: visit.id in leading_to_orders(records))


@walk
def leading_to_orders(records: Records) -> set[int]:
    """An order is owed to the last visit of its customer before it, if that was within seven days."""
    by_customer: dict[int | None, list[Row]] = {}
    for visit in visits(records):
        if visit.customer_id:
            by_customer.setdefault(survivor(records, visit.customer_id), []).append(visit)
    found = set()
    for order in records.orders:
        earlier = by_customer.get(survivor(records, order.customer_id), [])
        place = bisect_right(earlier, order.placed_at, key=lambda visit: visit.started_at)
        if order.status == "paid" and place and within(7 * DAY, earlier[place - 1].started_at, order.placed_at):
            found.add(earlier[place - 1].id)
    return found


# ── Mailing lists ───────────────────────────────────────────────────────────────────────────────────────────────────


def on_lists(records: Records, span: Span) -> set[tuple[str, str]]:
    """Who is on which list when these days are over: joined by then, and not left by then."""
    return {
        (row.email.lower(), row.mailing_list.lower())
        for row in records.email_subscriptions
        if span.reached(row.subscribed_at) and not span.reached(row.ended_at) and is_real(records, row.customer_id)
    }


@second("email_subscribers")
def email_subscribers(records: Records, span: Span) -> Counted:
    return len(on_lists(records, span))


@second("email_churn")
def email_churn(records: Records, span: Span) -> Counted:
    at_start = on_lists(records, span.before())
    return over(len(at_start - on_lists(records, span)), len(at_start))


# ── Carts and campaigns ─────────────────────────────────────────────────────────────────────────────────────────────


def carts(records: Records, span: Span) -> list[Row]:
    return [cart for cart in records.carts if span.holds(cart.created_at) and is_real(records, cart.customer_id)]


def is_left(records: Records, cart: Row) -> bool:
    """No order within a day of its last activity."""
    order = records.by_id("orders").get(cart.order_id)
    return order is None or not within(DAY, cart.last_activity_at, order.placed_at)


@second("cart_abandonment")
def cart_abandonment(records: Records, span: Span) -> Counted:
    return share(carts(records, span), lambda cart: is_left(records, cart))


@second("cart_recovery")
def cart_recovery(records: Records, span: Span) -> Counted:
    left = [cart for cart in carts(records, span) if is_left(records, cart)]
    return share(left, lambda cart: cart.order_id is not None)


@second("campaign_response_rate")
def campaign_response_rate(records: Records, span: Span) -> Counted:
    reached = [
        row
        for row in records.campaign_recipients
        if span.holds(row.sent_at) and row.bounced_at is None and is_real(records, row.customer_id)
    ]
    return share(reached, lambda row: within(14 * DAY, row.sent_at, row.responded_at))
