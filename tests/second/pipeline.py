"""Deals on their way: the stays in each stage, what stands open, and how far deals come."""

from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise

from tests.second.book import P90, Counted, mean, over, point, second, share
from tests.second.deals import average_deal, chances, sales_cycle, win_rate
from tests.second.records import Records, Row, Span, walk
from tests.second.recurring import last_month_end
from tests.second.shared import money, seconds

DAY_LONG = 86_400
DAY = timedelta(days=1)


@walk
def stays(records: Records) -> list[Row]:
    """Every stay of a deal in an open stage, with its deal and its stage."""
    deals, stages = {deal.id: deal for deal in chances(records)}, records.by_id("stages")
    return [
        Row(**{**vars(stay), "deal": deals[stay.deal_id], "stage": stages[stay.to_stage_id]})
        for stay in records.stage_changes
        if stay.deal_id in deals and stages[stay.to_stage_id].kind == "open"
    ]


def standing(records: Records, span: Span) -> list[Row]:
    """The stays that go on when these days end."""
    return [stay for stay in stays(records) if span.reached(stay.at) and not span.reached(stay.left_at)]


@walk
def stretches(records: Records) -> list[Row]:
    """Every stay, in as many pieces as the deal stood at amounts in it; the last of them at whatever it is by now."""
    found = []
    for stay in stays(records):
        known = sorted(records.of("amount_changes", "deal_id").get(stay.deal_id, []), key=lambda row: (row.at, row.id))
        within = [row for row in known if row.at > stay.at and (stay.left_at is None or row.at < stay.left_at)]
        for row, after in pairwise([stay, *within, None]):
            amount = stay.deal.amount if after is None and stay.left_at is None else row.amount
            found.append(Row(stay=stay, since=row.at, until=after.at if after else stay.left_at, amount=amount))
    return found


def worth(records: Records, span: Span, likely: bool = False) -> Fraction:
    """What deals stand at when these days end, at the rate of the last month's end each amount saw."""
    found = Fraction(0)
    for piece in stretches(records):
        if span.reached(piece.since) and not span.reached(piece.until):
            day = max(span.day(piece.since), last_month_end(span))
            chance = piece.stay.stage.probability if likely else 1
            found += money(records, piece.amount and piece.amount * chance, piece.stay.deal.currency, day)
    return found


def midnight(span: Span) -> datetime:
    return datetime.combine(span.end, time(), span.zone).astimezone(UTC)


def lengths(records: Records, span: Span) -> list[int]:
    return [seconds(stay.at, stay.left_at) for stay in stays(records) if span.holds(stay.left_at)]


@second("open_deals")
def open_deals(records: Records, span: Span) -> int:
    return sum(1 for d in chances(records) if span.reached(d.created_at) and not span.reached(d.closed_at))


@second("pipeline_value")
def pipeline_value(records: Records, span: Span) -> Counted:
    return worth(records, span)


@second("pipeline_fx")
def pipeline_fx(records: Records, span: Span) -> Counted:
    """What each amount gained from one month's end to the next, and to its own end, where that is in these days."""
    gained = Fraction(0)
    for piece in (piece for piece in stretches(records) if span.reached(piece.since)):
        first = span.day(piece.since)
        last = span.day(piece.until) if piece.until else span.end - DAY
        ends = [day for day in (first + n * DAY for n in range((last - first).days)) if (day + DAY).day == 1]
        days = [first, *ends, last] if piece.until or (last + DAY).day == 1 else [first, *ends]
        for before, day in pairwise(days):
            if span.start <= day < span.end:
                then, now = (money(records, piece.amount, piece.stay.deal.currency, on) for on in (before, day))
                gained += now - then
    return gained


@second("weighted_pipeline")
def weighted_pipeline(records: Records, span: Span) -> Counted:
    return worth(records, span, likely=True)


@second("stage_age")
def stage_age(records: Records, span: Span) -> Counted:
    return point(seconds(stay.at, midnight(span)) for stay in standing(records, span))


@second("stage_time")
def stage_time(records: Records, span: Span) -> Counted:
    return point(lengths(records, span))


@second("stage_time_mean")
def stage_time_mean(records: Records, span: Span) -> Counted:
    return mean(lengths(records, span))


@second("stage_time_p90")
def stage_time_p90(records: Records, span: Span) -> Counted:
    return point(lengths(records, span), P90)


def opened(records: Records, span: Span) -> list[Row]:
    return [deal for deal in chances(records) if span.holds(deal.created_at)]


@second("pipeline_conversion")
def pipeline_conversion(records: Records, span: Span) -> Counted:
    return share(opened(records, span), lambda deal: deal.outcome == "won")


@walk
def furthest(records: Records) -> dict[int, int]:
    """How far each deal came among the open stages of the pipeline it is in."""
    came: dict[int, int] = {}
    for stay in stays(records):
        if stay.stage.pipeline_id == stay.deal.pipeline_id:
            came[stay.deal_id] = max(stay.stage.position, came.get(stay.deal_id, 0))
    return came


def steps(records: Records, deal: Row) -> list[bool]:
    """For each open stage the deal reached or passed: whether it went on from there."""
    stages = records.of("stages", "pipeline_id")[deal.pipeline_id]
    places = [stage.position for stage in stages if stage.kind == "open"]
    if deal.outcome == "won":
        return [True for _ in places]
    came = furthest(records).get(deal.id, -1)
    return [place < came for place in places if place <= came]


@second("stage_conversion")
def stage_conversion(records: Records, span: Span) -> Counted:
    return share([went_on for deal in opened(records, span) for went_on in steps(records, deal)], bool)


@second("sales_velocity")
def sales_velocity(records: Records, span: Span) -> Counted:
    typical, rate, cycle = (count(records, span) for count in (average_deal, win_rate, sales_cycle))
    if typical is None or rate is None or cycle is None:
        return None
    return over(open_deals(records, span) * typical * rate, Fraction(cycle) / DAY_LONG)
