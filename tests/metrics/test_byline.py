"""Whoever changes a record, by whatever door, is named with the change; nobody is named for another's."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from rest_framework.test import APIClient

from customers.byline import at_work
from customers.models import User
from metrics.models import Change
from sales.models import Deal
from tests.makers import make_deal

pytestmark = pytest.mark.django_db(transaction=True)


def authors(record: int) -> list[int | None]:
    return [
        *Change.objects.filter(relation="sales_deal", record=record).order_by("pk").values_list("actor", flat=True)
    ]


def what_stays_said() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nullif(current_setting('plumb.by', true), '')")
        return cursor.fetchone()[0]


def test_each_request_is_signed_by_who_sent_it(
    api: Callable[[User], APIClient], owner: User, manager: User, admin: User
) -> None:
    deal = make_deal(owner=owner)
    for user in (owner, manager, admin):
        answer = api(user).patch(f"/api/v1/deals/{deal.pk}/", {"amount": str(user.pk)})
        assert answer.status_code == 200, answer.content
        assert what_stays_said() is None
    assert list(dict.fromkeys(authors(deal.pk))) == [None, owner.pk, manager.pk, admin.pk]


def test_a_page_of_the_staff_signs_too(staff: Callable[[User], Client], admin: User) -> None:
    deal = make_deal()
    answer = staff(admin).post(f"/staff/sales/deal/{deal.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 302
    assert authors(deal.pk) == [None, admin.pk]


def test_what_nobody_signed_has_no_author() -> None:
    deal = make_deal()
    Deal.objects.filter(pk=deal.pk).update(amount=7)
    assert authors(deal.pk) == [None, None]


def test_work_within_a_block_is_signed_even_after_a_part_of_it_was_taken_back(owner: User, manager: User) -> None:
    """A word said within a savepoint is unsaid with it."""
    deal = make_deal(amount=Decimal(1))
    with at_work(owner), transaction.atomic():
        with transaction.atomic():
            Deal.objects.filter(pk=deal.pk).update(amount=2)
            transaction.set_rollback(True)
        Deal.objects.filter(pk=deal.pk).update(amount=3)
    with at_work(manager):
        with transaction.atomic():
            Deal.objects.filter(pk=deal.pk).update(amount=4)
        with transaction.atomic():
            Deal.objects.get(pk=deal.pk)
            Deal.objects.filter(pk=deal.pk).update(amount=5)
        Deal.objects.filter(pk=deal.pk).update(amount=6)
    Deal.objects.filter(pk=deal.pk).update(amount=7)
    assert authors(deal.pk) == [None, owner.pk, manager.pk, manager.pk, manager.pk, None]


def test_reading_says_nothing(api: Callable[[User], APIClient], owner: User, django_assert_num_queries) -> None:
    with at_work(owner), transaction.atomic(), django_assert_num_queries(2):
        list(Deal.objects.all())
        assert what_stays_said() is None


def test_an_import_is_signed_by_who_is_named(tmp_path: Path, owner: User) -> None:
    file = tmp_path / "leads.csv"
    file.write_text("name\nAda\n")
    call_command("import", "leads", str(file), by=owner.username)
    noted = Change.objects.filter(relation="sales_lead", record__isnull=False)
    assert [*noted.values_list("actor", flat=True)] == [owner.pk]
    with pytest.raises(CommandError, match="nobody here is called nobody"):
        call_command("import", "leads", str(file), by="nobody")
