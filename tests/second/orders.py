"""Orders: what was sold, what went back, and who bought."""

from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction

from tests.second.book import Counted, mean, over, second, share
from tests.second.records import Records, Row, Span, walk
from tests.second.shared import is_real, line_of, money, survivor


@walk
def paid(records: Records) -> list[Row]:
    """Every order somebody real paid."""
    return [order for order in records.orders if order.status == "paid" and is_real(records, order.customer_id)]


def placed(records: Records, span: Span) -> list[Row]:
    return [order for order in paid(records) if span.holds(order.placed_at)]


def lines(records: Records, order: Row) -> list[Row]:
    return records.of("order_lines", "order_id").get(order.id, [])


def net(records: Records, order: Row, span: Span) -> Fraction:
    """What an order comes to, changed into our currency at once, at the rate of the day it was placed."""
    total = sum((line.net for line in lines(records, order)), Decimal(0))
    return money(records, total, order.currency, span.day(order.placed_at))


def sold(records: Records, order: Row, span: Span) -> Fraction:
    """The same line by line, as products are counted: each line is changed by itself."""
    day = span.day(order.placed_at)
    return sum((money(records, line.net, order.currency, day) for line in lines(records, order)), Fraction(0))


def given_back(records: Records, order: Row, span: Span) -> Fraction:
    """What went back of an order in these days, whenever it was placed, each refund at the rate of its own day."""
    refunds = records.of("refunds", "order_id").get(order.id, [])
    mine = (refund for refund in refunds if span.holds(refund.at))
    return sum((money(records, refund.net, order.currency, span.day(refund.at)) for refund in mine), Fraction(0))


def brought_in(records: Records, orders: list[Row], span: Span) -> Fraction:
    """Of these orders, what was sold in these days less what went back in them."""
    came = (sold(records, order, span) for order in orders if span.holds(order.placed_at))
    return sum(came, Fraction(0)) - sum((given_back(records, order, span) for order in orders), Fraction(0))


def buyers(records: Records, span: Span) -> Counter[int | None]:
    """Who bought, and how often."""
    return Counter(survivor(records, order.customer_id) for order in placed(records, span))


def costed(records: Records, span: Span) -> tuple[Fraction, Fraction]:
    """What the lines whose cost is known were sold for, and what they cost us."""
    price = cost = Fraction(0)
    for order in placed(records, span):
        for line in lines(records, order):
            if line.cost is not None:
                price += money(records, line.net, order.currency, span.day(order.placed_at))
                cost += money(records, line.cost, order.currency, span.day(order.placed_at))
    return price, cost


def margin(records: Records, span: Span) -> Fraction | None:
    price, cost = costed(records, span)
    return over(price - cost, price)


@second("revenue")
def revenue(records: Records, span: Span) -> Fraction:
    return brought_in(records, paid(records), span)


@second("orders")
def orders(records: Records, span: Span) -> Counted:
    return len(placed(records, span))


@second("average_order")
def average_order(records: Records, span: Span) -> Counted:
    charged = (order for order in placed(records, span) if any(line.net for line in lines(records, order)))
    return mean(net(records, order, span) for order in charged)


@second("average_order_line")
def average_order_line(records: Records, span: Span) -> Counted:
    """What an order holds of one product line is one amount."""
    return mean(
        money(records, amount, order.currency, span.day(order.placed_at))
        for order in placed(records, span)
        for amount in by_line(records, order)
        if amount > 0
    )


def by_line(records: Records, order: Row) -> list[Decimal]:
    amounts: dict[int | None, Decimal] = defaultdict(Decimal)
    for line in lines(records, order):
        amounts[line_of(records, line.product_id)] += line.net
    return list(amounts.values())


@second("purchase_frequency")
def purchase_frequency(records: Records, span: Span) -> Counted:
    return over(len(placed(records, span)), len(buyers(records, span)))


@second("repeat_rate")
def repeat_rate(records: Records, span: Span) -> Counted:
    until_then = buyers(records, span.from_the_first())
    return share(list(buyers(records, span)), lambda buyer: until_then[buyer] >= 2)


@second("gross_margin")
def gross_margin(records: Records, span: Span) -> Counted:
    return margin(records, span)


@second("customer_value")
def customer_value(records: Records, span: Span) -> Counted:
    return over(revenue(records, span), len(buyers(records, span)))
