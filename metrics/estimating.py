# ruff: noqa: S608 - every name in the SQL below is a column of ours
"""What every customer is expected to bring in, estimated at the end of each month from all purchases until then."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from metrics.asking import ask
from metrics.kpis.sales import GrossMargin
from metrics.mathematics.enough import TooFew
from metrics.measures.sales import MoneyBack, Purchases
from metrics.models.fact import FOR_EVER
from metrics.models.lifetime import LifetimeEstimate
from metrics.periods import DAY, Grain, add_months, floor
from metrics.reading import numbers_of
from sales.models import Order

if TYPE_CHECKING:
    from numpy import float64, int64
    from numpy.typing import NDArray

    from metrics.mathematics.lifetime import Histories

Numbers = tuple[int, int, int, int, float]
YEARS = 5
PAST = 12  # months
WEEKS_A_YEAR = 365.25 / 7
MICRO = 1_000_000
AT_ONCE = 5_000
# How all buy is known as well from so many of them, evenly picked; it takes seconds instead of minutes.
LEARNS_FROM = 5_000

# Orders of one day are one purchase; what was refunded since is taken off all of them alike.
HISTORIES = f"""
    SELECT b.subject, count(*), min(b.day), max(b.day), sum(b.spent), (array_agg(b.spent ORDER BY b.day))[1],
           coalesce((SELECT sum(r.value) FROM metrics_fact r
                     WHERE r.measure = %(back)s AND r.subject = b.subject AND r.run_to = {FOR_EVER}
                       AND r.day < %(until)s), 0)
    FROM (
        SELECT f.subject, f.day, sum(f.value) AS spent FROM metrics_fact f
        WHERE f.measure = %(bought)s AND f.run_to = {FOR_EVER} AND f.day < %(until)s AND f.value > 0
          AND f.subject IS NOT NULL
        GROUP BY 1, 2
    ) b
    GROUP BY 1 ORDER BY 1"""


@dataclass(frozen=True)
class Bought:
    """Customers who bought, a place each: who, since which day's number, how often, and for how much each time."""

    customers: "NDArray[int64]"
    began: "NDArray[int64]"
    histories: "Histories"
    spent: "NDArray[float64]"

    def __len__(self) -> int:
        return len(self.customers)

    def some(self, which: slice) -> "Bought":
        return Bought(self.customers[which], self.began[which], self.histories.some(which), self.spent[which])


@transaction.atomic
def estimate_lifetimes(*, on: date) -> int:
    """Estimate what each customer is worth at every month's end up to a day, once; how many estimates were made.

    None is, where the gross margin of the year before is not known, or too few bought to learn from.
    """
    return sum(map(_estimate, _ends(floor(on + DAY, Grain.MONTH))))


def _ends(last: date) -> list[date]:
    """The days after the months to estimate: those since the last one that was, of a small company those of a year."""
    known = LifetimeEstimate.objects.aggregate(last=Max("estimated_on"))["last"]
    is_small = Order.objects.order_by()[: LEARNS_FROM * 2 + 1].count() <= LEARNS_FROM * 2
    first = add_months(known + DAY, 1) if known else add_months(last, 1 - PAST if is_small else 0)
    ends = [add_months(last, -i) for i in range(PAST - 1, -1, -1)]
    return [end for end in ends if end >= first]


def _estimate(until: date) -> int:
    from metrics.mathematics import lifetime, spend  # numpy is loaded where it is used

    margin = _margin(until)
    if margin is None:
        return 0
    bought = _bought(until)
    learnt = bought.some(slice(None, None, max(1, len(bought) // LEARNS_FROM)))
    try:
        buying = lifetime.fit(learnt.histories)
        spending = spend.fit(learnt.histories.repeats, learnt.spent)
    except TooFew:
        return 0
    for start in range(0, len(bought), AT_ONCE):
        some = bought.some(slice(start, start + AT_ONCE))
        worth = spend.lifetime_value(
            buying,
            spending,
            some.histories,
            some.spent,
            periods=YEARS,
            step=WEEKS_A_YEAR,
            discount=float(settings.DISCOUNT_RATE),
            margin=margin,
        )
        alive = buying.alive(some.histories)
        LifetimeEstimate.objects.bulk_create(
            LifetimeEstimate(
                customer_id=int(some.customers[i]),
                estimated_on=until - DAY,
                began_on=date.fromordinal(int(some.began[i])),
                worth=round(float(worth[i]), 6),
                currency=settings.REPORTING_CURRENCY,
                alive=float(alive[i]),
            )
            for i in range(len(some))
        )
    return len(bought)


def _margin(until: date) -> float | None:
    """The gross margin of the 365 days before."""
    asked = ask(GrossMargin, start=until - timedelta(days=365), end=until)
    found = replace(asked, known_until=until).answer().total[0].value
    return None if found is None else float(found)


def _bought(until: date) -> Bought:
    """All who bought. Read some at a time, for as numbers they are small, and as rows they are not."""
    import numpy as np

    from metrics.mathematics.lifetime import Histories

    numbers = numbers_of([Purchases, MoneyBack])
    told: dict[str, int | date] = {"bought": numbers[Purchases.key], "back": numbers[MoneyBack.key], "until": until}
    parts = [np.empty((0, 5))]
    with connection.chunked_cursor() as cursor:
        cursor.execute(HISTORIES, told)
        while rows := cursor.fetchmany(AT_ONCE):
            parts.append(np.array([_in_numbers(*row) for row in rows], float))
    customers, days, first, last, spent = np.concatenate(parts).T
    histories = Histories.of(days - 1, (last - first) / 7, (until.toordinal() - first) / 7)
    return Bought(customers.astype(int), first.astype(int), histories, spent)


def _in_numbers(customer: int, days: int, first: date, last: date, spent: int, at_first: int, back: int) -> Numbers:
    """One customer with the days' numbers, and what they spent at a purchase after the first, on the mean."""
    kept = max(0.0, 1 - float(back / spent))
    later = kept * float(spent - at_first) / (days - 1) / MICRO if days > 1 else 0.0
    return customer, days, first.toordinal(), last.toordinal(), later
