"""A deal closes once, won or lost; reopening is its own verb."""

from decimal import Decimal

import pytest

from sales.choices import StageKind
from sales.models import Deal, StageChange
from sales.services.deals import change_amount, lose_deal, move_deal, reassign_deal, reopen_deal, win_deal
from tests.sales.makers import day, make_deal, make_pipeline, make_reason, make_user, stage, stays
from tests.sales.refusals import refused

pytestmark = pytest.mark.django_db


def test_a_won_deal_keeps_when_who_and_whose_credit():
    owner, closer = make_user("owner"), make_user("closer")
    deal = make_deal(owner=owner)
    deal = win_deal(deal, at=day(2, 1), by=closer, amount=Decimal("99.50"))
    assert (deal.outcome, deal.closed_at, deal.closed_by, deal.credited_to) == ("won", day(2, 1), closer, owner)
    assert (deal.amount, deal.stage) == (Decimal("99.50"), stage("Won"))
    assert stays(deal) == [("", "New", "01-01", "02-01"), ("New", "Won", "02-01", "")]


def test_a_deal_is_closed_once():
    deal = make_deal()
    win_deal(deal, at=day(2, 1))
    with refused("outcome", "already-closed"):
        win_deal(deal, at=day(2, 2))
    with refused("outcome", "already-closed"):
        lose_deal(deal, reason=make_reason(), at=day(2, 2))
    assert Deal.objects.won().count() == 1


def test_a_win_has_an_amount_of_0_or_more():
    deal = make_deal(amount=None)
    with refused("amount", "required"):
        win_deal(deal, at=day(2, 1))
    with refused("amount", "below-zero"):
        win_deal(deal, at=day(2, 1), amount=Decimal(-1))
    assert win_deal(deal, at=day(2, 1), amount=Decimal(0)).amount == 0


def test_a_loss_has_a_reason():
    deal = make_deal()
    with refused("reason", "required"):
        lose_deal(deal, reason=None, at=day(2, 1))
    deal = lose_deal(deal, reason=make_reason("Too slow"), at=day(2, 1))
    assert (deal.outcome, deal.lost_reason.name, deal.stage) == ("lost", "Too slow", stage("Lost"))


def test_a_deal_does_not_close_before_its_last_move():
    deal = make_deal()
    move_deal(deal, to=stage("Offer"), at=day(2, 5))
    with refused("at", "too-early"):
        win_deal(deal, at=day(2, 1))


def test_only_the_last_outcome_of_a_reopened_deal_counts():
    deal = make_deal()
    move_deal(deal, to=stage("Offer"), at=day(1, 3))
    win_deal(deal, at=day(2, 1))
    deal = reopen_deal(deal, at=day(2, 5))
    assert (deal.outcome, deal.closed_at, deal.credited_to, deal.stage) == ("", None, None, stage("Offer"))
    deal = lose_deal(deal, reason=make_reason(), at=day(3, 1))
    assert (Deal.objects.won().count(), Deal.objects.lost().count()) == (0, 1)
    assert stays(deal) == [
        ("", "New", "01-01", "01-03"),
        ("New", "Offer", "01-03", "02-01"),
        ("Offer", "Won", "02-01", "02-05"),
        ("Won", "Offer", "02-05", "03-01"),
        ("Offer", "Lost", "03-01", ""),
    ]


def test_an_open_deal_is_not_reopened():
    with refused("outcome", "not-closed"):
        reopen_deal(make_deal())


def test_a_deal_does_not_reopen_before_it_closed():
    deal = win_deal(make_deal(), at=day(2, 1))
    with refused("at", "too-early"):
        reopen_deal(deal, at=day(1, 20))


def test_a_missing_won_stage_is_added_when_it_is_needed():
    deal = make_deal()
    deal.pipeline.stages.exclude(kind=StageKind.OPEN).delete()
    deal = win_deal(deal, at=day(2, 1))
    assert (deal.stage.name, deal.stage.kind, deal.stage.probability) == ("Won", "won", 1)


def test_the_credit_stays_with_who_owned_the_deal_when_it_closed():
    old, new = make_user("old"), make_user("new")
    deal = win_deal(make_deal(owner=old), at=day(2, 1))
    deal = reassign_deal(deal, to=new)
    assert (deal.owner, deal.credited_to) == (new, old)
    assert Deal.objects.with_credit().get().credit == old.pk


def test_a_hand_over_told_late_takes_the_credit_with_it():
    old, new = make_user("old"), make_user("new")
    deal = win_deal(make_deal(owner=old), at=day(2, 1))
    deal = reassign_deal(deal, to=new, at=day(1, 15))
    assert deal.credited_to == new
    assert [stay.owner for stay in deal.stage_changes.all()] == [old, new]


def test_the_credit_of_an_open_deal_is_its_owners():
    owner = make_user("owner")
    make_deal(owner=owner)
    assert Deal.objects.with_credit().get().credit == owner.pk


def test_a_stay_keeps_the_amount_the_deal_had_when_it_began():
    deal = make_deal(amount=Decimal(100))
    deal = change_amount(deal, amount=Decimal(120), at=day(1, 10))
    deal = move_deal(deal, to=stage("Offer"), at=day(1, 12))
    deal = change_amount(deal, amount=Decimal(90))
    assert [stay.amount for stay in deal.stage_changes.all()] == [100, 120]
    with refused("amount", "below-zero"):
        change_amount(deal, amount=Decimal(-1))


def test_a_won_deal_does_not_lose_its_amount():
    deal = win_deal(make_deal(), at=day(2, 1))
    with refused("amount", "required"):
        change_amount(deal, amount=None)


def test_a_loss_as_a_duplicate_is_no_genuine_chance():
    make_pipeline()
    lose_deal(make_deal(), reason=make_reason("Duplicate", is_duplicate=True), at=day(2, 1))
    lose_deal(make_deal(), reason=make_reason(), at=day(2, 1))
    win_deal(make_deal(), at=day(2, 1))
    make_deal()
    assert (Deal.objects.closed().count(), Deal.objects.genuine().count(), Deal.objects.lost().count()) == (2, 3, 2)


def test_stays_in_won_and_lost_are_no_work():
    deal = win_deal(make_deal(), at=day(2, 1))
    reopen_deal(deal, at=day(2, 2))
    assert StageChange.objects.ended().count() == 2
    assert StageChange.objects.ended().working().count() == 1
