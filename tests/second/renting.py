"""Subscriptions by chance: on trial, changed, paused, resumed and ended, and the terms they are contracted for."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from customers.models import Customer
from sales.models import Plan, Subscription, SubscriptionEvent, Term
from tests.second.chance import Chance

NEXT = {
    "running": ("change", "change", "pause", "pause", "end", "cancel_requested"),
    "paused": ("resume", "resume", "change", "end"),
}
LENGTHS = (28, 30, 31, 32, 90, 365)


class Renting:
    """What one company rents out, to whom."""

    def __init__(self, chance: Chance, customers: list[Customer], plans: list[Plan]) -> None:
        self.chance, self.customers, self.plans = chance, customers, plans

    def tell(self) -> None:
        for _ in self.chance.times(3, 14):
            self.subscription()

    def subscription(self) -> None:
        began = self.chance.at()
        subscription = Subscription.objects.create(
            customer=self.chance.one(self.customers),
            plan=self.chance.one(self.plans),
            started_at=began,
            **self.chance.money("price"),
        )
        SubscriptionEvent.objects.bulk_create(self.life(subscription, began))
        self.terms(subscription, began.date())

    def life(self, subscription: Subscription, at: datetime) -> list[SubscriptionEvent]:
        """Whatever happens, in an order that makes sense."""
        worth, is_trial = self.worth(), self.chance.maybe(0.2)
        told, standing = [("start", at, Decimal(0) if is_trial else worth, "")], "running"
        if is_trial:
            at = self.chance.later(at, 30)
            told.append(("change", at, worth, "trial ended"))
        at += timedelta(seconds=1)
        for _ in self.chance.times(0, 6):
            at, kind = self.chance.later(at), self.chance.one(NEXT[standing])
            if kind == "change":
                worth = self.worth()
            standing = {"pause": "paused", "resume": "running"}.get(kind, standing)
            reason = "price" if self.chance.maybe(0.2) else ""
            told.append((kind, at, Decimal(0) if standing == "paused" or kind == "end" else worth, reason))
            if kind == "end":
                break
        return [
            SubscriptionEvent(subscription=subscription, kind=kind, at=at, mrr=mrr, worth=None, reason=reason)
            for kind, at, mrr, reason in told
        ]

    def worth(self) -> Decimal:
        return self.chance.amount() if self.chance.maybe(0.9) else Decimal(0)

    def terms(self, subscription: Subscription, begins: date) -> None:
        """One term after another; the last is not renewed, the others at some time before or after their end."""
        made: list[Term] = []
        for _ in self.chance.times(0, 4):
            ends = begins + timedelta(days=self.chance.one(LENGTHS))
            made.append(Term(subscription=subscription, starts_on=begins, ends_on=ends, mrr=self.worth()))
            begins = ends
        Term.objects.bulk_create(made)
        for term, following in pairwise(made):
            moment = datetime.combine(term.ends_on, datetime.min.time(), self.chance.zone)
            term.renewed_by, term.renewed_at = following, moment + timedelta(hours=self.chance.dice.randint(-500, 900))
            term.save()
