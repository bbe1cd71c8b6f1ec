"""The way of a deal through its stages, as a file tells it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import zip_longest
from typing import NamedTuple

from sales.choices import Outcome
from sales.models import Deal, Stage, StageChange
from sales.services.deals import change_amount, close, move_deal, reopen_deal, win_deal
from sales.services.moments import refuse, spoken
from sales.services.stays import begin_at


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
    amount: Decimal | None = None
    names_amount: bool = False
    entered: list[Stay] = field(default_factory=list)

    def amount_differs(self, deal: Deal) -> bool:
        return self.names_amount and self.amount != deal.amount


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


def differs(deal: Deal, wanted: Wanted) -> bool:
    """Whether a file says something else of where a deal is, and since when."""
    known = {change.to_stage_id for change in deal.stage_changes.all()}
    return (
        wanted.created_at not in (None, deal.created_at)
        or wanted.amount_differs(deal)
        or any(stay.stage.pk not in known for stay in wanted.entered)
        or wanted.outcome not in (None, deal.outcome)
        or bool(wanted.outcome and wanted.closed_at not in (None, deal.closed_at))
        or (deal.is_open and wanted.stage is not None and wanted.stage.pk != deal.stage_id)
    )


def follow(deal: Deal, wanted: Wanted) -> None:
    """Bring a known deal to where the file says it is."""
    correct_birth(deal, wanted)
    enter_dated(deal, wanted)
    correct_amount(deal, wanted)
    take_outcome(deal, wanted)
    move(deal, wanted)


def correct_birth(deal: Deal, wanted: Wanted) -> None:
    if wanted.created_at in (None, deal.created_at):
        return
    first, *later = deal.stage_changes.order_by("at", "id")
    limit = later[0].at if later else deal.closed_at
    if limit and wanted.created_at > limit:
        raise refuse("created_at", f"It moved on {spoken(limit)}, before that.", "too-late")
    begin_at(first, wanted.created_at)
    deal.created_at = wanted.created_at
    deal.save()


def correct_amount(deal: Deal, wanted: Wanted) -> None:
    """Another amount holds from now on; that of a deal the file says has closed, from then."""
    if wanted.amount_differs(deal):
        change_amount(deal, amount=wanted.amount, at=wanted.closed_at if deal.is_open and wanted.outcome else None)


def enter_dated(deal: Deal, wanted: Wanted) -> None:
    known = set(deal.stage_changes.order_by().values_list("to_stage", flat=True))
    for stay in sorted(wanted.entered, key=lambda stay: stay.at):
        if stay.stage.pk not in known:
            move_deal(deal, to=stay.stage, at=stay.at)


def take_outcome(deal: Deal, wanted: Wanted) -> None:
    """Open, won or lost, as the file says."""
    deal.refresh_from_db()
    if wanted.outcome is None:
        return
    if deal.closed_at and wanted.outcome == deal.outcome:
        correct_closing(deal, wanted.closed_at or deal.closed_at)
        return
    if deal.closed_at:
        reopen_deal(deal, to=wanted.stage, at=deal.closed_at if wanted.outcome else None)
    if wanted.outcome == Outcome.WON:
        win_deal(deal, at=wanted.closed_at)
    elif wanted.outcome == Outcome.LOST:
        lost = Deal.objects.select_for_update().get(pk=deal.pk)
        close(lost, Outcome.LOST, at=wanted.closed_at, by=None)  # a file may not know why


def correct_closing(deal: Deal, closed_at: datetime) -> None:
    """Put the moment of closing right, on the deal and on its last stay."""
    if deal.closed_at == closed_at:
        return
    *_, before, last = [None, *deal.stage_changes.order_by("at", "id")]
    if before and before.at > closed_at:
        raise refuse("closed_at", f"It moved to {before.to_stage} on {spoken(before.at)}, after that.", "too-early")
    if before:
        before.left_at = closed_at
        before.save()
    last.at = deal.closed_at = closed_at
    last.save()
    deal.save()


def move(deal: Deal, wanted: Wanted) -> None:
    deal.refresh_from_db()
    if deal.is_open and not wanted.outcome and wanted.stage not in (None, deal.stage):
        move_deal(deal, to=wanted.stage)
