"""A lead keeps the moment of each step, and becomes a customer once."""

from datetime import date
from decimal import Decimal

import pytest

from customers.models import Customer
from sales.choices import LeadStatus
from sales.models import Lead
from sales.services.deals import reopen_deal, win_deal
from sales.services.leads import (
    contact_lead,
    convert_lead,
    disqualify_lead,
    mark_duplicate,
    mark_spam,
    pursue_lead,
    qualify_lead,
    requalify_lead,
)
from tests.sales.makers import day, make_customer, make_lead, make_order, make_pipeline, make_subscription, make_user
from tests.sales.refusals import refused

pytestmark = pytest.mark.django_db


def test_the_first_contact_counts_whatever_order_they_are_told_in():
    first, second = make_user("first"), make_user("second")
    lead = contact_lead(make_lead(at=day(1, 1)), at=day(1, 5), by=second)
    lead = contact_lead(lead, at=day(1, 3), by=first)
    lead = contact_lead(lead, at=day(1, 9), by=second)
    assert (lead.first_contacted_at, lead.contacted_by, lead.status) == (day(1, 3), first, LeadStatus.CONTACTED)


def test_nobody_contacts_a_lead_before_it_came_in():
    with refused("at", "too-early"):
        contact_lead(make_lead(at=day(1, 5)), at=day(1, 4))


def test_a_dropped_lead_is_taken_up_again_before_it_goes_on():
    lead = disqualify_lead(make_lead(), at=day(1, 5))
    with refused("status", "disqualified"):
        qualify_lead(lead, at=day(1, 6))
    with refused("status", "disqualified"):
        convert_lead(lead, at=day(1, 6))
    lead = requalify_lead(lead, at=day(1, 7))
    assert (lead.status, lead.qualified_at, lead.created_at) == (LeadStatus.QUALIFIED, day(1, 7), day(1, 1))
    with refused("status", "not-disqualified"):
        requalify_lead(lead)


def test_spam_and_duplicates_are_dropped_and_not_counted():
    kept, spam, again, third = make_lead(), make_lead(), make_lead(), make_lead()
    mark_spam(spam, at=day(1, 2))
    again = mark_duplicate(again, of=kept, at=day(1, 2))
    third = mark_duplicate(third, of=again, at=day(1, 3))
    assert third.duplicate_of == kept
    assert list(Lead.objects.genuine()) == [kept]
    assert not requalify_lead(spam, at=day(1, 4)).is_spam


def test_a_lead_is_not_its_own_duplicate_even_by_a_detour():
    one, other = make_lead(), make_lead()
    mark_duplicate(one, of=other)
    with refused("of", "circle"):
        mark_duplicate(other, of=Lead.objects.get(pk=one.pk))
    with refused("of", "circle"):
        mark_duplicate(other, of=other)


def test_a_converted_lead_becomes_a_customer_described_as_it_was():
    owner = make_user("owner")
    lead = make_lead(company="Engines Ltd", email="ada@example.com", country="GB", segment="smb", owner=owner)
    lead = convert_lead(lead, at=day(2, 1), by=owner)
    customer = lead.customer
    assert (customer.name, customer.kind, customer.country, customer.owner) == ("Engines Ltd", "company", "GB", owner)
    assert str(customer.contacts.get()) == "Ada Byron"
    assert (lead.status, lead.converted_at, lead.converted_by) == (LeadStatus.CONVERTED, day(2, 1), owner)
    assert not lead.was_customer


def test_a_lead_is_converted_once():
    lead = convert_lead(make_lead(), at=day(2, 1))
    with refused("status", "already-converted"):
        convert_lead(lead, at=day(2, 2))
    with refused("status", "already-converted"):
        mark_spam(lead)
    assert Customer.objects.count() == 1


def test_a_person_without_a_company_becomes_a_person():
    customer = convert_lead(make_lead(name="Ada")).customer
    assert (customer.kind, customer.name, customer.contacts.count()) == ("person", "Ada", 0)


@pytest.mark.parametrize("how", ["order", "subscription", "stated"])
def test_a_lead_of_somebody_who_paid_before_it_came_in_is_no_conversion(how):
    customer = make_customer(acquired_on=date(2025, 1, 5) if how == "stated" else None)
    if how == "order":
        make_order(customer, at=day(1, 5))
    if how == "subscription":
        make_subscription(customer, at=day(1, 5))
    lead = convert_lead(make_lead(at=day(1, 10)), customer=customer, at=day(2, 1))
    assert (lead.customer, lead.was_customer) == (customer, True)
    assert Lead.objects.converted().count() == 0


def test_a_lead_of_a_prospect_who_pays_after_it_came_in_is_a_conversion():
    customer = make_customer()
    lead = make_lead(at=day(1, 1))
    make_order(customer, at=day(1, 5))
    assert not convert_lead(lead, customer=customer, at=day(1, 5)).was_customer


def test_a_pursued_lead_is_converted_when_its_deal_is_won():
    make_pipeline()
    lead = make_lead(at=day(1, 1), lead_source="fair")
    deal = pursue_lead(lead, amount=Decimal(500), at=day(1, 5))
    lead.refresh_from_db()
    assert (deal.lead, deal.customer, deal.lead_source, deal.amount) == (lead, lead.customer, "fair", 500)
    assert (lead.status, lead.converted_at) == (LeadStatus.QUALIFIED, None)
    deal = win_deal(deal, at=day(2, 1))
    lead.refresh_from_db()
    assert lead.converted_at == day(2, 1)
    reopen_deal(deal, at=day(2, 2))
    lead.refresh_from_db()
    assert lead.converted_at is None


def test_a_pursued_lead_is_converted_by_the_first_payment_of_its_customer():
    make_pipeline()
    lead = make_lead(at=day(1, 1))
    customer = pursue_lead(lead, at=day(1, 5)).customer
    make_order(customer, at=day(3, 1))
    make_order(customer, at=day(2, 1))
    lead.refresh_from_db()
    assert lead.converted_at == day(2, 1)


def test_a_lead_can_be_converted_with_a_deal():
    make_pipeline()
    lead = convert_lead(make_lead(), open_deal=True, at=day(1, 5))
    assert lead.deals.get().customer == lead.customer
