"""What people do with subscriptions: start, change, pause, resume, cancel, keep, renew, end."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from customers.models import User
from sales.choices import SubscriptionEventKind as Kind
from sales.models import Subscription, Term
from sales.services.agreements import CHANGEABLE, begin_term, refuse_odd_terms, take_list_price
from sales.services.billing import as_long_again, paid_until
from sales.services.chronicle import finish, note, restore_trial_end, settle
from sales.services.history import agreed as terms_agreed
from sales.services.history import events_of
from sales.services.moments import moment, refuse, spoken


@transaction.atomic
def start_subscription(
    subscription: Subscription,
    *,
    at: datetime | None = None,
    by: User | None = None,
    term_ends_on: date | None = None,
) -> Subscription:
    """Begin a subscription. On trial it is worth nothing yet; the day the trial ends, it is."""
    if subscription.price is None and subscription.plan:
        take_list_price(subscription, subscription.plan)
    subscription.started_at = moment(at or subscription.started_at, field="started_at")
    refuse_odd_terms(subscription)
    trial = subscription.trial_ends_at
    if trial and trial <= subscription.started_at:
        raise refuse("trial_ends_at", "A trial ends after the start.", "too-early")
    subscription.save()
    note(subscription, Kind.START, at=subscription.started_at, by=by, worth=subscription.mrr)
    if trial:
        note(subscription, Kind.CHANGE, at=trial, by=by, reason="trial ended")
    if term_ends_on:
        begin_term(subscription, starts_on=timezone.localdate(subscription.started_at), ends_on=term_ends_on)
    return settle(subscription, by=by)


@transaction.atomic
def change_subscription(
    subscription: Subscription,
    *,
    at: datetime | None = None,
    by: User | None = None,
    reason: str = "",
    **terms: Any,
) -> Subscription:
    """Agree other terms: plan, quantity, price, discount, interval, currency or owner.

    A change told late holds until the next one; what is paused stays paused and resumes at the newest terms.
    """
    subscription = locked(subscription)
    if unknown := terms.keys() - CHANGEABLE:
        raise TypeError(f"Not a term of a subscription: {', '.join(sorted(unknown))}")
    at = moment(at, since=subscription.started_at)
    agreed = Subscription.objects.get(pk=subscription.pk)
    for name, value in terms.items():
        setattr(agreed, name, value)
    if terms.get("plan") and "price" not in terms:
        take_list_price(agreed, terms["plan"])
    refuse_odd_terms(agreed)
    if not any(event.at > at and terms_agreed(event, subscription) is not None for event in events_of(subscription)):
        subscription = agreed
    note(agreed, Kind.CHANGE, at=at, by=by, worth=agreed.mrr, reason=reason)
    return settle(subscription, by=by)


@transaction.atomic
def pause_subscription(
    subscription: Subscription,
    *,
    at: datetime | None = None,
    effective_at: datetime | None = None,
    by: User | None = None,
    reason: str = "",
) -> Subscription:
    """Let the subscription rest from the end of the paid period, or from the moment told."""
    subscription = locked(subscription)
    at = moment(at, since=subscription.started_at)
    rests = effective_at or paid_until(subscription, at)
    refuse_before(rests, at)
    note(subscription, Kind.PAUSE, at=rests, by=by, reason=reason)
    return settle(subscription, by=by)


@transaction.atomic
def resume_subscription(
    subscription: Subscription, *, at: datetime | None = None, by: User | None = None
) -> Subscription:
    """Go on at the terms it has. A pause that has not begun yet is simply taken back."""
    subscription = locked(subscription)
    at = moment(at, since=subscription.started_at)
    last = subscription.events.filter(kind__in=[Kind.PAUSE, Kind.RESUME]).order_by("at", "id").last()
    if last and last.kind == Kind.PAUSE and last.at >= at:
        last.delete()
    else:
        note(subscription, Kind.RESUME, at=at, by=by)
    return settle(subscription, by=by)


@transaction.atomic
def request_cancel(
    subscription: Subscription,
    *,
    at: datetime | None = None,
    effective_at: datetime | None = None,
    by: User | None = None,
    reason: str = "",
) -> Subscription:
    """The customer cancels; it ends with what is paid for, or at the moment told."""
    subscription = locked(subscription)
    at = moment(at, since=subscription.started_at)
    refuse_cancelled(subscription)
    ends = effective_at or paid_until(subscription, at)
    refuse_before(ends, at)
    subscription.cancel_requested_at = at
    note(subscription, Kind.CANCEL_REQUESTED, at=at, by=by, reason=reason)
    finish(subscription, at=ends, by=by, reason=reason, is_involuntary=False)
    return settle(subscription, by=by)


@transaction.atomic
def keep_subscription(
    subscription: Subscription, *, at: datetime | None = None, by: User | None = None
) -> Subscription:
    """The customer stays after all: the cancellation is taken back before it takes effect."""
    subscription = locked(subscription)
    if not subscription.cancel_requested_at:
        raise refuse("cancel_requested_at", "This subscription was not cancelled.", "not-cancelled")
    at = moment(at, since=subscription.cancel_requested_at)
    if subscription.ended_at and subscription.ended_at <= at:
        raise refuse("at", f"It ended on {spoken(subscription.ended_at)} already.", "ended")
    subscription.events.filter(kind=Kind.END).delete()
    subscription.cancel_requested_at = None
    restore_trial_end(subscription, by=by)
    return settle(subscription, by=by)


@transaction.atomic
def end_subscription(
    subscription: Subscription,
    *,
    at: datetime | None = None,
    by: User | None = None,
    reason: str = "",
    is_involuntary: bool = False,
) -> Subscription:
    """Service stops now, or stopped at the moment told; involuntary where payment failed."""
    subscription = locked(subscription)
    at = moment(at, since=subscription.started_at)
    if subscription.ended_at and subscription.ended_at <= at:
        raise refuse("at", f"It ended on {spoken(subscription.ended_at)} already.", "ended")
    subscription.events.filter(kind=Kind.END).delete()
    finish(subscription, at=at, by=by, reason=reason, is_involuntary=is_involuntary)
    return settle(subscription, by=by)


@transaction.atomic
def renew_subscription(
    subscription: Subscription,
    *,
    ends_on: date | None = None,
    mrr: Decimal | None = None,
    at: datetime | None = None,
    by: User | None = None,
) -> Term:
    """Contract the next term, as long as the last and right after it unless told otherwise."""
    subscription = locked(subscription)
    refuse_cancelled(subscription)
    old = subscription.terms.select_for_update().order_by("ends_on").last()
    if old is None:
        raise refuse("terms", "It has no term to renew.", "no-term")
    at = moment(at, since=subscription.started_at)
    ends_on = ends_on or as_long_again(old.starts_on, old.ends_on)
    old.renewed_by = begin_term(subscription, starts_on=old.ends_on, ends_on=ends_on, mrr=mrr)
    old.renewed_at = at
    old.save()
    return old.renewed_by


def locked(subscription: Subscription) -> Subscription:
    """The subscription as it stands, held until this change is done."""
    return Subscription.objects.select_for_update().get(pk=subscription.pk)


def refuse_cancelled(subscription: Subscription) -> None:
    if subscription.ended_at:
        raise refuse("at", f"It ends on {spoken(subscription.ended_at)} already.", "ended")


def refuse_before(effective_at: datetime, at: datetime) -> None:
    if effective_at < at:
        raise refuse("effective_at", "This cannot take effect before it was said.", "too-early")
