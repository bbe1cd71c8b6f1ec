"""Questions about many sales records, in the words of the trade: what a row is, spelled once."""

from typing import Self

from django.db.models import F, Q

from customers.record import RecordQuerySet
from sales.choices import OrderStatus, Outcome

WON = Q(outcome=Outcome.WON)
LOST = Q(outcome=Outcome.LOST)
CLOSED = WON | LOST
PAID = Q(status=OrderStatus.PAID)


class DealQuerySet(RecordQuerySet):
    def won(self) -> Self:
        return self.filter(WON)

    def lost(self) -> Self:
        return self.filter(LOST)

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def genuine(self) -> Self:
        """Deals that were a chance: not lost as a duplicate of another."""
        return self.exclude(lost_reason__is_duplicate=True)

    def closed(self) -> Self:
        """Genuine deals with an outcome."""
        return self.genuine().filter(CLOSED)


class StageChangeQuerySet(RecordQuerySet):
    def ended(self) -> Self:
        """Stays in a stage that are over."""
        return self.filter(left_at__isnull=False)


class LeadQuerySet(RecordQuerySet):
    def genuine(self) -> Self:
        """Leads that count: no spam, no duplicate, not somebody who was a customer already."""
        return self.filter(is_spam=False, duplicate_of=None, was_customer=False)

    def answerable(self) -> Self:
        """Genuine leads that somebody was waiting on."""
        return self.genuine().filter(entered_by_staff=False)

    def answered(self) -> Self:
        return self.answerable().filter(first_contacted_at__isnull=False)


class OrderQuerySet(RecordQuerySet):
    def paid(self) -> Self:
        return self.filter(PAID)


class OrderLineQuerySet(RecordQuerySet):
    def paid(self) -> Self:
        return self.filter(order__status=OrderStatus.PAID)


class SubscriptionEventQuerySet(RecordQuerySet):
    def in_order(self) -> Self:
        return self.order_by("subscription", F("at"), F("id"))
