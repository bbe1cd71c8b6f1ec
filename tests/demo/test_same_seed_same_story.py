"""The demo is the same every time it is told."""

import pytest

from customers.models import Customer
from tests.demo.digests import story

pytestmark = pytest.mark.django_db


def test_the_same_seed_and_last_day_tell_the_same_rows(tell):
    tell()
    first = story()
    tell(remove=True)
    tell()

    again = story()

    assert [label for label in first if first[label] != again[label]] == []
    assert first["customers.Customer"].total() == 40


def test_another_seed_tells_other_rows(tell):
    tell()
    first = story()
    tell(remove=True)
    tell(seed=8)
    assert story()["sales.Order"] != first["sales.Order"]


def test_a_second_run_changes_nothing(tell, capsys):
    tell()
    before = story()
    tell(verbosity=1)
    assert capsys.readouterr().out == "The demo is here already; nothing was changed.\n"
    assert story() == before
    assert Customer.objects.filter(source="demo").count() == 40
