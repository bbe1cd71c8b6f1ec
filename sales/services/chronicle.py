"""Writing a subscription's life: each event with the terms of its time, and what it means put right after."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from customers.models import User
from sales.choices import SubscriptionEventKind as Kind
from sales.models import Subscription, SubscriptionEvent
from sales.services.acquisition import acquire
from sales.services.history import retell


def note(
    terms: Subscription, kind: Kind, *, at: datetime, by: User | None, worth: Decimal | None = None, reason: str = ""
) -> SubscriptionEvent:
    """Write down an event at these terms; `retell` then says what it means for the MRR."""
    return SubscriptionEvent.objects.create(
        subscription=terms,
        kind=kind,
        at=at,
        worth=worth,
        plan=terms.plan,
        quantity=terms.quantity,
        owner=terms.owner,
        reason=reason,
        by=by,
    )


def finish(subscription: Subscription, *, at: datetime, by: User | None, reason: str, is_involuntary: bool) -> None:
    """Note the end; what was only planned for later no longer happens."""
    planned = subscription.events.filter(at__gte=at, worth=None)
    planned.filter(at__gt=timezone.now()).delete()
    if trial := subscription.trial_ends_at:
        planned.filter(kind=Kind.CHANGE, at=trial).delete()
    end = note(subscription, Kind.END, at=at, by=by, reason=reason)
    end.is_involuntary = is_involuntary
    end.save(update_fields=["is_involuntary"])


def restore_trial_end(subscription: Subscription, *, by: User | None) -> None:
    trial = subscription.trial_ends_at
    if trial and not subscription.events.filter(kind=Kind.CHANGE, at=trial).exists():
        note(subscription, Kind.CHANGE, at=trial, by=by, reason="trial ended")


def settle(subscription: Subscription, *, by: User | None) -> Subscription:
    """Put the whole life right, keep how it stands now, and see whether the customer pays for the first time."""
    retell(subscription)
    subscription.save()
    first = subscription.events.paying().order_by("at", "id").first()
    if first and first.at <= timezone.now():
        acquire(subscription.customer, at=first.at, by=by)
    return subscription
