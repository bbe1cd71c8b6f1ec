"""Deals, each counted when it closes."""

from fractions import Fraction

from tests.second.book import P90, Counted, mean, over, point, second, share
from tests.second.records import Records, Row, Span, walk
from tests.second.shared import is_real, money, seconds


@walk
def chances(records: Records) -> list[Row]:
    """Every deal that was one: of real customers, and not lost as the duplicate of another."""
    reasons = records.by_id("lost_reasons")
    return [
        deal
        for deal in records.deals
        if is_real(records, deal.customer_id)
        and not (deal.lost_reason_id and reasons[deal.lost_reason_id].is_duplicate)
    ]


def closed(records: Records, span: Span) -> list[Row]:
    return [deal for deal in chances(records) if span.holds(deal.closed_at)]


def won(records: Records, span: Span) -> list[Row]:
    return [deal for deal in closed(records, span) if deal.outcome == "won"]


def worth(records: Records, deals: list[Row], span: Span) -> Fraction:
    return sum((money(records, d.amount, d.currency, span.day(d.closed_at)) for d in deals), Fraction(0))


def cycles(records: Records, span: Span) -> list[int]:
    return [seconds(deal.created_at, deal.closed_at) for deal in won(records, span)]


@second("won_revenue")
def won_revenue(records: Records, span: Span) -> Counted:
    return worth(records, won(records, span), span)


@second("deals_won")
def deals_won(records: Records, span: Span) -> Counted:
    return len(won(records, span))


@second("opened_deals")
def opened_deals(records: Records, span: Span) -> Counted:
    return sum(1 for deal in chances(records) if span.holds(deal.created_at))


@second("win_rate")
def win_rate(records: Records, span: Span) -> Counted:
    return share(closed(records, span), lambda deal: deal.outcome == "won")


@second("win_rate_value")
def win_rate_value(records: Records, span: Span) -> Counted:
    return over(worth(records, won(records, span), span), worth(records, closed(records, span), span))


@second("average_deal")
def average_deal(records: Records, span: Span) -> Counted:
    return over(won_revenue(records, span), deals_won(records, span))


@second("sales_cycle")
def sales_cycle(records: Records, span: Span) -> Counted:
    return mean(cycles(records, span))


@second("sales_cycle_median")
def sales_cycle_median(records: Records, span: Span) -> Counted:
    return point(cycles(records, span))


@second("sales_cycle_p90")
def sales_cycle_p90(records: Records, span: Span) -> Counted:
    return point(cycles(records, span), P90)
