"""Segments by rule over the nights: how many fit, who joined and who left."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError

from customers.access import NONE, reach
from customers.models import Customer
from metrics.analyses.book import Analysis, Ask, Choice
from metrics.analyses.people import customers_seen, named
from metrics.analyses.shape import Cell, Chart, Column, Figure, Line, Point, Result, Table, Way
from metrics.language import Unit
from metrics.models import RuleSegment, SegmentStay
from metrics.segments import families_of

DAY, LATELY, YEAR = timedelta(days=1), timedelta(days=30), timedelta(days=365)
MOST_LINES = 6
MARKS = 6


class Segments(Analysis):
    """Segments by rule: how many customers fit, night by night, and who joined and who left.

    People define a segment by conditions, as a monthly revenue of at least 100 in Germany; every night looks up who
    fits, and keeps from when to when. So last month's segment can be read again as it was, whatever has become of its
    customers since. A changed rule holds from the next night on. Counted are the customers you see; a segment whose
    rule asks for records you may not see is not shown to you.
    """

    title = "Segments by rule"
    records = (Customer,)
    choices = (Choice("segment", "Segment"),)
    todo = "Define a segment in the staff site, as in: mrr at least 100. The next night looks up who fits."

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        seen = [one for one in RuleSegment.objects.filter(kept_through__isnull=False) if _may_know(ask, one)]
        chosen = _chosen(ask.said["segment"], seen)
        if not seen:
            return Result(0, "segments")
        stays = SegmentStay.objects.filter(segment__in=seen, customer__in=customers_seen(ask).values("pk"))
        if chosen:
            return _one(ask, chosen, stays.filter(segment=chosen))
        rows = tuple(_row(one, stays.filter(segment=one), ask.until) for one in seen)
        lines = tuple(_line(one, stays.filter(segment=one), ask.until) for one in seen[:MOST_LINES])
        return Result(
            len(seen),
            "segments",
            COUNTED,
            charts=(_chart(lines),),
            tables=(Table("segments", "Segments", HEADS, rows),),
        )


COUNTED = "Every size is counted, none is estimated."
HEADS = (
    Column("segment", "Segment"),
    Column("rule", "Rule"),
    Column("customers", "Customers"),
    Column("joined", "Joined in 30 nights"),
    Column("left", "Left in 30 nights"),
    Column("since", "Kept since"),
)


def _may_know(ask: Ask, segment: RuleSegment) -> bool:
    return ask.user is None or all(reach(ask.user, one, "view") is not NONE for one in families_of(segment.rule))


def _chosen(said: str, seen: Sequence[RuleSegment]) -> RuleSegment | None:
    if not said:
        return None
    found = next((one for one in seen if said in (str(one.pk), one.name)), None)
    if found is None:
        raise ValidationError({"segment": "There is no such segment."})
    return found


def _row(segment: RuleSegment, stays: Any, until: date) -> tuple[Cell, ...]:
    joined, left = _moved(stays, until - LATELY, segment)
    first = stays.order_by("joined_on").values_list("joined_on", flat=True).first()
    way = Way(segment.name, {"segment": segment.name})
    return (way, "; ".join(segment.rule.split("\n")), stays.standing().count(), joined, left, first)


def _moved(stays: Any, since: date, segment: RuleSegment) -> tuple[int, int]:
    """Who joined and who left since a day; those of the first night were there before anybody looked."""
    first = _first_night(segment)
    joined = stays.filter(joined_on__gte=since)
    return joined.exclude(joined_on=first).count(), stays.filter(left_on__gte=since).count()


def _first_night(segment: RuleSegment) -> date | None:
    return segment.stays.order_by("joined_on").values_list("joined_on", flat=True).first()


def _line(segment: RuleSegment, stays: Any, until: date) -> Line:
    """The size on each night of the last year since it is kept."""
    moves: Counter[date] = Counter()
    for joined, left in stays.values_list("joined_on", "left_on"):
        moves[joined] += 1
        if left:
            moves[left] -= 1
    first = min(moves, default=until - DAY)
    size, points = 0, []
    day = first
    while day <= max(segment.kept_through or first, first):
        size += moves[day]
        if day >= until - YEAR:
            points.append(Point(float(day.toordinal()), float(size)))
        day += DAY
    return Line(segment.name, tuple(points), is_steps=True)


def _chart(lines: Iterable[Line]) -> Chart:
    drawn = tuple(lines)
    days = sorted({point.x for line in drawn for point in line.points})
    step = max(1, -(-len(days) // MARKS))
    ticks = tuple((day, f"{date.fromordinal(int(day)):%-d %b}") for day in days[::step])
    return Chart("size", "Customers, night by night", drawn, Unit.COUNT, "", ticks)


def _one(ask: Ask, segment: RuleSegment, stays: Any) -> Result:
    """One segment: who is in it, and who came and went."""
    standing = list(stays.standing().order_by("joined_on", "customer__name", "pk"))
    moves = _moves(segment, stays)
    names = named(ask, {stay.customer_id for stay in standing} | {who for _, who, _ in moves})
    joined, left = _moved(stays, ask.until - LATELY, segment)
    members = [(names[one.customer_id], one.joined_on) for one in standing if one.customer_id in names]
    moved = [(day, names[who], what) for day, who, what in moves if who in names]
    return Result(
        max(len(members), 1),
        "customers" if members else "segment, with nobody in it",
        COUNTED,
        remarks=(f"Rule: {'; '.join(segment.rule.split(chr(10)))}",),
        figures=(
            Figure("size", "Customers now", len(members)),
            Figure("joined", "Joined in 30 nights", joined),
            Figure("left", "Left in 30 nights", left),
        ),
        charts=(_chart([_line(segment, stays, ask.until)]),),
        tables=(
            Table("members", "In it now", (Column("customer", "Customer"), Column("since", "Since")), tuple(members)),
            Table("moves", "Who joined and who left", MOVES, tuple(moved), empty="Nobody since the first night."),
        ),
    )


MOVES = (Column("night", "Night"), Column("customer", "Customer"), Column("what", "What"))


def _moves(segment: RuleSegment, stays: Any) -> list[tuple[date, int, str]]:
    """Every coming and going after the first night, the latest first."""
    first = _first_night(segment)
    found = []
    for who, joined, left in stays.values_list("customer", "joined_on", "left_on"):
        if joined != first:
            found.append((joined, who, "joined"))
        if left:
            found.append((left, who, "left"))
    return sorted(found, key=lambda one: (-one[0].toordinal(), one[2], one[1]))
