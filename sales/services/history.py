"""A subscription's life read from its events in order; whatever is entered late, what follows is put right."""

from dataclasses import dataclass
from decimal import Decimal

from customers.models import User
from sales.choices import SubscriptionEventKind as Kind
from sales.models import Plan, Subscription, SubscriptionEvent
from sales.services.moments import refuse, spoken

SETS_TERMS = (Kind.START, Kind.CHANGE)


@dataclass
class Standing:
    """How a subscription stands at one point of its life."""

    worth: Decimal = Decimal(0)
    plan: Plan | None = None
    quantity: int | None = None
    owner: User | None = None
    started: bool = False
    paused: SubscriptionEvent | None = None
    ended: SubscriptionEvent | None = None

    def read(self, event: SubscriptionEvent, subscription: Subscription) -> None:
        """Take one step on; refuse one that cannot follow."""
        refuse_step(self, event)
        if (worth := agreed(event, subscription)) is not None:
            self.worth, self.plan, self.quantity, self.owner = worth, event.plan, event.quantity, event.owner
        if event.kind in (Kind.PAUSE, Kind.RESUME):
            self.paused = event if event.kind == Kind.PAUSE else None
        self.ended = event if event.kind == Kind.END else None
        self.started = True

    def mrr(self, event: SubscriptionEvent, subscription: Subscription) -> Decimal:
        trial = subscription.trial_ends_at
        return Decimal(0) if self.paused or self.ended or (trial and event.at < trial) else self.worth


def retell(subscription: Subscription) -> Standing:
    """Read the life again from the start, and put right what each event says of the MRR from then on."""
    standing = Standing()
    for event in events_of(subscription):
        standing.read(event, subscription)
        said = (event.mrr, event.plan_id, event.quantity, event.owner_id)
        event.mrr = standing.mrr(event, subscription)
        event.plan, event.quantity, event.owner = standing.plan, standing.quantity, standing.owner
        if said != (event.mrr, event.plan_id, event.quantity, event.owner_id):
            event.save()
    subscription.paused_at = standing.paused.at if standing.paused else None
    subscription.ended_at = standing.ended.at if standing.ended else None
    return standing


def events_of(subscription: Subscription) -> list[SubscriptionEvent]:
    return list(subscription.events.select_related("plan", "owner").order_by("at", "id"))


def agreed(event: SubscriptionEvent, subscription: Subscription) -> Decimal | None:
    """The MRR of the terms agreed in this event; None where it only lets them begin, rest or end."""
    if event.worth is not None:
        return event.worth
    if event.kind not in SETS_TERMS or event.at == subscription.trial_ends_at:
        return None
    return event.mrr


def refuse_step(standing: Standing, event: SubscriptionEvent) -> None:
    """Say why this cannot come after what came before."""
    if said := complaint(standing, Kind(event.kind)):
        raise refuse("at", f"{said} (on {spoken(event.at)})", f"not-{event.kind}")


def complaint(standing: Standing, kind: Kind) -> str:
    if not standing.started:
        return "" if kind is Kind.START else "The subscription has not started then."
    if standing.ended:
        return f"The subscription ended on {spoken(standing.ended.at)}; nothing can happen to it after that."
    if kind is Kind.START:
        return "A subscription starts once."
    if kind is Kind.PAUSE and standing.paused:
        return "It is paused already then."
    if kind is Kind.RESUME and not standing.paused:
        return "It is not paused then."
    return ""
