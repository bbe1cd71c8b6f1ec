"""What people do with customers, and among themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from customers.choices import ActivityKind, EndReason, Lifecycle
from customers.merging import move_relations
from customers.models import Activity, Customer, EmailSubscription, LifecycleEvent, Team, TeamMembership, User

# What a customer is described by, over time; see CustomerVersion.
DESCRIBED = (
    "segment",
    "industry",
    "country",
    "region",
    "company_size",
    "birth_year",
    "gender",
    "acquisition_channel",
    "acquisition_campaign",
    "owner",
)


# --- Customers ----------------------------------------------------------------------------------------------------


@transaction.atomic
def create_customer(customer: Customer, *, at: datetime | None = None, by: User | None = None) -> Customer:
    """Keep a new customer, and the first step of their life with us."""
    customer.full_clean()
    customer.save()
    LifecycleEvent.objects.create(customer=customer, to_lifecycle=customer.lifecycle, at=at or timezone.now(), by=by)
    return customer


@transaction.atomic
def describe_customer(
    customer: Customer, *, at: datetime | None = None, by: User | None = None, **words: Any
) -> Customer:
    """Describe a customer anew from a moment on; until then they stay described as they were."""
    with told_to_the_database("plumb.at", at.isoformat() if at else ""):
        return _described(customer, words)


@transaction.atomic
def correct_customer(customer: Customer, *, by: User | None = None, **words: Any) -> Customer:
    """Mend a description that was wrong all along: its history is corrected too."""
    with told_to_the_database("plumb.correcting", "on"):
        return _described(customer, words)


def _described(customer: Customer, words: dict[str, Any]) -> Customer:
    if unknown := set(words) - {*DESCRIBED}:
        raise ValidationError(f"Customers are not described by {', '.join(sorted(unknown))}.", code="unknown-field")
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    for name, value in words.items():
        setattr(customer, name, value)
    customer.full_clean()
    customer.save()
    return customer


@contextmanager
def told_to_the_database(name: str, value: str) -> Iterator[None]:
    """A word the triggers hear until the end of this block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, '', true)", [name])


@transaction.atomic
def change_lifecycle(customer: Customer, *, to: str, at: datetime | None = None, by: User | None = None) -> Customer:
    """Take a step of a customer's life with us."""
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    if to not in Lifecycle.values:
        raise ValidationError({"to": ValidationError("There is no such step.", code="unknown-lifecycle")})
    if customer.lifecycle == to:
        raise ValidationError({"to": ValidationError("This customer is there already.", code="already-there")})
    LifecycleEvent.objects.create(
        customer=customer, from_lifecycle=customer.lifecycle, to_lifecycle=to, at=at or timezone.now(), by=by
    )
    customer.lifecycle = to
    customer.save(update_fields=["lifecycle"])
    return customer


@transaction.atomic
def merge_customers(survivor: Customer, absorbed: Customer, *, by: User | None = None) -> Customer:
    """Make two records of one customer one: all that points at the absorbed one points at the survivor after."""
    locked = {row.pk: row for row in Customer.objects.select_for_update().filter(pk__in=[survivor.pk, absorbed.pk])}
    if len(locked) < 2:
        raise ValidationError("A customer cannot be merged with itself.", code="same-customer")
    survivor, absorbed = locked[survivor.pk], locked[absorbed.pk]
    if survivor.merged_into_id or absorbed.merged_into_id:
        raise ValidationError("One of these was merged into another customer already.", code="already-merged")
    move_relations(absorbed, survivor, keep=("versions",))
    _fill_gaps(survivor, absorbed)
    absorbed.merged_into = survivor
    absorbed.save(update_fields=["merged_into"])
    survivor.save()
    return survivor


def _fill_gaps(survivor: Customer, absorbed: Customer) -> None:
    """What the survivor does not know, the absorbed record may."""
    for name in ("email", "phone", "website", "acquired_on", *DESCRIBED):
        if not getattr(survivor, name) and getattr(absorbed, name):
            setattr(survivor, name, getattr(absorbed, name))


