"""What people do with deals: open, move, win, lose, reopen, hand over, put another amount on."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from customers.models import User
from sales.choices import Outcome, StageKind
from sales.models import Deal, LostReason, Product, Stage
from sales.services.acquisition import convert_waiting_lead, take_back_conversion
from sales.services.moments import moment, refuse, spoken
from sales.services.pipelines import closing_stage, default_pipeline, first_stage
from sales.services.stays import enter_stage, note_amount, refuse_before_last_stay


@transaction.atomic
def open_deal(deal: Deal, *, at: datetime | None = None, by: User | None = None) -> Deal:
    """Put a new deal on the board: in the stage it names, or the first of its pipeline."""
    if deal.stage_id:
        deal.pipeline = deal.stage.pipeline
    if not deal.pipeline_id:
        deal.pipeline = default_pipeline()
    if not deal.stage_id:
        deal.stage = first_stage(deal.pipeline)
    refuse_closing_stage(deal.stage, field="stage")
    deal.created_at = moment(at or deal.created_at, field="created_at")
    deal.save()
    enter_stage(deal, deal.stage, at=deal.created_at, by=by)
    return deal


@transaction.atomic
def move_deal(deal: Deal, *, to: Stage, at: datetime | None = None, by: User | None = None) -> Deal:
    """Move the deal to another stage. A move told late takes its place among those before and after it."""
    deal = locked(deal)
    refuse_closing_stage(to, field="to")
    at = moment(at, since=deal.created_at)
    if deal.closed_at and at >= deal.closed_at:
        raise refuse("at", f"It closed on {spoken(deal.closed_at)}; reopen it first.", "already-closed")
    enter_stage(deal, to, at=at, by=by)
    deal.save()
    return deal


@transaction.atomic
def win_deal(
    deal: Deal,
    *,
    at: datetime | None = None,
    by: User | None = None,
    amount: Decimal | None = None,
    product: Product | None = None,
) -> Deal:
    """Close the deal as won. A deal is closed once; reopening is its own verb."""
    deal = locked(deal)
    deal.amount = deal.amount if amount is None else amount
    deal.product = product or deal.product
    if deal.amount is None:
        raise refuse("amount", "A won deal has an amount.", "required")
    refuse_below_zero(deal.amount)
    close(deal, Outcome.WON, at=at, by=by)
    convert_waiting_lead(deal)
    return deal


@transaction.atomic
def lose_deal(deal: Deal, *, reason: LostReason | None, at: datetime | None = None, by: User | None = None) -> Deal:
    """Close the deal as lost, and say why."""
    deal = locked(deal)
    if reason is None:
        raise refuse("reason", "Say why it was lost.", "required")
    deal.lost_reason = reason
    return close(deal, Outcome.LOST, at=at, by=by)


@transaction.atomic
def reopen_deal(deal: Deal, *, to: Stage | None = None, at: datetime | None = None, by: User | None = None) -> Deal:
    """Take the outcome back: the deal is open again, in the stage it closed from unless told otherwise."""
    deal = locked(deal)
    if deal.closed_at is None:
        raise refuse("outcome", "This deal is open.", "not-closed")
    at = moment(at, since=deal.closed_at)
    last = deal.stage_changes.order_by("at", "id").last()
    to = to or (last and last.from_stage) or first_stage(deal.pipeline)
    refuse_closing_stage(to, field="to")
    take_back_conversion(deal)
    deal.outcome, deal.closed_at, deal.closed_by, deal.credited_to = Outcome.OPEN, None, None, None
    deal.lost_reason = None
    enter_stage(deal, to, at=at, by=by)
    deal.save()
    return deal


@transaction.atomic
def change_amount(
    deal: Deal,
    *,
    amount: Decimal | None,
    currency: str = "",
    at: datetime | None = None,
    by: User | None = None,
) -> Deal:
    """Put another amount on the deal. Until then it stood at what it stood at; told late, it holds ever since."""
    deal = locked(deal)
    if amount is None and deal.outcome == Outcome.WON:
        raise refuse("amount", "A won deal has an amount.", "required")
    if amount is not None:
        refuse_below_zero(amount)
    since = moment(at, since=deal.created_at)
    if at or amount != deal.amount:
        note_amount(deal, amount, at=since, by=by)
    deal.amount, deal.currency = amount, currency or deal.currency
    deal.save()
    return deal


@transaction.atomic
def reassign_deal(deal: Deal, *, to: User | None, at: datetime | None = None, by: User | None = None) -> Deal:
    """Hand the deal over. A win keeps its credit, unless the hand-over is told to have come before it."""
    deal = locked(deal)
    since = moment(at, since=deal.created_at)
    deal.owner = to
    if deal.closed_at and since <= deal.closed_at:
        deal.credited_to = to
    deal.save()
    deal.stage_changes.filter(at__gte=since).update(owner=to)
    return deal


def close(deal: Deal, outcome: Outcome, *, at: datetime | None, by: User | None) -> Deal:
    """Give the deal its outcome, the credit to whoever owns it, and move it to its last stage."""
    if deal.closed_at:
        raise refuse("outcome", f"This deal closed on {spoken(deal.closed_at)} already.", "already-closed")
    at = moment(at, since=deal.created_at)
    refuse_before_last_stay(deal, at)
    deal.outcome, deal.closed_at, deal.closed_by, deal.credited_to = outcome, at, by, deal.owner
    kind = StageKind.WON if outcome == Outcome.WON else StageKind.LOST
    enter_stage(deal, closing_stage(deal.pipeline, kind=kind), at=at, by=by)
    deal.amount_changes.filter(at__gt=at).delete()
    deal.save()
    return deal


def locked(deal: Deal) -> Deal:
    """The deal as it stands, held until this change is done."""
    return Deal.objects.select_for_update().get(pk=deal.pk)


def refuse_closing_stage(stage: Stage, *, field: str) -> None:
    if stage.kind != StageKind.OPEN:
        raise refuse(field, f"A deal reaches {stage} by winning or losing it.", "closing-stage")


def refuse_below_zero(amount: Decimal) -> None:
    if amount < 0:
        raise refuse("amount", "This cannot be below 0.", "below-zero")
