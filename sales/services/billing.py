"""Billing days: where a paid period ends, in local days."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from sales.choices import Interval, SubscriptionEventKind
from sales.models import Subscription


def paid_until(subscription: Subscription, at: datetime) -> datetime:
    """The first moment no longer paid for at the time: the end of the trial, the term, or the running interval."""
    if subscription.trial_ends_at and at < subscription.trial_ends_at:
        return subscription.trial_ends_at
    day = timezone.localdate(at)
    if term := subscription.terms.filter(starts_on__lte=day, ends_on__gt=day).order_by("ends_on").last():
        return midnight(term.ends_on)
    anchor = timezone.localdate(billed_since(subscription, at))
    return midnight(next_due(subscription, anchor, day))


def billed_since(subscription: Subscription, at: datetime) -> datetime:
    """When the running row of intervals began: the last resume, the end of the trial, or the start."""
    resumed = subscription.events.filter(kind=SubscriptionEventKind.RESUME, at__lte=at).order_by("at").last()
    if resumed:
        return resumed.at
    return subscription.trial_ends_at or subscription.started_at


def next_due(subscription: Subscription, anchor: date, day: date) -> date:
    """The first day an interval begins after `day`, counted from the anchor so that the 31st stays the 31st."""
    count = subscription.interval_count
    if subscription.interval in (Interval.DAY, Interval.WEEK):
        length = count * (7 if subscription.interval == Interval.WEEK else 1)
        return anchor + timedelta(days=((day - anchor).days // length + 1) * length)
    length = count * (12 if subscription.interval == Interval.YEAR else 1)
    steps = max(0, ((day.year - anchor.year) * 12 + day.month - anchor.month) // length)
    due = add_months(anchor, steps * length)
    return due if due > day else add_months(anchor, (steps + 1) * length)


def add_months(day: date, months: int) -> date:
    """The same day some months on; the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def as_long_again(starts_on: date, ends_on: date) -> date:
    """The end of a stretch as long as the one given and right after it, in whole months where it was."""
    months = (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month
    if add_months(starts_on, months) == ends_on:
        return add_months(ends_on, months)
    return ends_on + (ends_on - starts_on)


def midnight(day: date) -> datetime:
    """The moment a local day begins."""
    return timezone.make_aware(datetime.combine(day, time.min))