# --- Activities ---------------------------------------------------------------------------------------------------


@transaction.atomic
def log_activity(
    customer: Customer | None,
    *,
    kind: str = ActivityKind.NOTE,
    subject: str,
    at: datetime | None = None,
    by: User | None = None,
    **words: Any,
) -> Activity:
    """Write down what was done with a customer; by whom is the owner unless another is named."""
    at = at or timezone.now()
    return _kept(Activity(customer=customer, kind=kind, subject=subject, created_at=at, done_at=at), by, words)


@transaction.atomic
def plan_activity(
    customer: Customer | None,
    *,
    kind: str = ActivityKind.TASK,
    subject: str,
    due_at: datetime,
    at: datetime | None = None,
    by: User | None = None,
    **words: Any,
) -> Activity:
    """Mean to do something with a customer by a moment."""
    planned_at = at or timezone.now()
    row = Activity(customer=customer, kind=kind, subject=subject, created_at=planned_at, due_at=due_at)
    return _kept(row, by, words)


def _kept(activity: Activity, by: User | None, words: dict[str, Any]) -> Activity:
    for name, value in {"owner": by, **words}.items():
        setattr(activity, name, value)
    activity.full_clean()
    activity.save()
    return activity


@transaction.atomic
def finish_activity(
    activity: Activity, *, duration: timedelta | None = None, at: datetime | None = None, by: User | None = None
) -> Activity:
    """What was planned is done."""
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    if activity.done_at:
        raise ValidationError("This is done already.", code="already-done")
    activity.done_at = at or timezone.now()
    if duration is not None:
        activity.duration = duration
    activity.full_clean()
    activity.save()
    return activity


# --- Mailing lists ------------------------------------------------------------------------------------------------


@transaction.atomic
def subscribe_email(
    email: str,
    *,
    mailing_list: str,
    customer: Customer | None = None,
    campaign: str = "",
    at: datetime | None = None,
    by: User | None = None,
) -> EmailSubscription:
    """Put an address on a mailing list."""
    row = EmailSubscription(
        email=email,
        mailing_list=mailing_list,
        customer=customer,
        campaign=campaign,
        subscribed_at=at or timezone.now(),
    )
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def end_email(
    subscription: EmailSubscription,
    *,
    reason: str = EndReason.UNSUBSCRIBE,
    at: datetime | None = None,
    by: User | None = None,
) -> EmailSubscription:
    """Take an address off a mailing list, and say why."""
    subscription = EmailSubscription.objects.select_for_update().get(pk=subscription.pk)
    if subscription.ended_at:
        raise ValidationError("This address left the list already.", code="already-ended")
    subscription.ended_at, subscription.end_reason = at or timezone.now(), reason
    subscription.full_clean()
    subscription.save()
    return subscription


# --- Teams --------------------------------------------------------------------------------------------------------


@transaction.atomic
def join_team(user: User, *, team: Team, on: date | None = None, by: User | None = None) -> TeamMembership:
    """Put a person in a team from a day on; the team they are in that day they leave the same day."""
    on = on or timezone.localdate()
    standing = TeamMembership.objects.select_for_update().on(on).filter(user=user).first()
    if standing and standing.team_id == team.pk:
        raise ValidationError({"team": ValidationError("They are in this team already.", code="already-there")})
    if standing:
        _left(standing, on)
    row = TeamMembership(user=user, team=team, joined_on=on)
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def leave_team(membership: TeamMembership, *, on: date | None = None, by: User | None = None) -> TeamMembership:
    """End a person's time in a team; the day told is the first without them."""
    membership = TeamMembership.objects.select_for_update().get(pk=membership.pk)
    if membership.left_on:
        raise ValidationError("They left this team already.", code="already-left")
    return _left(membership, on or timezone.localdate())


def _left(membership: TeamMembership, on: date) -> TeamMembership:
    membership.left_on = on
    membership.full_clean()
    membership.save()
    return membership
