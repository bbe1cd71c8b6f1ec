"""Recurring revenue: what each subscription was worth from when on, and what each change of it is called."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from tests.second.book import Counted, over, second
from tests.second.records import DAY, Records, Row, Span, walk
from tests.second.shared import is_real, money, survivor


@dataclass
class Step:
    """From a moment on a subscription is worth this much a month; or rests, and was worth something before."""

    at: datetime
    subscription: Row
    customer: int
    kind: str
    before: Fraction
    after: Fraction
    reason: str = ""
    name: str = ""


@walk
def steps(records: Records) -> list[Step]:
    """Everything that happened to the subscriptions of real customers, in its order, each change of worth named."""
    subscriptions = records.by_id("subscriptions")
    worth: dict[int, Fraction] = defaultdict(Fraction)
    found: list[Step] = []
    for event in lasting(records):
        mine = subscriptions[event.subscription_id]
        customer = survivor(records, mine.customer_id)
        if customer and is_real(records, customer):
            found.append(Step(event.at, mine, customer, event.kind, worth[mine.id], Fraction(event.mrr), event.reason))
            worth[mine.id] = Fraction(event.mrr)
    for theirs in gathered(found, lambda step: step.customer).values():
        name_all(theirs)
    return found


def lasting(records: Records) -> list[Row]:
    """Of several events of a subscription at one moment the last: what begins and ends at once never was."""
    ordered = sorted(records.subscription_events, key=lambda event: (event.at, event.id))
    return list({(event.subscription_id, event.at): event for event in ordered}.values())


def gathered(found: Iterable[Step], by: Callable[[Step], Any]) -> dict[Any, list[Step]]:
    together: dict[Any, list[Step]] = defaultdict(list)
    for step in found:
        together[by(step)].append(step)
    return together


def name_all(mine: list[Step]) -> None:
    """Call each change of one customer's recurring revenue by its name, seeing what happened at one moment as one."""
    total, most = Fraction(0), Fraction(0)
    for at_once in gathered(mine, lambda step: step.at).values():
        after = total + sum(step.after - step.before for step in at_once)
        for step in at_once:
            step.name = named(step, total, after, had_any=most > 0)
        total, most = after, max(most, after)


def named(step: Step, total: Fraction, total_after: Fraction, *, had_any: bool) -> str:
    if step.before == step.after:
        return ""
    is_more = step.after > step.before
    if step.kind == ("resume" if is_more else "pause"):
        return step.kind
    if is_more and not total:
        return "reactivation" if had_any else "new"
    if not is_more and not total_after:
        return "churn"
    return "expansion" if is_more else "contraction"


def moved(records: Records, span: Span, *names: str) -> Fraction:
    """What changes of these names, or of any, added in these days, each at the rate of its day."""
    mine = (step for step in steps(records) if step.name and (not names or step.name in names) and span.holds(step.at))
    return sum((gained(records, step, span.day(step.at)) for step in mine), Fraction(0))


def gained(records: Records, step: Step, day: date) -> Fraction:
    currency = step.subscription.currency
    return money(records, step.after, currency, day) - money(records, step.before, currency, day)


def last_month_end(span: Span) -> date:
    """The last day of a month that is over when these days end."""
    return span.end.replace(day=1) - DAY


@walk
def standing(records: Records, span: Span) -> dict[int, Fraction]:
    """Each customer's recurring revenue when these days end, at the rate of the last month's end or its own change."""
    last: dict[int, Step] = {}
    changed: dict[int, date] = {}
    for step in steps(records):
        if span.reached(step.at):
            last[step.subscription.id] = step
            if step.name:
                changed[step.subscription.id] = span.day(step.at)
    worth: dict[int, Fraction] = defaultdict(Fraction)
    for number, step in last.items():
        day = max(changed.get(number, date.min), last_month_end(span))
        worth[step.customer] += money(records, step.after, step.subscription.currency, day)
    return {customer: amount for customer, amount in worth.items() if amount}


def total(records: Records, span: Span) -> Fraction:
    return sum(standing(records, span).values(), Fraction(0))


@second("mrr")
def mrr(records: Records, span: Span) -> Fraction:
    return total(records, span)


@second("arr")
def arr(records: Records, span: Span) -> Counted:
    return 12 * mrr(records, span)


def movement(key: str, name: str) -> None:
    second(key)(lambda records, span: moved(records, span, name))


for key, name in {
    "new_mrr": "new",
    "expansion_mrr": "expansion",
    "contraction_mrr": "contraction",
    "churned_mrr": "churn",
    "reactivation_mrr": "reactivation",
    "paused_mrr": "pause",
    "resumed_mrr": "resume",
}.items():
    movement(key, name)


@second("transfer_mrr")
def transfer_mrr(records: Records, span: Span) -> Counted:
    """What one plan or owner loses another gains: in all, nothing."""
    return 0


@second("net_new_mrr")
def net_new_mrr(records: Records, span: Span) -> Counted:
    return moved(records, span)


@second("fx_mrr")
def fx_mrr(records: Records, span: Span) -> Counted:
    """What is left between opening and closing when all that people did is told."""
    return mrr(records, span) - mrr(records, span.before()) - moved(records, span)


@second("quick_ratio")
def quick_ratio(records: Records, span: Span) -> Counted:
    won = moved(records, span, "new", "expansion", "reactivation")
    return over(won, -moved(records, span, "churn", "contraction"))


@second("gross_mrr_churn")
def gross_mrr_churn(records: Records, span: Span) -> Counted:
    return over(-moved(records, span, "churn", "contraction"), mrr(records, span.before()))


@second("net_mrr_churn")
def net_mrr_churn(records: Records, span: Span) -> Counted:
    lost = -moved(records, span, "churn", "contraction", "expansion", "reactivation")
    return over(lost, mrr(records, span.before()))
