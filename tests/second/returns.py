"""What comes back of what was spent on marketing and on the CRM itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction

from tests.second.book import Counted, over, second
from tests.second.costs import spent, to_market
from tests.second.orders import lines, paid
from tests.second.records import Records, Row, Span, walk
from tests.second.shared import money, part, survivor

Amount = Callable[[Row], Fraction]
REMEMBERED = timedelta(days=90)  # how long before an order a touch has a part in it


@walk
def touches(records: Records) -> dict[int | None, list[Row]]:
    """What touched each customer, as one or as the lead they were."""
    leads, found = records.by_id("leads"), {}  # type: ignore[var-annotated]
    for touch in records.touches:
        reached = touch.customer_id or leads[touch.lead_id].customer_id
        found.setdefault(survivor(records, reached), []).append(touch)
    return found


def remembered(records: Records, order: Row) -> int:
    """How many touches an order is owed to."""
    mine = touches(records).get(survivor(records, order.customer_id), [])
    return sum(1 for touch in mine if touch.at <= order.placed_at < touch.at + REMEMBERED)


def attributed(records: Records, span: Span, amount: Amount, *, evenly: bool = True) -> Fraction:
    """What the orders anybody was touched before brought in; shared evenly, to the millionth, or all for one touch.

    What went back is taken off whole on its own day, shared as its order was.
    """
    total = Fraction(0)
    for order in paid(records):
        touched = remembered(records, order)
        for at, whole in happened(records, order, amount) if touched else ():
            if span.holds(at):
                parts = [part(whole, number, touched) for number in range(touched)] if evenly else [whole]
                total += sum(money(records, one, order.currency, span.day(at)) for one in parts)
    return total


def happened(records: Records, order: Row, amount: Amount) -> list[tuple[datetime, Fraction]]:
    """What an order came to, and each refund of it, less than 0, at the moment of each."""
    sum_of_lines = sum((amount(line) for line in lines(records, order)), Fraction(0))
    refunds = records.of("refunds", "order_id").get(order.id, [])
    return [(order.placed_at, sum_of_lines), *((refund.at, -Fraction(refund.net)) for refund in refunds)]


def earned(line: Row) -> Fraction:
    return Fraction(0 if line.cost is None else line.net - line.cost)


def sold(line: Row) -> Fraction:
    return Fraction(line.net)


def return_on(gain: Fraction, cost: Fraction | None) -> Fraction | None:
    return None if cost is None else over(gain - cost, cost)


@second("marketing_roi")
def marketing_roi(records: Records, span: Span) -> Counted:
    return return_on(attributed(records, span, earned), spent(records, span, to_market))


@second("marketing_roi_first", "marketing_roi_last")
def marketing_roi_first(records: Records, span: Span) -> Counted:
    """Uncut it is the same whichever touch has all the credit."""
    return return_on(attributed(records, span, earned, evenly=False), spent(records, span, to_market))


@second("marketing_return")
def marketing_return(records: Records, span: Span) -> Counted:
    return return_on(attributed(records, span, sold), spent(records, span, to_market))


@second("crm_roi")
def crm_roi(records: Records, span: Span) -> Counted:
    measures = records.by_id("manual_measures")
    gains = [
        Fraction(told.value)
        for told in records.manual_values
        for measure in [measures[told.measure_id]]
        if span.holds(told.ends_on) and measure.unit == "money" and measure.key.startswith("crm_gain")
    ]
    return return_on(sum(gains, Fraction(0)), spent(records, span, lambda cost: cost.category == "crm"))
