"""What every room counts by: who is real, what money is worth, how long something took."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from django.conf import settings

from tests.second.records import DAY, Records, Row, Span, walk

MILLION = 1_000_000


def survivor(records: Records, customer: int | None) -> int | None:
    """Who a customer is today: whoever they were merged into, however often."""
    if customer is None:
        return None
    into = records.by_id("customers")[customer].merged_into_id
    return survivor(records, into) if into else customer


def is_real(records: Records, customer: int | None) -> bool:
    """No test record; what belongs to no customer counts."""
    return customer is None or not records.by_id("customers")[survivor(records, customer)].is_test  # type: ignore[index]


def line_of(records: Records, product: int | None) -> int | None:
    """The product line of a product."""
    return records.by_id("products")[product].line_id if product else None


def seconds(since: datetime, until: datetime) -> int:
    """How long it took, to the nearest second."""
    return (until - since + timedelta(milliseconds=500)) // timedelta(seconds=1)


def rounded(amount: Fraction) -> Fraction:
    """To the millionth, as every amount is kept; halves go away from 0."""
    whole = int(abs(amount) * MILLION + Fraction(1, 2))
    return Fraction(whole if amount >= 0 else -whole, MILLION)


def money(records: Records, amount: Decimal | Fraction | None, currency: str, day: date) -> Fraction:
    """An amount in the reporting currency, at the rate of the day; an amount nobody named is 0."""
    if amount is None:
        return Fraction(0)
    return rounded(Fraction(amount) * rate(records, currency, day))


def rate(records: Records, currency: str, day: date) -> Fraction:
    """What one unit was worth on a day: the last rate told by then; nothing as long as nobody told one."""
    if currency == settings.REPORTING_CURRENCY:
        return Fraction(1)
    by_then = [row.rate for row in rates(records).get(currency, []) if row.on <= day]
    return Fraction(by_then[-1]) if by_then else Fraction(0)


@walk
def rates(records: Records) -> dict[str, list[Row]]:
    """Every rate into the reporting currency, the oldest first."""
    found: dict[str, list[Row]] = {}
    for row in sorted(records.exchange_rates, key=lambda row: row.on):
        if row.quote == settings.REPORTING_CURRENCY:
            found.setdefault(row.base, []).append(row)
    return found


def part(amount: Fraction, number: int, of: int) -> Fraction:
    """One of so many equal parts, to the millionth, counted from 0: together they make up all of it."""
    return rounded(amount * (number + 1) / of) - rounded(amount * number / of)


def day_by_day(records: Records, row: Row, span: Span) -> dict[date, Fraction]:
    """The even parts of an amount that fall into these days, each at the rate of its day."""
    length = ((row.ends_on or row.starts_on) - row.starts_on).days + 1
    first, last = max(0, (span.start - row.starts_on).days), min(length, (span.end - row.starts_on).days)
    days = {number: row.starts_on + number * DAY for number in range(first, last)}
    worth = {day: Fraction(row.amount) * rate(records, row.currency, day) for day in days.values()}
    return {day: part(worth[day], number, length) for number, day in days.items()}
