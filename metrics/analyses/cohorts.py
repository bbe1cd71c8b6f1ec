"""Who began together, and how many of them are still there."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate

from django.core.exceptions import ValidationError
from django.db.models import Count, Min, Q, Sum
from django.db.models.functions import TruncMonth

from metrics.analyses.book import Analysis, Ask, Choice
from metrics.analyses.facts import MICRO, month_named, month_of, settled, whole_months
from metrics.analyses.people import named
from metrics.analyses.shape import Cell, Chart, Column, Line, Point, Result, Table, Way
from metrics.language import Measure, Unit
from metrics.mathematics.cohorts import Triangle, triangle
from metrics.measures.lifecycle import ActiveCustomers, MRRMovements
from metrics.measures.sales import Purchases

MOST = 24
FEW = 30
SUBSCRIBERS, BUYERS = "subscribers", "buyers"


@dataclass
class Life:
    """One customer from their first month on: whether they were there, and what they brought, month by month."""

    first: date
    there: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    money: dict[int, int] = field(default_factory=lambda: defaultdict(int))


OfMonth = Callable[[Life, int], int]
OfLife = Callable[[Life], int]


class Cohorts(Analysis):
    """Of the customers who began in a month, how many are still there months later, and what they still bring.

    Subscribers are there while they subscribe at the end of a month, and bring their MRR of that day, without what
    exchange rates did. Buyers are there in a month with a paid order, and bring what they ordered in it. Who returns
    is still of the month they first came in. A month that is not over, or is still to come, stays blank.
    """

    title = "Cohorts"
    reads = (ActiveCustomers, MRRMovements, Purchases)
    choices = (
        Choice("who", "Customers who", {SUBSCRIBERS: "Subscribe", BUYERS: "Buy"}),
        Choice("cohort", "Began in"),
    )
    todo = "It needs customers who began in a month that is over."

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        lives = _lives(ask)
        end = whole_months(ask.until)
        if ask.said["cohort"]:
            return _opened(ask, lives, _month(ask.said["cohort"]), end)
        began = [month for life in lives.values() if (month := month_of(life.first)) < end]
        if not began:
            return Result(0)
        start = max(min(began), max(began) - MOST + 1)
        people = _triangle(lives.values(), start, end, lambda life, month: life.there[month])
        money = _triangle(lives.values(), start, end, lambda life, month: life.money[month], whole=_first_money)
        sizes = {c.start + start: c.size for c in people.cohorts}
        return Result(
            sum(sizes.values()),
            honesty=_honesty(sizes),
            charts=(_curves(people, money),),
            tables=(
                _table("customers", "Customers still there", people, sizes, start),
                _table("revenue", _revenue_title(ask), money, sizes, start),
            ),
        )


def _lives(ask: Ask) -> dict[int, Life]:
    """Every customer's months, as of the last night."""
    if ask.said["who"] == BUYERS:
        lives = {who: Life(first) for who, first in _firsts(ask, Purchases).items()}
        for who, month, total, times in _monthly(ask, Purchases):
            lives[who].there[month], lives[who].money[month] = int(times > 0), total
        return lives
    firsts, end = _firsts(ask, ActiveCustomers), whole_months(ask.until)
    lives = {who: Life(first) for who, first in firsts.items()}
    for measure, name in ((ActiveCustomers, "there"), (MRRMovements, "money")):
        moves: dict[int, dict[int, int]] = defaultdict(dict)
        for who, month, total, _ in _monthly(ask, measure):
            moves[who][month] = total
        for who, life in lives.items():
            getattr(life, name).update(_standing(moves[who], end))
    return lives


def _standing(moves: Mapping[int, int], end: int) -> dict[int, int]:
    """What stood at the end of every month, from what moved in each."""
    if not moves:
        return {}
    months = range(min(moves), end)
    return dict(zip(months, accumulate(moves.get(month, 0) for month in months), strict=True))


def _firsts(ask: Ask, measure: type[Measure]) -> dict[int, date]:
    rows = settled(measure, ask.until, ask.sight.limits).filter(subject__isnull=False)
    return dict(rows.filter(value__gt=0).values_list("subject").annotate(first=Min("day")).order_by())


