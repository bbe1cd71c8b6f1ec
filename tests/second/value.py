"""What customers are worth: what they bring in, for how long, and how it is spread over them."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil

from django.conf import settings

from tests.second.book import Counted, over, second, share
from tests.second.costs import cac
from tests.second.orders import brought_in, buyers, margin, paid, revenue
from tests.second.pipeline import midnight
from tests.second.records import DAY, Records, Row, Span
from tests.second.recurring import standing, steps
from tests.second.shared import survivor
from tests.second.staying import (
    acquired,
    arpa,
    churned,
    first_paid,
    first_subscribed,
    keeping_on_buying,
    subscribers,
    subscribing,
)

YEAR = 365
DAY_LONG = 86_400  # seconds
NEW_FOR = timedelta(days=30)  # how long a new subscriber is new


# ── Growth ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def months_earlier(day: date, months: int) -> date:
    """The first of a month, so many months before."""
    place = day.year * 12 + day.month - 1 - months
    return date(place // 12, place % 12 + 1, 1)


def months_long(span: Span) -> int:
    return (span.end.year - span.start.year) * 12 + span.end.month - span.start.month


def growth(records: Records, span: Span, months: int) -> Fraction | None:
    earlier = Span(months_earlier(span.start, months), months_earlier(span.end, months), span.zone)
    then = revenue(records, earlier)
    return over(revenue(records, span) - then, then)


@second("sales_growth")
def sales_growth(records: Records, span: Span) -> Counted:
    return growth(records, span, months_long(span))


@second("sales_growth_year")
def sales_growth_year(records: Records, span: Span) -> Counted:
    return growth(records, span, 12)


# ── What customers bring in ─────────────────────────────────────────────────────────────────────────────────────────


@second("revenue_new_customers")
def revenue_new_customers(records: Records, span: Span) -> Counted:
    return brought_in(records, [order for order in paid(records) if is_of_new(records, order, span)], span)


def is_of_new(records: Records, order: Row, span: Span) -> bool:
    """The first order of a customer; of one who subscribes by then, any of their first thirty days."""
    customer = survivor(records, order.customer_id)
    subscribed, began = first_subscribed(records).get(customer), first_paid(records)[customer]
    new_for = NEW_FOR if subscribed and subscribed <= order.placed_at else timedelta()
    return (
        order.placed_at <= began + new_for and span.day(order.placed_at) <= acquired(records, span)[customer] + new_for
    )


@second("arpu")
def arpu(records: Records, span: Span) -> Counted:
    """Who had recurring revenue at any time of these days had it when they began, or got it in them."""
    got = {step.customer for step in steps(records) if step.after and span.holds(step.at)}
    return over(revenue(records, span), len({*standing(records, span.before()), *got, *buyers(records, span)}))


def by_buyer(records: Records, span: Span) -> list[Fraction]:
    """What each customer who bought in these days brought in, refunds of the same days taken off; the least first."""
    amounts = dict.fromkeys(buyers(records, span), Fraction(0))
    for order in paid(records):
        if (buyer := survivor(records, order.customer_id)) in amounts:
            amounts[buyer] += brought_in(records, [order], span)
    return sorted(amounts.values())


@second("pareto_share")
def pareto_share(records: Records, span: Span) -> Counted:
    amounts = by_buyer(records, span)
    return over(sum(amounts[-ceil(Fraction(len(amounts), 5)) :]), revenue(records, span))


@second("gini")
def gini(records: Records, span: Span) -> Counted:
    amounts = by_buyer(records, span)
    n = len(amounts)
    return over(sum((2 * rank - n - 1) * amount for rank, amount in enumerate(amounts, 1)), n * sum(amounts))


# ── How long, and so how much ───────────────────────────────────────────────────────────────────────────────────────


def lately(span: Span) -> Span:
    return span.last(YEAR)


@second("ltv")
def ltv(records: Records, span: Span) -> Counted:
    """Revenue per account, times margin, over the monthly churn of the six months before the last one."""
    typical, kept = arpa(records, span), margin(records, lately(span))
    if typical is None or kept is None:
        return None
    return over(typical * kept, churn_of_six_months(records, span))


def churn_of_six_months(records: Records, span: Span) -> Fraction | None:
    month = (span.end - DAY).replace(day=1)
    edges = [months_earlier(month, count) for count in range(6, -1, -1)]
    pairs = [churned(records, Span(start, end, span.zone)) for start, end in pairwise(edges)]
    return over(sum(gone for gone, _ in pairs), sum(there for _, there in pairs))


@second("cac_to_clv")
def cac_to_clv(records: Records, span: Span) -> Counted:
    return over(cac(records, span), ltv(records, span))


@second("ltv_to_cac")
def ltv_to_cac(records: Records, span: Span) -> Counted:
    return over(ltv(records, span), cac(records, span))


@second("cac_payback")
def cac_payback(records: Records, span: Span) -> Counted:
    typical, kept = arpa(records, span), margin(records, lately(span))
    return None if typical is None or kept is None else over(cac(records, span), typical * kept)


@second("clv_margin_discounted")
def clv_margin_discounted(records: Records, span: Span) -> Counted:
    typical, kept = arpa(records, span), margin(records, lately(span))
    there = list(subscribers(records, lately(span).before()))
    staying = share(there, lambda one: one in subscribers(records, span))
    if typical is None or kept is None or staying is None:
        return None
    return over(12 * typical * kept * staying, 1 + Fraction(settings.DISCOUNT_RATE) - staying)


@second("customer_lifespan")
def customer_lifespan(records: Records, span: Span) -> Counted:
    """The mean life by Kaplan and Meier, up to the longest known, to the second."""
    lived = [life for life in lives(records, span) if life[0] > 0]
    if not lived:
        return None
    area, alive, since = Fraction(0), Fraction(1), 0
    for day in sorted({days for days, _ in lived}):
        area += alive * (day - since)
        gone = sum(1 for days, is_over in lived if is_over and days == day)
        alive *= 1 - Fraction(gone, sum(1 for days, _ in lived if days >= day))
        since = day
    return round(area * DAY_LONG)


def lives(records: Records, span: Span) -> list[tuple[int, bool]]:
    """For how long each customer had been one when these days end, to the nearest day, and whether that was all."""
    first: dict[int | None, datetime] = {}
    last: dict[int | None, datetime] = {}
    until = midnight(span)
    for customer, begin, end in [*subscribing(records), *keeping_on_buying(records)]:
        if begin < until:
            first[customer] = min(begin, first.get(customer, begin))
            last[customer] = max(end or until, last.get(customer, begin))
    return [(round((min(last[one], until) - begin) / DAY), last[one] < until) for one, begin in first.items()]


@second("clv_historical")
def clv_historical(records: Records, span: Span) -> Counted:
    each, life = (
        over(revenue(records, lately(span)), len(buyers(records, lately(span)))),
        customer_lifespan(records, span),
    )
    return None if each is None or life is None else each * life / (YEAR * DAY_LONG)
