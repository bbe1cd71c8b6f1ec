"""The moment somebody first pays us: a prospect becomes a customer, a lead that waited for it is converted."""

from datetime import datetime

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from customers.choices import Lifecycle
from customers.models import Customer, User
from customers.services import change_lifecycle
from sales.choices import OrderStatus, Outcome
from sales.models import Deal, Lead, SubscriptionEvent


def acquire(customer: Customer, *, at: datetime, by: User | None = None) -> None:
    """The customer paid. From here on they are one, and leads that led here are converted."""
    become_customer(customer, at=at, by=by)
    waiting = Lead.objects.waiting_for_payment(at).filter(customer=customer)
    for lead in waiting.select_for_update():
        lead.converted_at = at
        lead.save()


def take_back_payment(customer: Customer, *, at: datetime) -> None:
    """A payment that never was converts no lead; one that came after it may."""
    for lead in Lead.objects.filter(customer=customer, converted_at=at, converted_by=None).select_for_update():
        lead.converted_at = first_payment(customer, lead)
        lead.save()


def first_payment(customer: Customer, lead: Lead) -> datetime | None:
    """When the customer first paid after the lead came in, or its deal was won."""
    since, now = lead.created_at, timezone.now()
    moments = [
        customer.orders.paid().filter(placed_at__gte=since).aggregate(at=Min("placed_at"))["at"],
        SubscriptionEvent.objects.paying()
        .filter(subscription__customer=customer, at__gte=since, at__lte=now)
        .aggregate(at=Min("at"))["at"],
        Deal.objects.won().filter(lead=lead, closed_at__gte=since).aggregate(at=Min("closed_at"))["at"],
    ]
    return min(filter(None, moments), default=None)


@transaction.atomic
def acquire_after_trials() -> int:
    """What was agreed earlier and pays by now: customers whose trial has ended since."""
    paying = SubscriptionEvent.objects.paying().filter(
        at__lte=timezone.now(), subscription__customer__lifecycle=Lifecycle.PROSPECT
    )
    firsts = paying.order_by("subscription__customer_id", "at", "id").distinct("subscription__customer_id")
    found = list(firsts.select_related("subscription__customer"))
    for event in found:
        acquire(event.subscription.customer, at=event.at)
    return len(found)


def become_customer(customer: Customer, *, at: datetime, by: User | None) -> None:
    """Note the step of their life once; a payment told late moves it to its true moment."""
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    steps = customer.lifecycle_events
    steps.filter(from_lifecycle__in=["", Lifecycle.PROSPECT], at__gt=at).exclude(to_lifecycle=Lifecycle.FORMER).update(
        at=at
    )
    left = steps.filter(to_lifecycle=Lifecycle.FORMER).order_by("at", "id").last()
    if customer.lifecycle == Lifecycle.CUSTOMER or (left and left.at > at):
        return
    change_lifecycle(customer, to=Lifecycle.CUSTOMER, at=at, by=by)


def paid_before(customer: Customer, moment: datetime) -> bool:
    """Whether they were a customer already: by an order, a subscription, a won deal, or because we were told."""
    day = timezone.localdate(moment)
    return (
        bool(customer.acquired_on and customer.acquired_on < day)
        or customer.orders.filter(status=OrderStatus.PAID, placed_at__lt=moment).exists()
        or SubscriptionEvent.objects.filter(subscription__customer=customer, mrr__gt=0, at__lt=moment).exists()
        or customer.deals.filter(outcome=Outcome.WON, closed_at__lt=moment).exists()
        or customer.lifecycle_events.filter(to_lifecycle=Lifecycle.CUSTOMER, at__lt=moment).exists()
        or (customer.lifecycle != Lifecycle.PROSPECT and not customer.lifecycle_events.exists())
    )


def convert_waiting_lead(deal: Deal) -> None:
    """A won deal converts the lead it grew from."""
    if deal.lead_id and deal.customer_id and deal.closed_at:
        for lead in Lead.objects.waiting_for_payment(deal.closed_at).filter(pk=deal.lead_id).select_for_update():
            lead.customer, lead.converted_at = lead.customer or deal.customer, deal.closed_at
            lead.save()


def take_back_conversion(deal: Deal) -> None:
    """A win taken back takes the conversion it made with it."""
    if deal.lead_id and deal.outcome == Outcome.WON:
        for lead in Lead.objects.filter(pk=deal.lead_id, converted_at=deal.closed_at).select_for_update():
            lead.converted_at = None
            lead.save()
