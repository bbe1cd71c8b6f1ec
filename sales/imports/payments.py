"""What many payments at once make of the people who paid: the bulk of `sales.services.acquisition`."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from customers.choices import Lifecycle
from customers.importing.keeping import BATCH
from customers.importing.promises import chunks
from customers.models import Customer, LifecycleEvent
from sales.choices import OrderStatus, Outcome
from sales.models import Deal, Lead, Order, SubscriptionEvent
from sales.services.acquisition import acquire


def acquire_all(payments: Iterable[tuple[Customer, datetime]]) -> None:
    """Each customer by their first payment. Those whose life here only begins are written at once."""
    first: dict[int, tuple[Customer, datetime]] = {}
    for customer, at in sorted(payments, key=lambda payment: payment[1]):
        first.setdefault(customer.pk, (customer, at))
    fresh = fresh_among(first)
    for pk in first.keys() - fresh:
        acquire(first[pk][0], at=first[pk][1])
    for some in chunks(sorted(fresh), BATCH):
        Customer.objects.filter(pk__in=some).update(
            lifecycle=Lifecycle.CUSTOMER, version=F("version") + 1, changed_at=timezone.now()
        )
        LifecycleEvent.objects.bulk_create(
            LifecycleEvent(
                customer_id=pk, from_lifecycle=Lifecycle.PROSPECT, to_lifecycle=Lifecycle.CUSTOMER, at=first[pk][1]
            )
            for pk in some
        )


def fresh_among(customers: Iterable[int]) -> set[int]:
    """Prospects without any history that a payment would have to be fitted into."""
    fresh: set[int] = set()
    for some in chunks(sorted(customers)):
        plain = Customer.objects.filter(pk__in=some, lifecycle=Lifecycle.PROSPECT, leads=None, lifecycle_events=None)
        fresh |= set(plain.values_list("pk", flat=True))
    return fresh


def mark_customers_of_old(leads: Iterable[Lead]) -> None:
    """Converted leads whose customer was one before the lead came in are no conversions."""
    before = {"customer": OuterRef("customer")}
    orders = Order.objects.filter(**before, status=OrderStatus.PAID, placed_at__lt=OuterRef("created_at"))
    revenue = SubscriptionEvent.objects.filter(
        subscription__customer=OuterRef("customer"), mrr__gt=0, at__lt=OuterRef("created_at")
    )
    wins = Deal.objects.filter(**before, outcome=Outcome.WON, closed_at__lt=OuterRef("created_at"))
    steps = LifecycleEvent.objects.filter(**before)
    became = steps.filter(to_lifecycle=Lifecycle.CUSTOMER, at__lt=OuterRef("created_at"))
    told = Q(customer__acquired_on__lt=TruncDate("created_at")) | ~Q(customer__lifecycle=Lifecycle.PROSPECT) & ~Exists(
        steps
    )
    known = told | Exists(orders) | Exists(revenue) | Exists(wins) | Exists(became)
    for some in chunks([lead.pk for lead in leads if lead.converted_at]):
        Lead.objects.filter(known, pk__in=some).update(was_customer=True)
