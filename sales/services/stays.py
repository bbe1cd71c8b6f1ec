"""A deal's way through its stages: one unbroken chain of stays, whatever order they are entered in."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from customers.models import User
from sales.choices import StageKind
from sales.models import AmountChange, Deal, Stage, StageChange
from sales.services.moments import refuse, spoken


def enter_stage(deal: Deal, stage: Stage, *, at: datetime, by: User | None) -> StageChange:
    """Write down that the deal entered a stage, between the stays it had before and after that moment."""
    before = deal.stage_changes.filter(at__lte=at).order_by("at", "id").last()
    after = deal.stage_changes.filter(at__gt=at).order_by("at", "id").first()
    refuse_standing_still(stage, before, after)
    amount = deal.amount
    if before:
        if before.left_at is None:
            leave_with_amount(before)
        if stage.kind == StageKind.OPEN and (after or deal.amount_changes.filter(at__gt=at).exists()):
            amount = amount_at(before, at)
        before.left_at = at
        before.save(update_fields=["left_at"])
    stay = StageChange.objects.create(
        deal=deal,
        from_stage=before.to_stage if before else None,
        to_stage=stage,
        at=at,
        left_at=after.at if after else None,
        by=by,
        owner=before.owner if before and after else deal.owner,
        amount=amount,
    )
    if after:
        after.from_stage = stage
        after.save(update_fields=["from_stage"])
    elif deal.is_open or stage.kind != StageKind.OPEN:
        deal.stage, deal.pipeline = stage, stage.pipeline
    return stay


def note_amount(deal: Deal, amount: Decimal | None, *, at: datetime, by: User | None) -> None:
    """Write down that the deal stands at another amount from a moment on; what was said of later ones falls away."""
    if last := deal.stage_changes.filter(left_at=None).first():
        leave_with_amount(last)
    deal.amount_changes.filter(at__gte=at).delete()
    deal.stage_changes.filter(at__gte=at).update(amount=amount)
    stay = deal.stage_changes.filter(Q(left_at=None) | Q(left_at__gt=at), at__lt=at).last()
    if stay and amount_at(stay, at) != amount:
        AmountChange.objects.create(deal=deal, at=at, amount=amount, by=by)


def amount_at(stay: StageChange, at: datetime) -> Decimal | None:
    """What the deal stood at in a stay at a moment of it."""
    last = stay.deal.amount_changes.filter(at__gt=stay.at, at__lte=at).last()
    return last.amount if last else stay.amount


def leave_with_amount(stay: StageChange) -> None:
    """While a deal stays, it says itself what it stands at, however that was written; from then on the stay does."""
    stands_at = Deal.objects.values_list("amount", flat=True).get(pk=stay.deal_id)
    last = stay.deal.amount_changes.filter(at__gt=stay.at).last() or stay
    if last.amount != stands_at:
        last.amount = stands_at
        last.save(update_fields=["amount"])


def begin_at(stay: StageChange, at: datetime) -> None:
    """Let a stay begin at another moment, at the amount the deal stood at then."""
    stay.amount = amount_at(stay, at)
    stay.deal.amount_changes.filter(at__lte=at).delete()
    stay.at = at
    stay.save(update_fields=["at", "amount"])


def refuse_standing_still(stage: Stage, before: StageChange | None, after: StageChange | None) -> None:
    """A move leads from one stage to another."""
    if before and before.to_stage_id == stage.pk:
        raise refuse("to", f"It was in {stage} then, since {spoken(before.at)}.", "same-stage")
    if after and after.to_stage_id == stage.pk:
        raise refuse("to", f"It entered {stage} on {spoken(after.at)} already.", "same-stage")


def refuse_before_last_stay(deal: Deal, at: datetime) -> None:
    """A deal closes or reopens after the last thing we know of its way."""
    last = deal.stage_changes.order_by("at", "id").last()
    if last and last.at > at:
        raise refuse("at", f"It moved to {last.to_stage} on {spoken(last.at)}, after that.", "too-early")
