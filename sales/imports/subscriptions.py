"""Subscriptions with the events that tell their life: the start, the end of a trial, the end."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model, prefetch_related_objects
from django.utils import timezone

from customers.importing.fields import Column, Number, columns_of
from customers.importing.resources import Draft, Resource, says_already
from customers.imports import customer, person
from sales.choices import Interval
from sales.choices import SubscriptionEventKind as Kind
from sales.imports.catalogue import PLAN
from sales.imports.payments import acquire_all
from sales.models import Subscription, SubscriptionEvent
from sales.models.subscription import MONTHS
from sales.services.history import Standing
from sales.services.subscriptions import change_subscription, end_subscription, settle

TERMS = ("plan", "quantity", "price", "discount", "interval", "interval_count", "currency", "owner")
EXACT = Decimal("0.000001")


class Subscriptions(Resource):
    """Recurring purchases, by their price for an interval or by their MRR."""

    name = "subscriptions"
    model = Subscription
    columns: ClassVar[Sequence[Column]] = [
        *columns_of(Subscription, "external_id"),
        customer(required=True),
        *columns_of(Subscription, "started_at", required=["started_at"]),
        *columns_of(Subscription, "trial_ends_at", "cancel_requested_at", "ended_at"),
        *columns_of(Subscription, "interval", "interval_count", "quantity", "price", "discount", "currency", "note"),
        Number("mrr", label="MRR"),
        *columns_of(SubscriptionEvent, "reason", "is_involuntary"),
        PLAN,
        person("owner"),
    ]
    happened = ("started_at", "cancel_requested_at")

    def complete(self, draft: Draft) -> None:
        """A monthly value becomes a price, a known subscription keeps its own way to change."""
        values = draft.values
        if "mrr" in values and "price" not in values:
            values["price"] = price_of(draft)
        if draft.is_new and "price" not in values:
            draft.refuse("price", "Give a price or an MRR.")
        if values.get("price", 0) < 0:
            draft.refuse("mrr" if "mrr" in values else "price", "This cannot be below 0.")
        started, trial = draft.get("started_at"), draft.get("trial_ends_at")
        if trial and trial <= started:
            draft.refuse("trial_ends_at", "A trial ends after the start.")
        requested, ended = draft.get("cancel_requested_at"), draft.get("ended_at")
        if requested and (not ended or not started <= requested <= ended):
            draft.refuse("cancel_requested_at", "It is cancelled after its start and before its end; give both.")
        if not draft.is_new:
            values["terms"] = {name: values.pop(name) for name in TERMS if name in values}
            values["end"] = values.pop("ended_at", None)

    def companions(self, drafts: Sequence[Draft]) -> Iterable[Model]:
        for draft in drafts:
            yield from life_of(draft)

    def rewrite(self, drafts: Sequence[Draft]) -> Sequence[Draft]:
        """Known subscriptions change and end by the verbs people use."""
        prefetch_related_objects([draft.instance for draft in drafts], "events")
        changed = [draft for draft in drafts if differs(draft)]
        for draft in changed:
            try:
                follow(draft)
            except ValidationError as wrong:
                draft.refuse("ended_at" if draft.values["end"] else "price", " ".join(wrong.messages))
        return changed

    def settle(self, drafts: Sequence[Draft]) -> None:
        """Whoever pays for the first time becomes a customer."""
        new = {draft.instance.pk: draft.instance for draft in drafts if draft.is_new}
        paying = SubscriptionEvent.objects.filter(subscription__in=new, mrr__gt=0, at__lte=timezone.now())
        acquire_all((new[pk].customer, at) for pk, at in paying.values_list("subscription", "at"))


def price_of(draft: Draft) -> Decimal:
    """The price of one unit and interval that makes this MRR."""
    top, bottom = MONTHS[Interval(draft.get("interval", Interval.MONTH))]
    count, quantity = draft.get("interval_count", 1), draft.get("quantity", 1)
    share = quantity * (1 - Decimal(draft.get("discount", 0)))
    if not share or not count:
        draft.refuse("mrr", "Nothing of a quantity of 0, or at a full discount, has an MRR.")
        return Decimal(0)
    return (draft.values["mrr"] * top * count / bottom / share).quantize(EXACT)


def life_of(draft: Draft) -> list[SubscriptionEvent]:
    """The events that starting, cancelling and ending the subscription would have written."""
    subscription: Subscription = draft.instance
    trial, end = subscription.trial_ends_at, subscription.ended_at
    reason, unpaid = draft.values.get("reason", ""), draft.values.get("is_involuntary", False)
    moments = [(Kind.START, subscription.started_at, "")]
    if trial and not (end and end <= trial):
        moments.append((Kind.CHANGE, trial, "trial ended"))
    if subscription.cancel_requested_at:
        moments.append((Kind.CANCEL_REQUESTED, subscription.cancel_requested_at, reason))
    if end:
        moments.append((Kind.END, end, reason))
    standing, events = Standing(), []
    for kind, at, why in sorted(moments, key=lambda moment: moment[1]):
        event = SubscriptionEvent(
            subscription=subscription,
            kind=kind,
            at=at,
            worth=subscription.mrr if kind is Kind.START else None,
            plan=subscription.plan,
            quantity=subscription.quantity,
            owner=subscription.owner,
            reason=why,
            is_involuntary=unpaid and kind is Kind.END,
        )
        standing.read(event, subscription)
        event.mrr = standing.mrr(event, subscription)
        events.append(event)
    return events


def differs(draft: Draft) -> bool:
    """Whether a file says something else of a known subscription than its events do."""
    subscription, values = draft.instance, draft.values
    starts = [event.at for event in subscription.events.all() if event.kind == Kind.START]
    return (
        starts != [subscription.started_at]
        or bool(other_terms(draft))
        or values["end"] not in (None, subscription.ended_at)
    )


def other_terms(draft: Draft) -> dict[str, Any]:
    said = draft.values["terms"].items()
    return {name: value for name, value in said if not says_already(draft.instance, name, value)}


def follow(draft: Draft) -> None:
    """Bring a known subscription to the terms and the end the file says."""
    subscription, values = Subscription.objects.select_for_update().get(pk=draft.instance.pk), draft.values
    subscription.events.filter(kind=Kind.START).update(at=subscription.started_at)
    if values["end"] not in (None, subscription.ended_at):
        subscription.events.filter(kind=Kind.END).delete()
    settle(subscription, by=None)
    if terms := other_terms(draft):
        change_subscription(subscription, **terms)
    if values["end"] not in (None, subscription.ended_at):
        end_subscription(
            subscription,
            at=values["end"],
            reason=values.get("reason", ""),
            is_involuntary=values.get("is_involuntary", False),
        )
