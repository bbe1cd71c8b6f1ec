"""A deal's way through its stages: one unbroken chain of stays, whatever order they are entered in."""

from datetime import datetime

from customers.models import User
from sales.choices import StageKind
from sales.models import Deal, Stage, StageChange
from sales.services.moments import refuse, spoken


def enter_stage(deal: Deal, stage: Stage, *, at: datetime, by: User | None) -> StageChange:
    """Write down that the deal entered a stage, between the stays it had before and after that moment."""
    before = deal.stage_changes.filter(at__lte=at).order_by("at", "id").last()
    after = deal.stage_changes.filter(at__gt=at).order_by("at", "id").first()
    refuse_standing_still(stage, before, after)
    if before:
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
        amount=before.amount if before and after else deal.amount,
    )
    if after:
        after.from_stage = stage
        after.save(update_fields=["from_stage"])
    elif deal.is_open or stage.kind != StageKind.OPEN:
        deal.stage, deal.pipeline = stage, stage.pipeline
    return stay


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
