"""`manage.py demo --remove` leaves what people entered themselves."""

from datetime import date

import pytest
from django.contrib.auth.models import Group

from customers.models import Contact, Customer, Tag, Team, TeamMembership, User
from metrics.models import RuleSegment, SegmentStay
from sales.models import Deal, LostReason, Pipeline, ProductLine, Stage
from support.models import Message, Ticket, TicketEvent
from tests.demo.digests import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Customer:
    """A few rows of people's own, some named as the demo would name its."""
    me = User.objects.create_user("nobody.else", password="a-long-password")
    me.groups.add(Group.objects.get_or_create(name="rep")[0])
    team = Team.objects.create(name="Sales North", lead=me)
    TeamMembership.objects.create(user=me, team=team, joined_on=date(2020, 1, 1))
    customer = Customer.objects.create(name="Our first customer", owner=me)
    customer.tags.add(Tag.objects.create(name="Key account"))
    Contact.objects.create(customer=customer, last_name="Real")
    pipeline = Pipeline.objects.create(name="New business", is_default=True)
    stage = Stage.objects.create(pipeline=pipeline, name="Open", position=1)
    Deal.objects.create(name="A deal", customer=customer, pipeline=pipeline, stage=stage, owner=me)
    LostReason.objects.create(name="No budget")
    ProductLine.objects.create(code="platform", name="Ours")
    ticket = Ticket.objects.create(subject="Help", customer=customer)
    TicketEvent.objects.create(ticket=ticket, kind="created")
    Message.objects.create(ticket=ticket, body="Hello")
    return customer


def test_what_people_entered_themselves_is_as_it_was(own, tell):
    before = everything()
    tell()
    assert everything() != before

    tell(remove=True)

    after = everything()
    assert [label for label in before if before[label] != after[label]] == []


def test_a_row_of_the_demo_stays_where_ours_needs_it(own, tell, capsys):
    tell()
    theirs = Customer.objects.filter(source="demo", owner__username="rep").first()
    Deal.objects.update(customer=theirs)

    tell(remove=True, verbosity=1)

    assert Deal.objects.get().customer == theirs
    assert "Customers: 39 gone" in capsys.readouterr().out
    # Who owns the customer stays too, but can no longer sign in.
    rep = User.objects.get(username="rep")
    assert theirs.owner == rep
    assert (rep.is_active, rep.has_usable_password()) == (False, False)


def test_the_demo_can_come_back_to_what_stayed(own, tell):
    tell()
    Deal.objects.filter(source="").update(customer=Customer.objects.filter(source="demo").first())
    tell(remove=True)
    Deal.objects.filter(source="").update(customer=own)
    tell(remove=True)
    tell()
    assert User.objects.get(username="rep").is_active


def test_without_a_demo_nothing_is_taken(own, tell, capsys):
    before = everything()
    tell(remove=True, verbosity=1)
    assert everything() == before
    assert capsys.readouterr().out == "There is no demo here.\n"


def test_who_of_the_demo_fits_a_segment_of_our_own_goes_and_we_stay(own, tell):
    segment = RuleSegment.objects.create(name="Everybody", rule="lifecycle is not nothing")
    tell()
    for customer in Customer.objects.filter(source="demo")[:3]:
        SegmentStay.objects.create(segment=segment, customer=customer, joined_on=date(2026, 3, 1))
    SegmentStay.objects.create(segment=segment, customer=own, joined_on=date(2026, 3, 1))

    tell(remove=True)

    assert [stay.customer for stay in SegmentStay.objects.all()] == [own]
    assert RuleSegment.objects.get() == segment
    assert not Customer.objects.filter(source="demo").exists()
