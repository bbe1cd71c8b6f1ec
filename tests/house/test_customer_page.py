"""The customer's page: the business with them, as far as the reader may see it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from customers.models import Customer, User
from tests.makers import (
    make_activity,
    make_answer,
    make_customer,
    make_deal,
    make_order,
    make_pipeline,
    make_subscription,
    make_ticket,
)

pytestmark = pytest.mark.django_db
Staff = Callable[[User], Client]
LISTS = ("customers/activity", "sales/deal", "sales/order", "sales/subscription", "support/ticket", "surveys/answer")


@pytest.fixture
def customer(owner: User) -> Customer:
    return make_customer("Lighthouse", owner=owner)


def page(reader: Client, customer: Customer) -> str:
    answer = reader.get(f"/staff/customers/customer/{customer.pk}/change/")
    assert answer.status_code == 200
    return answer.content.decode()


def titles(html: str) -> list[str]:
    return [part.split('"')[0] for part in html.split('class="plumb-card" aria-label="')[1:]]


def count(html: str, title: str) -> str:
    """The number on a card."""
    card = html.split(f'class="plumb-card" aria-label="{title}"')[1]
    return card.split('plumb-card-count plumb-figures">')[1].split("<")[0]


def test_a_rep_sees_their_own_deal_and_not_a_colleagues(
    customer: Customer, owner: User, colleague: User, staff: Staff
) -> None:
    make_deal(name="The lamp", customer=customer, owner=owner)
    make_deal(name="The foghorn", customer=customer, owner=colleague)
    make_deal(name="For another", customer=make_customer(), owner=owner)
    html = page(staff(owner), customer)
    assert titles(html) == ["Activities", "Deals", "Orders", "Subscriptions"]
    assert "The lamp" in html
    assert "100.00 EUR" in html
    assert "The foghorn" not in html
    assert "For another" not in html
    assert count(html, "Deals") == "1"


def test_an_agent_sees_tickets_and_no_deals(customer: Customer, agent: User, staff: Staff) -> None:
    make_ticket(subject="It is dark", customer=customer)
    make_answer(customer=customer, agent=agent, comment="Bright again")
    make_answer(customer=customer, comment="Somebody else helped")
    make_deal(name="The lamp", customer=customer)
    html = page(staff(agent), customer)
    assert titles(html) == ["Activities", "Tickets", "Survey answers"]
    assert "It is dark" in html
    assert "Bright again" in html
    assert "Somebody else helped" not in html
    assert "The lamp" not in html


def test_who_has_no_role_sees_no_page(customer: Customer, stranger: User, staff: Staff) -> None:
    make_deal(name="The lamp", customer=customer)
    answer = staff(stranger).get(f"/staff/customers/customer/{customer.pk}/change/")
    assert answer.status_code == 302
    assert "plumb-card" not in answer.content.decode()


def test_a_new_customer_has_no_cards_yet(manager: User, staff: Staff) -> None:
    assert titles(staff(manager).get("/staff/customers/customer/add/").content.decode()) == []


def test_an_empty_card_says_so_only_as_far_as_one_sees(
    customer: Customer, owner: User, manager: User, staff: Staff
) -> None:
    assert ">No deals yet<" in page(staff(manager), customer)
    assert ">No deals yet in your records<" in page(staff(owner), customer)


def test_open_activities_come_first_and_three_are_shown(customer: Customer, owner: User, staff: Staff) -> None:
    for number in range(3):
        make_activity(subject=f"Done {number}", customer=customer, owner=owner, done_at="2025-06-01T12:00Z")
    make_activity(subject="Ring back", customer=customer, owner=owner)
    html = page(staff(owner), customer)
    assert html.count('title="Done') == 2
    assert html.index("Ring back") < html.index('title="Done')
    assert count(html, "Activities") == "4"


def test_a_card_counts_to_99(customer: Customer, manager: User, staff: Staff) -> None:
    pipeline = make_pipeline()
    for _ in range(99):
        make_deal(customer=customer, pipeline=pipeline)
    assert count(page(staff(manager), customer), "Deals") == "99"
    make_deal(customer=customer, pipeline=pipeline)
    assert count(page(staff(manager), customer), "Deals") == "99+"


def test_the_doors_of_every_card_open(customer: Customer, manager: User, staff: Staff) -> None:
    """Each list holds this customer's one row, not another's; each form of a new row names the customer."""
    for one in (customer, make_customer("Elsewhere")):
        for make in (make_activity, make_deal, make_order, make_subscription, make_ticket, make_answer):
            make(customer=one)
    reader = staff(manager)
    html = page(reader, customer)
    for name in LISTS:
        listed = f"/staff/{name}/?customer__id__exact={customer.pk}"
        added = f"/staff/{name}/add/?customer={customer.pk}"
        assert f'href="{listed}"' in html
        assert f'href="{added}' in html
        assert reader.get(listed).context["cl"].result_count == 1
        assert _customer(reader.get(added)) == str(customer.pk)
    assert f"/staff/customers/activity/add/?customer={customer.pk}&amp;kind=call" in html


def _customer(answer: Any) -> str:
    return str(answer.context["adminform"].form["customer"].value())


def test_who_may_not_add_is_offered_no_form(customer: Customer, marketer: User, staff: Staff) -> None:
    html = page(staff(marketer), customer)
    assert titles(html) == ["Activities", "Survey answers"]
    assert "/staff/customers/activity/add/" not in html.split('id="customer_form"')[0]


def test_twenty_deals_ask_no_more_than_two(customer: Customer, manager: User, staff: Staff) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(reader, customer)
        return len(asked)

    reader, pipeline = staff(manager), make_pipeline()
    for _ in range(2):
        make_deal(customer=customer, pipeline=pipeline)
    page(reader, customer)
    few = queries()
    for _ in range(18):
        make_deal(customer=customer, pipeline=pipeline)
    assert queries() == few
