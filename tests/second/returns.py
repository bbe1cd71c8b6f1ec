"""What comes back of what was spent on marketing and on the CRM itself."""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction

from tests.second.book import Counted, over, second
from tests.second.costs import spent, to_market
from tests.second.orders import lines, placed
from tests.second.records import Records, Row, Span, walk
from tests.second.shared import money, survivor

REMEMBERED = timedelta(days=90)  # how long before an order a touch has a part in it


@walk
def touches(records: Records) -> dict[int | None, list[Row]]:
    """What touched each customer, as one or as the lead they were."""
    leads, found = records.by_id("leads"), {}  # type: ignore[var-annotated]
    for touch in records.touches:
        reached = touch.customer_id or leads[touch.lead_id].customer_id
        found.setdefault(survivor(records, reached), []).append(touch)
    return found


def owed(records: Records, span: Span) -> list[Row]:
    """The orders placed within the memory of a touch: all credit together is theirs, however it is given."""
    of = touches(records)
    return [
        order
        for order in placed(records, span)
        if any(
            touch.at <= order.placed_at <= touch.at + REMEMBERED
            for touch in of.get(survivor(records, order.customer_id), [])
        )
    ]


def attributed(records: Records, span: Span, amount: Callable[[Row], Fraction]) -> Fraction:
    return sum(
        (
            money(records, sum((amount(line) for line in lines(records, order)), Fraction(0)), order.currency, day)
            for order in owed(records, span)
            for day in [span.day(order.placed_at)]
        ),
        Fraction(0),
    )


def return_on(gain: Fraction, cost: Fraction | None) -> Fraction | None:
    return None if cost is None else over(gain - cost, cost)


@second("marketing_roi", "marketing_roi_first", "marketing_roi_last")
def marketing_roi(records: Records, span: Span) -> Counted:
    """Uncut it is the same however the credit is shared."""
    gain = attributed(records, span, lambda line: Fraction(0 if line.cost is None else line.net - line.cost))
    return return_on(gain, spent(records, span, to_market))


@second("marketing_return")
def marketing_return(records: Records, span: Span) -> Counted:
    return return_on(attributed(records, span, lambda line: Fraction(line.net)), spent(records, span, to_market))


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
