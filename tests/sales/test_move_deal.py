"""A deal's way through its stages stays one unbroken chain."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sales.models import Deal
from sales.services.deals import move_deal, open_deal, reassign_deal, win_deal
from tests.sales.makers import day, make_deal, make_pipeline, make_user, stage, stays
from tests.sales.refusals import refused

pytestmark = pytest.mark.django_db


def test_a_new_deal_stands_in_the_first_stage_of_the_default_pipeline():
    make_pipeline("Other")
    default = make_pipeline("Main", stages=("Fresh",), is_default=True)
    deal = open_deal(Deal(name="A chair"))
    assert (deal.pipeline, deal.stage.name) == (default, "Fresh")
    assert deal.stage_changes.count() == 1


def test_a_deal_without_any_pipeline_is_refused_in_words():
    with refused("pipeline", "no-pipeline"):
        open_deal(Deal(name="A chair"))


def test_a_deal_does_not_open_in_a_closing_stage():
    make_pipeline()
    with refused("stage", "closing-stage"):
        make_deal(stage=stage("Won"))


def test_each_move_ends_the_stay_before():
    deal = make_deal(at=day(1, 1))
    move_deal(deal, to=stage("Offer"), at=day(1, 5))
    deal = move_deal(deal, to=stage("Contract"), at=day(1, 9))
    assert deal.stage == stage("Contract")
    assert stays(deal) == [
        ("", "New", "01-01", "01-05"),
        ("New", "Offer", "01-05", "01-09"),
        ("Offer", "Contract", "01-09", ""),
    ]


def test_a_move_told_late_takes_its_place_between_the_moves_around_it():
    deal = make_deal(at=day(1, 1))
    move_deal(deal, to=stage("Contract"), at=day(1, 9))
    deal = move_deal(deal, to=stage("Offer"), at=day(1, 5))
    assert deal.stage == stage("Contract")
    assert stays(deal) == [
        ("", "New", "01-01", "01-05"),
        ("New", "Offer", "01-05", "01-09"),
        ("Offer", "Contract", "01-09", ""),
    ]


def test_a_closed_deal_takes_late_moves_from_before_it_closed_only():
    deal = make_deal(at=day(1, 1))
    deal = win_deal(deal, at=day(1, 9))
    deal = move_deal(deal, to=stage("Offer"), at=day(1, 5))
    assert deal.stage == stage("Won")
    assert stays(deal) == [
        ("", "New", "01-01", "01-05"),
        ("New", "Offer", "01-05", "01-09"),
        ("Offer", "Won", "01-09", ""),
    ]
    with refused("at", "already-closed"):
        move_deal(deal, to=stage("Contract"), at=day(1, 10))


def test_moving_back_opens_a_new_stay():
    deal = make_deal(at=day(1, 1))
    move_deal(deal, to=stage("Offer"), at=day(1, 5))
    move_deal(deal, to=stage("New"), at=day(1, 7))
    assert [row[1] for row in stays(deal)] == ["New", "Offer", "New"]


def test_a_deal_does_not_move_to_the_stage_it_is_in():
    deal = make_deal(at=day(1, 1))
    with refused("to", "same-stage"):
        move_deal(deal, to=stage("New"), at=day(1, 5))
    move_deal(deal, to=stage("Offer"), at=day(1, 9))
    with refused("to", "same-stage"):
        move_deal(deal, to=stage("Offer"), at=day(1, 5))
    assert len(stays(deal)) == 2


def test_a_deal_is_not_moved_to_won_it_is_won():
    with refused("to", "closing-stage"):
        deal = make_deal()
        move_deal(deal, to=stage("Won"))


def test_a_move_is_neither_before_the_deal_began_nor_in_the_future():
    deal = make_deal(at=day(1, 5))
    with refused("at", "too-early"):
        move_deal(deal, to=stage("Offer"), at=day(1, 4))
    with refused("at", "in-the-future"):
        move_deal(deal, to=stage("Offer"), at=timezone.now() + timedelta(minutes=5))


def test_a_move_to_another_pipeline_takes_the_deal_there():
    deal = make_deal(at=day(1, 1))
    other = make_pipeline("Partners", stages=("Talk",))
    deal = move_deal(deal, to=other.stages.first(), at=day(1, 5))
    assert (deal.pipeline, deal.stage.name) == (other, "Talk")


def test_a_stay_knows_who_owned_the_deal_then():
    old, new = make_user("old"), make_user("new")
    deal = make_deal(at=day(1, 1), owner=old)
    move_deal(deal, to=stage("Offer"), at=day(1, 5))
    deal = reassign_deal(deal, to=new, at=day(1, 7))
    move_deal(deal, to=stage("Contract"), at=day(1, 9))
    assert [stay.owner for stay in deal.stage_changes.all()] == [old, old, new]
