"""Subscriptions: how they start, grow, rest and end, and the terms they are contracted for."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from crmsite.demo.catalogue import PLANS, PRICE_IN
from crmsite.demo.days import add_months
from crmsite.demo.world import Account, World, money
from sales.choices import Interval, SubscriptionEventKind
from sales.models import Subscription, SubscriptionEvent, Term

CODES = [code for code, _, _ in PLANS]
# By segment: which plan, how many seats, and how likely a month is the last.
PLAN_WEIGHTS = {
    "Small business": (50, 38, 11, 1),
    "Mid-market": (8, 42, 40, 10),
    "Enterprise": (0, 6, 44, 50),
    "Consumer": (90, 10, 0, 0),
}
SEATS = {"Small business": 3.5, "Mid-market": 12, "Enterprise": 48, "Consumer": 1}
LEAVING = {"Small business": 0.02, "Mid-market": 0.011, "Enterprise": 0.005, "Consumer": 0.03}
PRICE_RISE = Decimal("1.09")
WHY_END = ("Too expensive", "Chose a competitor", "Not used enough", "Closed the business", "Missing feature")
AGREES = (SubscriptionEventKind.START, SubscriptionEventKind.CHANGE)
AFTER_RISE = 90  # days in which the higher price drives people away


@dataclass
class Life:
    """One subscription while its story is told."""

    world: World
    account: Account
    subscription: Subscription
    code: str
    is_contract: bool
    started: date
    raised: bool
    rests_until: date | None = None
    terms: list[Term] = field(default_factory=list)
    events: list[SubscriptionEvent] = field(default_factory=list)

    @property
    def last_at(self) -> datetime:
        return self.events[-1].at

    def tell(self, kind: SubscriptionEventKind, at: datetime, *, mrr: Decimal | None = None, **more: Any) -> None:
        """Note an event at the terms of now; where terms are agreed in it, also what they are worth."""
        subscription = self.subscription
        event = self.world.add(
            SubscriptionEvent,
            subscription=subscription,
            kind=kind,
            at=at,
            mrr=subscription.mrr if mrr is None else mrr,
            worth=subscription.mrr if kind in AGREES and at != subscription.trial_ends_at else None,
            plan=subscription.plan,
            quantity=subscription.quantity,
            owner=subscription.owner,
            by=more.pop("by", subscription.owner),
            **more,
        )
        self.events.append(event)

    @property
    def paid_from(self) -> datetime:
        return self.subscription.trial_ends_at or self.subscription.started_at


def tell(world: World) -> None:
    world.shelf["price_rise"] = world.days.part(0.54)
    world.shelf["starts"], world.shelf["growths"], world.shelf["renewals"] = [], [], []
    for account in world.accounts:
        if account.is_subscriber and account.since:
            live(world, account, account.since)
            if world.maybe(0.28):
                later = account.since + timedelta(days=int(world.around(150)))
                if world.days.first < later <= world.days.last and not account.left_on:
                    live(world, account, later)
    world.save()


def live(world: World, account: Account, start: date) -> None:
    life = begin(world, account, start)
    world.shelf["starts"].append(life)
    if account.paid_at is None:
        account.paid_at = life.paid_from
    month = 0
    while life.subscription.ended_at is None:
        month += 1
        due = add_months(start, month)
        if due > world.days.last:
            break
        pass_month(life, due, month)
    if life.subscription.ended_at is None:
        maybe_ask_to_leave(life)
    contract(life)
    ended = life.subscription.ended_at
    account.left_on = min(world.days.of(ended), world.days.last) if ended else None
    if account.left_on and world.maybe(0.13):
        back = account.left_on + timedelta(days=95 + int(world.chance.random() * 150))
        if back <= world.days.last:
            live(world, account, back)


def begin(world: World, account: Account, start: date) -> Life:
    segment = account.segment
    code = world.pick(CODES, PLAN_WEIGHTS[segment])
    interval = Interval.YEAR if world.maybe(0.3) else Interval.MONTH
    raised = start >= world.shelf["price_rise"]
    plan = world.shelf["plans"][code, interval]
    started_at = world.at(start, 9, 17)
    subscription = world.add(
        Subscription,
        customer=account.customer,
        plan=plan,
        owner=account.seller,
        interval=interval,
        quantity=max(1, round(world.around(SEATS[segment], 0.6))) if segment != "Consumer" else 1,
        price=list_price(plan.price, account.currency, raised=raised),
        discount=world.pick((Decimal(0), Decimal("0.05"), Decimal("0.1"), Decimal("0.2")), (78, 10, 9, 3)),
        currency=account.currency,
        started_at=started_at,
    )
    is_contract = interval is Interval.YEAR or (segment in {"Mid-market", "Enterprise"} and world.maybe(0.6))
    life = Life(world, account, subscription, code, is_contract, start, raised)
    try_first = start > world.days.first and world.maybe(0.12) and start + timedelta(days=14) <= world.days.last
    if not try_first:
        life.tell(SubscriptionEventKind.START, started_at)
        return life
    subscription.trial_ends_at = world.days.midnight(start + timedelta(days=14))
    life.tell(SubscriptionEventKind.START, started_at, mrr=Decimal(0))
    life.tell(SubscriptionEventKind.CHANGE, subscription.trial_ends_at, reason="trial ended")
    return life


def list_price(price: Decimal, currency: str, *, raised: bool) -> Decimal:
    factor = Decimal(str(PRICE_IN[currency])) * (PRICE_RISE if raised else 1)
    return money(price * factor)


def pass_month(life: Life, due: date, month: int) -> None:
    """What one month brings: an end, a rest, a new price, more seats or fewer."""
    world = life.world
    if life.rests_until:
        if due < life.rests_until:
            return
        life.rests_until, life.subscription.paused_at = None, None
        life.tell(SubscriptionEventKind.RESUME, world.days.midnight(due))
        return
    bound = 12 if life.is_contract else 1
    if month % bound == 0 and world.maybe(chance_of_leaving(life, due, months=bound)):
        end(life, due)
        return
    if month % bound == 0 and not life.raised and due >= world.shelf["price_rise"]:
        raise_price(life, due)
    if not life.is_contract and world.maybe(0.006):
        rest(life, due)
        return
    grow(life, due)


def chance_of_leaving(life: Life, due: date, *, months: int) -> float:
    world, rise = life.world, life.world.shelf["price_rise"]
    monthly = LEAVING[life.account.segment]
    if (due - life.started).days < 100:
        monthly *= 1.5
    if rise <= due < rise + timedelta(days=AFTER_RISE) and not life.started >= rise:
        monthly *= 3.2
    if world.team_of[life.account.seller.pk] is world.teams["North"]:
        monthly *= 0.75
    return 1 - (1 - monthly) ** months if months == 1 else min(0.35, monthly * 9)


def end(life: Life, due: date) -> None:
    world, subscription = life.world, life.subscription
    at = world.days.midnight(due)
    failed = world.maybe(0.16)
    if not failed:
        asked = world.at(due - timedelta(days=3 + int(world.chance.random() * 22)), 8, 19)
        if asked > life.last_at:
            subscription.cancel_requested_at = asked
            life.tell(SubscriptionEventKind.CANCEL_REQUESTED, asked, reason=why(world, due), by=None)
    reason = "Payment failed" if failed else why(world, due)
    subscription.ended_at = at
    life.tell(SubscriptionEventKind.END, at, mrr=Decimal(0), reason=reason, is_involuntary=failed, by=None)


def why(world: World, due: date) -> str:
    rise = world.shelf["price_rise"]
    is_about_money = rise <= due < rise + timedelta(days=AFTER_RISE)
    return world.pick(WHY_END, (60, 15, 12, 6, 7) if is_about_money else (22, 25, 28, 10, 15))


def raise_price(life: Life, due: date) -> None:
    life.raised = True
    life.subscription.price = money(life.subscription.price * PRICE_RISE)
    life.tell(SubscriptionEventKind.CHANGE, life.world.days.midnight(due), reason="Price increase", by=None)


def rest(life: Life, due: date) -> None:
    at = life.world.days.midnight(due)
    life.rests_until = add_months(due, life.world.chance.randint(1, 3))
    life.subscription.paused_at = at
    life.tell(SubscriptionEventKind.PAUSE, at, mrr=Decimal(0), reason="Seasonal break")


def grow(life: Life, due: date) -> None:
    """Now and then another number of seats, or the next plan."""
    world, subscription = life.world, life.subscription
    fate = world.chance.random()
    if fate > 0.045 or life.account.segment == "Consumer":
        return
    day = due + timedelta(days=1 + int(world.chance.random() * 24))
    if day > world.days.last:
        return
    at, before = world.at(day, 9, 17), subscription.mrr
    if fate < 0.009 and subscription.quantity > 1:
        subscription.quantity = max(1, int(subscription.quantity * world.chance.uniform(0.6, 0.9)))
        life.tell(SubscriptionEventKind.CHANGE, at, reason="Fewer seats")
        return
    if fate < 0.018 and life.code != CODES[-1]:
        life.code = CODES[CODES.index(life.code) + 1]
        plan = world.shelf["plans"][life.code, subscription.interval]
        subscription.plan = plan
        subscription.price = list_price(plan.price, subscription.currency, raised=life.raised)
        life.tell(SubscriptionEventKind.CHANGE, at, reason="Larger plan")
    if fate >= 0.018:
        subscription.quantity += max(1, round(subscription.quantity * world.chance.uniform(0.1, 0.5)))
        life.tell(SubscriptionEventKind.CHANGE, at, reason="More seats")
    if subscription.mrr > before:
        world.shelf["growths"].append((life, at, subscription.mrr - before))


def maybe_ask_to_leave(life: Life) -> None:
    """A few have asked to leave and are still here until their paid time is over."""
    world = life.world
    if life.rests_until or not world.maybe(0.02):
        return
    asked = world.at(world.days.last - timedelta(days=int(world.chance.random() * 12)), 8, 18)
    if asked > life.last_at:
        life.subscription.cancel_requested_at = asked
        reason, due = why(world, world.days.last), add_months(life.started, months_until(life))
        life.tell(SubscriptionEventKind.CANCEL_REQUESTED, asked, reason=reason, by=None)
        life.subscription.ended_at = world.days.midnight(due)
        life.tell(SubscriptionEventKind.END, world.days.midnight(due), mrr=Decimal(0), reason=reason, by=None)


def months_until(life: Life) -> int:
    """How many months after the start the running month or year ends."""
    step, months = 12 if life.is_contract else 1, 0
    while add_months(life.started, months) <= life.world.days.last:
        months += step
    return months


def contract(life: Life) -> None:
    """One term after the other, each renewed around its end, up to the one that runs now."""
    if not life.is_contract:
        return
    world, subscription = life.world, life.subscription
    ended = world.days.of(subscription.ended_at) if subscription.ended_at else None
    before, start = None, life.started
    while start <= world.days.last and (ended is None or start < ended):
        stop = add_months(start, 12)
        term = world.add(Term, subscription=subscription, starts_on=start, ends_on=stop, mrr=mrr_on(life, start))
        if before:
            renewed_at = world.at(start - timedelta(days=int(world.chance.random() * 45) - 4), 9, 17)
            before.renewed_at = max(renewed_at, subscription.started_at)
            before.renewed_by = term
            world.shelf["renewals"].append((life, before, before.renewed_at))
        before, start = term, stop


def mrr_on(life: Life, day: date) -> Decimal:
    """The MRR the subscription had at the end of a day."""
    known = [event.mrr for event in life.events if life.world.days.of(event.at) <= day and event.mrr]
    return known[-1] if known else life.subscription.mrr
