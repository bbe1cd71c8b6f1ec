"""What the demo writes in bulk has the shape that the verbs of the house would have given it."""

from itertools import pairwise

import pytest
from django.db.models import F, Q

from customers.models import LifecycleEvent
from sales.models import Deal, Lead, StageChange, Subscription
from sales.services.history import retell
from support.models import Ticket
from support.services import replay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("told")]


def test_a_deal_walks_from_stage_to_stage_without_a_gap():
    for deal in Deal.objects.prefetch_related("stage_changes").order_by("?")[:200]:
        stays = list(deal.stage_changes.all())
        assert stays[0].from_stage_id is None
        assert stays[0].at == deal.created_at
        assert all(one.left_at == two.at and one.to_stage_id == two.from_stage_id for one, two in pairwise(stays))
        assert (stays[-1].left_at, stays[-1].to_stage_id) == (None, deal.stage_id)
        assert deal.closed_at in (None, stays[-1].at)


def test_a_closed_deal_stands_in_the_stage_of_its_outcome():
    assert not Deal.objects.exclude(outcome="").exclude(stage__kind=F("outcome")).exists()
    assert not Deal.objects.filter(outcome="").exclude(stage__kind="open").exists()
    assert not Deal.objects.exclude(stage__pipeline=F("pipeline")).exists()
    assert not StageChange.objects.filter(left_at__lt=F("at")).exists()


def test_every_event_of_a_subscription_says_the_mrr_it_leaves():
    columns = ("kind", "at", "mrr", "worth", "plan", "quantity", "owner")
    for subscription in Subscription.objects.all():
        told = list(subscription.events.order_by("at", "id").values_list(*columns))
        was = (subscription.paused_at, subscription.ended_at)
        retell(subscription)
        assert list(subscription.events.order_by("at", "id").values_list(*columns)) == told
        assert (subscription.paused_at, subscription.ended_at) == was


def test_the_dates_of_a_ticket_follow_from_its_events():
    stamps = ("version", "changed_at")
    columns = [field.attname for field in Ticket._meta.concrete_fields if field.name not in stamps]
    for ticket in Ticket.objects.order_by("id")[::12]:
        again = replay(ticket)
        columns = [
            field.attname for field in Ticket._meta.concrete_fields if field.name not in ("version", "changed_at")
        ]
        assert {name: getattr(again, name) for name in columns} == {name: getattr(ticket, name) for name in columns}


def test_a_lead_goes_its_way_in_order():
    wrong = Q(qualified_at__gt=F("converted_at")) | Q(first_contacted_at__gt=F("converted_at"))
    wrong |= Q(disqualified_at__lt=F("created_at")) | Q(qualified_at__lt=F("created_at"))
    assert not Lead.objects.filter(wrong).exists()


def test_a_customer_became_one_once_and_left_later():
    for customer in set(LifecycleEvent.objects.values_list("customer", flat=True)):
        steps = list(LifecycleEvent.objects.filter(customer=customer).values_list("to_lifecycle", "at"))
        assert [word for word, _ in steps] in (["customer"], ["customer", "former"])
        assert steps == sorted(steps, key=lambda step: step[1])
