"""Which records are likely the same, and which break a rule, each told to whom they concern."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from rest_framework.test import APIClient

from customers.models import Customer, User
from metrics.analyses.learning import learn_all
from metrics.measures.sales import Purchases
from metrics.quality import look_over
from tests.makers import make_customer, make_lead
from tests.metrics.analyses.asked import figures, file, find, page, printed, rows
from tests.metrics.asked import settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def doubles(owner: User, colleague: User) -> None:
    """Müller stands there twice for the owner; Adler once for each of two; two leads share an address and a name."""
    make_customer("Müller GmbH", email="info@mueller.example", owner=owner)
    make_customer("Muller", email="INFO@mueller.example", owner=owner)
    make_customer("Adler AG", phone="+49 30 1234567", email="a@adler.example", owner=owner)
    make_customer("Adler", phone="030 1234567", email="a@adler.example", owner=colleague)
    make_customer("Somebody else", email="else@example.com", owner=owner)
    for _ in range(2):
        make_lead(name="Eva Stone", email="eva@stone.example", owner=colleague)
    settle(Purchases)
    learn_all()


def test_likely_doubles_come_with_what_speaks_for_them(doubles: None) -> None:
    found = find("duplicates")
    assert found.n == 5
    told = rows(found, "pairs")
    assert sorted(sorted(row[:2]) for row in told) == [["Adler", "Adler AG"], ["Muller", "Müller GmbH"]]
    assert all(row[2] > 0.99 for row in told)
    assert next(row for row in told if row[0] == "Müller GmbH")[3:] == ["e-mail, name", ""]
    assert [row[:2] for row in rows(find("duplicates", of="leads"), "pairs")] == [["Eva Stone", "Eva Stone"]]


def test_one_sees_a_pair_only_where_one_sees_both(doubles: None, owner: User, agent: User) -> None:
    assert [sorted(row[:2]) for row in rows(find("duplicates", owner), "pairs")] == [["Muller", "Müller GmbH"]]
    assert find("duplicates", owner, of="leads").n == 0
    assert len(rows(find("duplicates", agent), "pairs")) == 2
    assert find("duplicates", agent, of="leads").n == 0


def test_a_merged_customer_is_no_longer_a_double(doubles: None) -> None:
    first = Customer.objects.get(name="Müller GmbH")
    Customer.objects.filter(name="Muller").update(merged_into=first)
    assert [sorted(row[:2]) for row in rows(find("duplicates"), "pairs")] == [["Adler", "Adler AG"]]


@pytest.fixture
def records(owner: User, colleague: User) -> None:
    """The owner looks after two customers, one of them without a country; the colleague after one without."""
    for name, who, country in (("Ada", owner, "DE"), ("Bob", owner, ""), ("Eve", colleague, "")):
        make_customer(name, owner=who, country=country, industry="it", email=f"{name}@example.com", segment="small")
    look_over()


def of_countries(found: object) -> list[object]:
    return next(row for row in rows(found, "rules") if row[0] == "A customer has a country")  # type: ignore[arg-type]


def test_each_rule_says_how_many_keep_it(records: None) -> None:
    assert of_countries(find("data_quality"))[3:6] == [3, 2, pytest.approx(1 / 3)]


def test_the_score_is_a_ratio_of_weighted_sums(records: None) -> None:
    found = find("data_quality")
    told = rows(found, "rules")
    kept = sum((row[3] - row[4]) * row[6] for row in told)
    assert figures(found)["score"] == pytest.approx(kept / sum(row[3] * row[6] for row in told))
    assert figures(found)["broken"] == sum(row[4] for row in told)


def test_people_see_the_quality_of_records_they_see(records: None, owner: User) -> None:
    assert of_countries(find("data_quality", owner))[3:6] == [2, 1, 0.5]
    assert [row[0] for row in rows(find("data_quality", owner, rule="customer_country"), "records")] == ["Bob"]


def test_a_rule_opens_to_the_records_that_break_it_now(records: None) -> None:
    assert [row[0] for row in rows(find("data_quality", rule="customer_country"), "records")] == ["Bob", "Eve"]
    Customer.objects.filter(name="Bob").update(country="DE")
    assert [row[0] for row in rows(find("data_quality", rule="customer_country"), "records")] == ["Eve"]
    with pytest.raises(ValidationError):
        find("data_quality", rule="no_such")


def test_every_door_says_the_same(
    doubles: None, records: None, manager: User, staff: Callable[[User], Client], api: Callable[[User], APIClient]
) -> None:
    for key, table in (("duplicates", "pairs"), ("data_quality", "rules")):
        told = api(manager).get(f"/api/v1/analyses/{key}/").json()
        at_the_command_line = printed(key)
        assert (told["tables"], told["figures"]) == (at_the_command_line["tables"], at_the_command_line["figures"])
        assert len(file(staff(manager), key, table)) == 1 + told["tables"][0]["count"]
        assert told["honesty"] in page(staff(manager), key)


def test_without_any_the_pages_say_what_to_do(manager: User, staff: Callable[[User], Client]) -> None:
    assert "This is worked out after the night." in page(staff(manager), "duplicates")
    assert "The records are looked over every morning" in page(staff(manager), "data_quality")
