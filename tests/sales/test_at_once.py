"""Two people at once: whoever comes second is told, and nothing is done twice."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from sales.models import StageChange
from sales.services.deals import win_deal
from sales.services.leads import convert_lead
from sales.services.orders import refund_order
from tests.sales.makers import make_deal, make_lead, make_order

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(verb, row, **said) -> list[str]:
    """Do it from two connections together; what each was told."""
    barrier = Barrier(2)

    def one() -> str:
        try:
            barrier.wait()
            verb(row, **said)
            return "done"
        except ValidationError as refusal:
            return next(error.code for errors in refusal.error_dict.values() for error in errors)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        return sorted(future.result() for future in [people.submit(one), people.submit(one)])


def test_a_deal_is_won_once():
    assert at_once(win_deal, make_deal()) == ["already-closed", "done"]
    assert StageChange.objects.count() == 2


def test_a_lead_is_converted_once():
    assert at_once(convert_lead, make_lead()) == ["already-converted", "done"]


def test_no_more_is_given_back_than_was_paid():
    assert at_once(refund_order, make_order(None, 100), net=Decimal(60)) == ["done", "too-much"]
