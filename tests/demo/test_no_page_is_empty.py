"""Every KPI finds rows in the demo."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection

from customers.choices import EndReason
from customers.models import Activity, Customer, CustomerVersion, EmailSubscription, User, Visit
from sales.choices import CostCategory, DealKind, OrderStatus, SubscriptionEventKind
from sales.models import Cost, Deal, Lead, Order, Quota, Refund, SubscriptionEvent, Term
from support.choices import AppointmentStatus, InteractionKind, Priority, Purpose, Status
from support.models import Appointment, Interaction, Ticket
from surveys.choices import SurveyKind
from surveys.models import Answer, Survey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("told")]
ROOMS = ("customers", "sales", "support", "surveys")


def test_every_model_has_rows():
    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    assert [model.__name__ for model in models if not model._base_manager.exists()] == []


def test_every_constraint_of_the_database_holds():
    connection.check_constraints()


@pytest.mark.parametrize(
    ("model", "column", "words"),
    [
        (Cost, "category", CostCategory),
        (Deal, "kind", DealKind),
        (Deal, "outcome", ("", "won", "lost")),
        (Order, "status", OrderStatus),
        (Order, "currency", ("EUR", "USD", "GBP", "CHF")),
        (SubscriptionEvent, "kind", SubscriptionEventKind),
        (Ticket, "channel", ("email", "web", "chat", "phone", "social")),
        (Ticket, "priority", Priority),
        (Ticket, "status", (Status.NEW, Status.OPEN, Status.SOLVED, Status.CLOSED)),
        (Interaction, "kind", InteractionKind),
        (Interaction, "purpose", Purpose),
        (Appointment, "status", AppointmentStatus),
        (Survey, "kind", SurveyKind),
        (Answer, "survey__kind", SurveyKind),
        (EmailSubscription, "end_reason", ("", EndReason.UNSUBSCRIBE, EndReason.HARD_BOUNCE)),
        (Customer, "lifecycle", ("prospect", "customer", "former")),
    ],
)
def test_every_kind_occurs(model, column, words):
    found = set(model.objects.order_by().values_list(column, flat=True).distinct())
    assert {str(word) for word in words} <= found


def test_corrections_are_in_it():
    assert Customer.objects.filter(merged_into__isnull=False).exists()
    assert Customer.objects.filter(is_test=True).exists()
    assert CustomerVersion.objects.filter(valid_from__year__gt=2000).exists()
    assert Lead.objects.filter(is_spam=True).exists()
    assert Lead.objects.filter(duplicate_of__isnull=False).exists()
    assert Ticket.objects.filter(merged_into__isnull=False).exists()
    assert Ticket.objects.filter(reopened_count__gt=0).exists()
    assert Answer.objects.filter(superseded_by__isnull=False).exists()
    assert any(refund.at.month != refund.order.placed_at.month for refund in Refund.objects.select_related("order"))


def test_promises_are_kept_and_broken():
    assert Term.objects.filter(renewed_by__isnull=False).exists()
    assert Quota.objects.filter(team__isnull=False).exists()
    assert Quota.objects.filter(owner__isnull=False).exists()
    assert Activity.objects.waiting().exists()
    assert Visit.objects.exclude(campaign="").exists()
    assert Cost.objects.filter(ends_on__isnull=False).exists()
    assert Survey.objects.filter(kind=SurveyKind.NPS, scale_max=5).count() == 1


def test_each_role_has_plenty_of_its_own():
    assert Deal.objects.filter(owner__username="rep").count() > 10
    assert Deal.objects.filter(owner__username="lead").count() > 10
    assert Ticket.objects.filter(agent__username="agent").count() > 100
    assert Group.objects.get(name="rep").user_set.count() == 15
    assert User.objects.filter(email__contains="@example.").count() == User.objects.count()
