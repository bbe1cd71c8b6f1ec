"""Changing a record through a form or the API: what has a verb goes through its verb, the rest is simply kept."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from customers.models import User
from sales.models import Deal, Lead, Order, OrderLine, Stage, Subscription
from sales.services.agreements import CHANGEABLE
from sales.services.deals import change_amount, locked, move_deal, reassign_deal
from sales.services.leads import locked as locked_lead
from sales.services.moments import moment, refuse, spoken
from sales.services.orders import locked as locked_order
from sales.services.orders import notice_payment, paid_and_given_back
from sales.services.pipelines import first_stage
from sales.services.stays import begin_at
from sales.services.subscriptions import change_subscription
from sales.services.subscriptions import locked as locked_subscription


@transaction.atomic
def edit_deal(deal: Deal, *, by: User | None = None, **changes: Any) -> Deal:
    """Change a deal. A new stage, amount or owner leaves the trace its verb leaves."""
    deal = locked(deal)
    stage = wanted_stage(deal, changes)
    verbs = {name: changes.pop(name) for name in ("amount", "currency", "owner", "created_at") if name in changes}
    if changes:
        keep(deal, changes)
    if "created_at" in verbs and verbs["created_at"] != deal.created_at:
        deal = redate_deal(deal, created_at=verbs["created_at"])
    if verbs.get("amount", deal.amount) != deal.amount or verbs.get("currency", deal.currency) != deal.currency:
        amount = verbs.get("amount", deal.amount)
        deal = change_amount(deal, amount=amount, currency=verbs.get("currency", ""), by=by)
    if "owner" in verbs and verbs["owner"] != deal.owner:
        deal = reassign_deal(deal, to=verbs["owner"], by=by)
    if stage and stage.pk != deal.stage_id:
        deal = put_in_stage(deal, stage, by=by)
    return deal


def put_in_stage(deal: Deal, stage: Stage, *, by: User | None) -> Deal:
    """Move the deal; a refusal names the field of the deal, not the word of the verb."""
    try:
        return move_deal(deal, to=stage, by=by)
    except ValidationError as refusal:
        raise ValidationError(
            {"stage": [one for several in refusal.error_dict.values() for one in several]}
        ) from refusal


def wanted_stage(deal: Deal, changes: dict[str, Any]) -> Stage | None:
    """The stage asked for; another pipeline alone means its first stage."""
    stage, pipeline = changes.pop("stage", None), changes.pop("pipeline", None)
    if stage and pipeline and stage.pipeline_id != pipeline.pk:
        raise refuse("stage", f"{stage} is not a stage of {pipeline}.", "other-pipeline")
    if pipeline and not stage and pipeline.pk != deal.pipeline_id:
        return first_stage(pipeline)
    return stage


def redate_deal(deal: Deal, *, created_at: datetime) -> Deal:
    """Correct the day a deal began; its first stay begins then too."""
    first = deal.stage_changes.order_by("at", "id").first()
    created_at = moment(created_at, field="created_at")
    if first and first.left_at and created_at > first.left_at:
        said = f"It left {first.to_stage} on {spoken(first.left_at)}, before that."
        raise refuse("created_at", said, "too-late")
    if first:
        begin_at(first, created_at)
    keep(deal, {"created_at": created_at})
    return deal


@transaction.atomic
def edit_subscription(subscription: Subscription, *, by: User | None = None, **changes: Any) -> Subscription:
    """Change a subscription. Other terms or another owner make an event from now on."""
    subscription = locked_subscription(subscription)
    terms = {name: changes.pop(name) for name in [*changes] if name in CHANGEABLE}
    if changes:
        keep(subscription, changes)
    terms = {name: value for name, value in terms.items() if value != getattr(subscription, name)}
    if terms and "price" not in terms:
        terms["price"] = subscription.price  # Only a price that was typed is meant.
    return change_subscription(subscription, by=by, **terms) if terms else subscription


@transaction.atomic
def edit_lead(lead: Lead, *, by: User | None = None, **changes: Any) -> Lead:
    """Change a lead. The dates of its steps may be mended, and whoever mends them answers for them."""
    lead = locked_lead(lead)
    for step in ("created_at", "first_contacted_at", "qualified_at"):
        if changes.get(step):
            changes[step] = moment(changes[step], field=step)
    for step, who in (("first_contacted_at", "contacted_by"), ("qualified_at", "qualified_by")):
        if step in changes and changes[step] != getattr(lead, step):
            changes[who] = by
    keep(lead, changes)
    return lead


@transaction.atomic
def edit_order(
    order: Order, *, lines: list[dict[str, Any]] | None = None, by: User | None = None, **changes: Any
) -> Order:
    """Change an order. Lines, where given, are the whole order: named by id they are kept, others are new or go."""
    order = locked_order(order)
    if "placed_at" in changes:
        changes["placed_at"] = moment(changes["placed_at"], field="placed_at")
    keep(order, changes)
    if lines is not None:
        put_lines(order, lines)
        refuse_more_back_than_paid(order)
    notice_payment(order, by=by)
    return order


def put_lines(order: Order, lines: list[dict[str, Any]]) -> None:
    if not lines:
        raise refuse("lines", "An order has at least one line.", "required")
    standing = {line.pk: line for line in order.lines.select_for_update()}
    kept = []
    for words in lines:
        pk = words.pop("id", None)
        if pk is not None and pk not in standing:
            raise refuse("lines", f"Line {pk} is not on this order.", "other-order")
        line = standing.get(pk) or OrderLine(order=order)
        for name, value in words.items():
            setattr(line, name, value)
        line.save()
        kept.append(line.pk)
    order.lines.exclude(pk__in=kept).delete()


def refuse_more_back_than_paid(order: Order) -> None:
    """An order cannot shrink below what was given back on it."""
    if paid_and_given_back(order.lines.all(), order.refunds.all()) < 0:
        raise refuse("lines", "More than this was given back already.", "too-little")


def keep(row: Any, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