def _monthly(ask: Ask, measure: type[Measure]) -> Iterator[tuple[int, int, int, int]]:
    """(customer, month, sum, how many above nothing) of every month with a fact."""
    rows = settled(measure, ask.until, ask.sight.limits).filter(subject__isnull=False).order_by()
    sums = rows.annotate(month=TruncMonth("day")).values_list("subject", "month")
    for who, month, total, times in sums.annotate(total=Sum("value"), times=Count("pk", filter=Q(value__gt=0))):
        yield who, month_of(month), int(total), times


def _first_money(life: Life) -> int:
    return life.money[month_of(life.first)]


def _triangle(lives: Iterable[Life], start: int, end: int, of: OfMonth, whole: OfLife = lambda life: 1) -> Triangle:
    """The cohorts of some months, and what each still amounts to in every month after."""
    sizes, active = [0] * (end - start), defaultdict[tuple[int, int], int](int)
    for life in lives:
        place = month_of(life.first) - start
        if not 0 <= place < end - start:
            continue
        sizes[place] += whole(life)
        for k in range(end - start - place):
            active[place, k] += of(life, start + place + k)
    return triangle(sizes, active)


def _table(key: str, title: str, found: Triangle, sizes: Mapping[int, int], start: int) -> Table:
    columns = (
        Column("cohort", "Began in"),
        Column("customers", "Customers"),
        *(Column(f"month_{k}", str(k), Unit.PERCENT, is_shaded=True) for k in range(len(found.cohorts))),
    )
    rows: list[tuple[Cell, ...]] = [
        (_way(c.start + start), sizes[c.start + start], *c.shares) for c in found.cohorts if sizes[c.start + start]
    ]
    whole: tuple[Cell, ...] = ("All", sum(sizes.values()), *found.shares)
    note = "Months after the one they began in, which is 0. All is a ratio of sums over the cohorts that came so far."
    return Table(key, title, columns, (*rows, whole), note)


def _way(month: int) -> Way:
    return Way(month_named(month), {"cohort": f"{month // 12}-{month % 12 + 1:02}"})


def _curves(people: Triangle, money: Triangle) -> Chart:
    """As far as enough customers have come, that one of them alone does not bend the line."""
    known = [sum(c.size for c in people.cohorts if c.active[k] is not None) for k in range(len(people.cohorts))]
    far = sum(size >= FEW for size in known) or len(known)
    lines = tuple(
        Line(name, tuple(Point(k, share) for k, share in enumerate(found.shares[:far]) if share is not None))
        for name, found in (("Customers", people), ("Revenue", money))
    )
    ticks = tuple((float(k), str(k)) for k in range(0, far, 3))
    return Chart(
        "retention", "Still there, all cohorts together", lines, Unit.PERCENT, "Months since they began", ticks
    )


def _revenue_title(ask: Ask) -> str:
    return "MRR they still bring" if ask.said["who"] == SUBSCRIBERS else "What they order, beside their first month"


def _honesty(sizes: Mapping[int, int]) -> str:
    small = sum(1 for size in sizes.values() if size < FEW)
    if not small:
        return "Nothing here is estimated; every share is counted."
    few = f"{small} of {len(sizes)} months began with fewer than {FEW} customers"
    return f"Nothing here is estimated, but {few}: read those as stories, not as rates."


def _month(said: str) -> int:
    try:
        return month_of(date.fromisoformat(f"{said}-01"))
    except ValueError as error:
        raise ValidationError({"cohort": "Write the month as in 2025-01."}) from error


def _opened(ask: Ask, lives: Mapping[int, Life], month: int, end: int) -> Result:
    """The customers of one cohort, those who brought most lately first."""
    members = {who: life for who, life in lives.items() if month_of(life.first) == month}
    names = named(ask, members)
    rows = [
        (names[who], life.first, "yes" if life.there[end - 1] > 0 else "no", life.money[end - 1] / MICRO)
        for who, life in members.items()
        if who in names
    ]
    columns = (
        Column("customer", "Customer"),
        Column("began", "Began on"),
        Column("there", f"There in {month_named(end - 1)}"),
        Column("revenue", f"Brought in {month_named(end - 1)}", Unit.MONEY),
    )
    rows.sort(key=lambda row: (-row[3], row[0].words, row[0].pk))
    return Result(len(rows), tables=(Table("members", f"Began in {month_named(month)}", columns, tuple(rows)),))
