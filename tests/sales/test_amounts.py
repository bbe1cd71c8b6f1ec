"""What a deal stands at, and since when: another amount holds from the moment it is told for."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine

from sales.models import Deal, StayAmount
from sales.services.deals import change_amount, move_deal, open_deal, win_deal
from sales.services.edits import redate_deal
from tests.imports.bringing import bring
from tests.makers import make_pipeline
from tests.metrics.vectors.crowd import at

pytestmark = pytest.mark.django_db

Pieces = list[tuple[str, datetime, datetime | None, int | None]]


@pytest.fixture
def deal() -> Deal:
    """Opened on 10 January for 100, at 150 since 20 January and 180 since 1 March; in the offer since 10 February."""
    pipeline = make_pipeline()
    deal = open_deal(Deal(name="Deal", pipeline=pipeline, amount=Decimal(100)), at=at(1, 10))
    deal = change_amount(deal, amount=Decimal(150), at=at(1, 20))
    deal = move_deal(deal, to=pipeline.stages.get(name="Offer"), at=at(2, 10))
    return change_amount(deal, amount=Decimal(180), at=at(3, 1))


def pieces() -> Pieces:
    found = StayAmount.objects.order_by("since_at")
    return [(str(one.stay.to_stage), one.since_at, one.until_at, one.amount and int(one.amount)) for one in found]


def test_a_stay_falls_into_as_many_pieces_as_there_were_amounts(deal: Deal) -> None:
    assert pieces() == [
        ("New", at(1, 10), at(1, 20), 100),
        ("New", at(1, 20), at(2, 10), 150),
        ("Offer", at(2, 10), at(3, 1), 150),
        ("Offer", at(3, 1), None, 180),
    ]


def test_an_amount_told_late_holds_ever_since(deal: Deal) -> None:
    change_amount(deal, amount=Decimal(130), at=at(1, 15))
    assert pieces() == [
        ("New", at(1, 10), at(1, 15), 100),
        ("New", at(1, 15), at(2, 10), 130),
        ("Offer", at(2, 10), None, 130),
    ]


def test_a_move_told_late_finds_the_amount_of_its_moment(deal: Deal) -> None:
    """It had been in another stage from 15 to 25 January."""
    between = deal.pipeline.stages.create(name="Between", kind="open", position=50, probability=0)
    move_deal(deal, to=between, at=at(1, 25))
    assert pieces()[:3] == [
        ("New", at(1, 10), at(1, 20), 100),
        ("New", at(1, 20), at(1, 25), 150),
        ("Between", at(1, 25), at(2, 10), 150),
    ]


def test_a_deal_that_began_later_began_at_what_it_stood_at_then(deal: Deal) -> None:
    redate_deal(deal, created_at=at(1, 22))
    assert pieces()[0] == ("New", at(1, 22), at(2, 10), 150)
    redate_deal(deal, created_at=at(1, 5))
    assert pieces()[0] == ("New", at(1, 5), at(2, 10), 150)


def test_what_a_script_wrote_over_is_what_it_stood_at_until_somebody_says_so(deal: Deal) -> None:
    Deal.objects.filter(pk=deal.pk).update(amount=170)
    change_amount(deal, amount=Decimal(190), at=at(3, 9))
    assert pieces()[2:] == [
        ("Offer", at(2, 10), at(3, 1), 150),
        ("Offer", at(3, 1), at(3, 9), 170),
        ("Offer", at(3, 9), None, 190),
    ]


def test_a_correction_may_be_told_in_the_amount_it_has_by_now(deal: Deal) -> None:
    """It was 180 since 20 February already."""
    change_amount(deal, amount=Decimal(180), at=at(2, 20))
    assert pieces()[2:] == [("Offer", at(2, 10), at(2, 20), 150), ("Offer", at(2, 20), None, 180)]


def test_a_deal_closes_at_its_last_amount_whenever_that_was(deal: Deal) -> None:
    win_deal(deal, at=at(2, 20), amount=Decimal(160))
    assert pieces()[2:] == [("Offer", at(2, 10), at(2, 20), 150), ("Won", at(2, 20), None, 160)]
    assert [change.at for change in deal.amount_changes.all()] == [at(1, 20)]


def test_stays_that_overlap_count_an_amount_once(deal: Deal) -> None:
    """A script let the deal be in the first stage until April."""
    deal.stage_changes.filter(to_stage__name="New").update(left_at=at(4, 1))
    assert [amount for _, _, _, amount in pieces()].count(180) == 1
    assert len({one.pk for one in StayAmount.objects.all()}) == len(pieces())


def test_an_import_tells_another_amount_from_now_on(deal: Deal, tmp_path: Path) -> None:
    Deal.objects.filter(pk=deal.pk).update(external_id="7")
    with time_machine.travel(at(3, 20), tick=False):
        bring(tmp_path, "deals", "external_id,name,amount,created_at\n7,Deal,210,2025-01-22T12:00Z\n", mode="upsert")
    assert pieces() == [
        ("New", at(1, 22), at(2, 10), 150),
        ("Offer", at(2, 10), at(3, 1), 150),
        ("Offer", at(3, 1), at(3, 20), 180),
        ("Offer", at(3, 20), None, 210),
    ]


def test_the_same_amount_again_is_no_change(deal: Deal) -> None:
    change_amount(deal, amount=Decimal("180.00"))
    assert len(pieces()) == 4
