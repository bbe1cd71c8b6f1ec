"""The way of a deal through its stages, as a file tells it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import NamedTuple

from sales.choices import Outcome
from sales.models import Deal, Stage, StageChange
from sales.services.deals import close, move_deal, reopen_deal, win_deal
from sales.services.moments import refuse, spoken


class Stay(NamedTuple):
    stage: Stage
    at: datetime


@dataclass
class Wanted:
    """Where a file says a deal is, and since when."""

    stage: Stage | None = None  # an open one
    outcome: str | None = None
    closed_at: datetime | None = None
    created_at: datetime | None = None
    entered: list[Stay] = field(default_factory=list)


def way_of(wanted: Wanted, opening: Stage, end: Stage | None) -> list[Stay]:
    """The stays of a new deal, from its creation to where it is."""
    assert wanted.created_at is not None  # noqa: S101 - the caller has set it
    dated = sorted(wanted.entered, key=lambda stay: stay.at)
    way = [] if dated and dated[0].at == wanted.created_at else [Stay(opening, wanted.created_at)]
    for stay in dated:
        if not way or way[-1].stage != stay.stage:
            way.append(stay)
    if wanted.stage and way[-1].stage != wanted.stage:
        way.append(Stay(wanted.stage, way[-1].at))
    if end and wanted.closed_at:
        way.append(Stay(end, wanted.closed_at))
    return way


def stage_changes(deal: Deal, way: Sequence[Stay]) -> Iterator[StageChange]:
    """The rows that moving the deal along this way would have written."""
    before = None
    for stay, after in zip_longest(way, way[1:]):
        yield StageChange(
            deal=deal,
            from_stage=before,
            to_stage=stay.stage,
            at=stay.at,
            left_at=after.at if after else None,
            owner=deal.owner,
            amount=deal.amount,
        )
        before = stay.stage


def follow(deal: Deal, wanted: Wanted) -> bool:
    """Bring a known deal to where the file says it is; whether that took anything."""
    steps = [correct_birth(deal, wanted), enter_dated(deal, wanted), take_outcome(deal, wanted), move(deal, wanted)]
    return any(steps)


def correct_birth(deal: Deal, wanted: Wanted) -> bool:
    if wanted.created_at in (None, deal.created_at):
        return False
    first, *later = deal.stage_changes.order_by("at", "id")
    limit = later[0].at if later else deal.closed_at
    if limit and wanted.created_at > limit:
        raise refuse("created_at", f"It moved on {spoken(limit)}, before that.", "too-late")
    first.at = deal.created_at = wanted.created_at
    first.save()
    deal.save()
    return True


def enter_dated(deal: Deal, wanted: Wanted) -> bool:
    known = {change.to_stage_id for change in deal.stage_changes.all()} if wanted.entered else set()
    new = [stay for stay in sorted(wanted.entered, key=lambda stay: stay.at) if stay.stage.pk not in known]
    for stay in new:
        move_deal(deal, to=stay.stage, at=stay.at)
    return bool(new)


def take_outcome(deal: Deal, wanted: Wanted) -> bool:
    """Open, won or lost, as the file says."""
    deal.refresh_from_db()
    if wanted.outcome is None or (wanted.outcome, wanted.closed_at or deal.closed_at) == (
        deal.outcome,
        deal.closed_at,
    ):
        return False
    if deal.closed_at and wanted.outcome == deal.outcome:
        return correct_closing(deal, wanted)
    if deal.closed_at:
        reopen_deal(deal, to=wanted.stage, at=deal.closed_at if wanted.outcome else None)
    if wanted.outcome == Outcome.WON:
        win_deal(deal, at=wanted.closed_at)
    elif wanted.outcome == Outcome.LOST:
        lost = Deal.objects.select_for_update().get(pk=deal.pk)
        close(lost, Outcome.LOST, at=wanted.closed_at, by=None)  # a file may not know why
    deal.refresh_from_db()
    return True


def correct_closing(deal: Deal, wanted: Wanted) -> bool:
    assert wanted.closed_at is not None  # noqa: S101 - it differs from the one the deal has
    *_, before, last = [None, *deal.stage_changes.order_by("at", "id")]
    if before and before.at > wanted.closed_at:
        raise refuse("closed_at", f"It moved to {before.to_stage} on {spoken(before.at)}, after that.", "too-early")
    if before:
        before.left_at = wanted.closed_at
        before.save()
    last.at = deal.closed_at = wanted.closed_at
    last.save()
    deal.save()
    return True


def move(deal: Deal, wanted: Wanted) -> bool:
    deal.refresh_from_db()
    if deal.closed_at or wanted.outcome or wanted.stage in (None, deal.stage):
        return False
    move_deal(deal, to=wanted.stage)
    return True
