"""What people do with leads: take, contact, qualify, drop, take up again, convert."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from customers.choices import CustomerKind
from customers.models import Contact, Customer, User
from customers.services import create_customer
from sales.models import Deal, Lead
from sales.services.acquisition import paid_before
from sales.services.deals import open_deal as begin_deal
from sales.services.moments import moment, refuse, spoken


@transaction.atomic
def take_lead(lead: Lead, *, at: datetime | None = None, by: User | None = None) -> Lead:
    """Write down a new lead; one entered by staff was not waiting for an answer."""
    lead.created_at = moment(at or lead.created_at, field="created_at")
    lead.save()
    return lead


@transaction.atomic
def contact_lead(lead: Lead, *, at: datetime | None = None, by: User | None = None) -> Lead:
    """Note that a person of ours reached out. The first time counts; later ones change nothing."""
    lead = locked(lead)
    at = moment(at, since=lead.created_at)
    if lead.first_contacted_at is None or at < lead.first_contacted_at:
        lead.first_contacted_at, lead.contacted_by = at, by
        lead.save()
    return lead


@transaction.atomic
def qualify_lead(lead: Lead, *, at: datetime | None = None, by: User | None = None) -> Lead:
    """Find the lead worth pursuing. Like a contact, the first time counts."""
    lead = locked(lead)
    at = moment(at, since=lead.created_at)
    if lead.disqualified_at:
        raise refuse("status", "This lead was disqualified; take it up again first.", "disqualified")
    if lead.qualified_at is None or at < lead.qualified_at:
        lead.qualified_at, lead.qualified_by = at, by
        lead.save()
    return lead


@transaction.atomic
def disqualify_lead(lead: Lead, *, at: datetime | None = None, by: User | None = None) -> Lead:
    """Drop a lead that will not become a customer."""
    return drop(locked(lead), at=at, by=by)


@transaction.atomic
def mark_spam(lead: Lead, *, at: datetime | None = None, by: User | None = None) -> Lead:
    """It never was a lead; no number counts it, past ones included."""
    lead = locked(lead)
    lead.is_spam = True
    return drop(lead, at=at, by=by)


@transaction.atomic
def mark_duplicate(lead: Lead, *, of: Lead, at: datetime | None = None, by: User | None = None) -> Lead:
    """The same inquiry came in twice; only the other one counts."""
    lead = locked(lead)
    if of.pk == lead.pk or of.duplicate_of_id == lead.pk:
        raise refuse("of", "A lead cannot be its own duplicate.", "circle")
    lead.duplicate_of = of.duplicate_of or of
    return drop(lead, at=at, by=by)


@transaction.atomic
def requalify_lead(lead: Lead, *, at: datetime | None = None, by: User | None = None) -> Lead:
    """Take up a dropped lead again. It keeps the moment it came in."""
    lead = locked(lead)
    if not lead.disqualified_at:
        raise refuse("status", "This lead was not dropped.", "not-disqualified")
    at = moment(at, since=lead.disqualified_at)
    lead.disqualified_at, lead.disqualified_by = None, None
    lead.is_spam, lead.duplicate_of = False, None
    if not lead.qualified_at:
        lead.qualified_at, lead.qualified_by = at, by
    lead.save()
    return lead


@transaction.atomic
def pursue_lead(
    lead: Lead,
    *,
    customer: Customer | None = None,
    name: str = "",
    amount: Decimal | None = None,
    at: datetime | None = None,
    by: User | None = None,
) -> Deal:
    """Open a deal from the lead. The lead is converted when the deal is won, or its customer first pays."""
    lead = locked(lead)
    refuse_settled(lead)
    at = moment(at, since=lead.created_at)
    join(lead, customer, at=at, by=by)
    lead.save()
    return begin_deal(deal_of(lead, name=name, amount=amount), at=at, by=by)


@transaction.atomic
def convert_lead(
    lead: Lead,
    *,
    customer: Customer | None = None,
    open_deal: bool = False,
    at: datetime | None = None,
    by: User | None = None,
) -> Lead:
    """The lead became a paying customer: a new one, or one we know. A lead is converted once."""
    lead = locked(lead)
    refuse_settled(lead)
    at = moment(at, since=lead.created_at)
    join(lead, customer, at=at, by=by)
    lead.converted_at, lead.converted_by = at, by
    lead.save()
    if open_deal:
        begin_deal(deal_of(lead), at=at, by=by)
    return lead


def join(lead: Lead, customer: Customer | None, *, at: datetime, by: User | None) -> None:
    """Name the customer behind the lead: the one given, the one it has, or a new one made from it."""
    customer = customer or lead.customer or customer_from(lead, at=at, by=by)
    lead.customer = customer.merged_into or customer
    lead.was_customer = paid_before(lead.customer, lead.created_at)
    if not lead.qualified_at:
        lead.qualified_at, lead.qualified_by = at, by


def customer_from(lead: Lead, *, at: datetime, by: User | None) -> Customer:
    """A new customer, described as the lead was; the person becomes a contact of the company."""
    customer = Customer(
        kind=CustomerKind.COMPANY if lead.company else CustomerKind.PERSON,
        name=lead.company or lead.name,
        email=lead.email,
        phone=lead.phone,
        segment=lead.segment,
        country=lead.country,
        owner=lead.owner,
        acquisition_channel=lead.channel,
        acquisition_campaign=lead.campaign.code if lead.campaign else "",
    )
    create_customer(customer, at=at, by=by)
    if lead.company:
        first, _, last = lead.name.rpartition(" ")
        Contact.objects.create(
            customer=customer,
            first_name=first[:80],
            last_name=last[:80],
            email=lead.email,
            phone=lead.phone,
            is_primary=True,
        )
    return customer


def deal_of(lead: Lead, *, name: str = "", amount: Decimal | None = None) -> Deal:
    """A deal, not saved yet, that knows the lead it grew from."""
    return Deal(
        name=name or f"{lead.company or lead.name}"[:200],
        lead=lead,
        customer=lead.customer,
        owner=lead.owner,
        amount=amount,
        channel=lead.channel,
        lead_source=lead.lead_source,
        campaign=lead.campaign,
    )


def drop(lead: Lead, *, at: datetime | None, by: User | None) -> Lead:
    """Put the lead aside; marking one that was dropped before keeps the first moment."""
    if lead.converted_at:
        raise refuse("status", f"This lead was converted on {spoken(lead.converted_at)}.", "already-converted")
    if not lead.disqualified_at:
        lead.disqualified_at, lead.disqualified_by = moment(at, since=lead.created_at), by
    lead.save()
    return lead


def refuse_settled(lead: Lead) -> None:
    if lead.converted_at:
        raise refuse("status", f"This lead was converted on {spoken(lead.converted_at)} already.", "already-converted")
    if lead.disqualified_at:
        raise refuse("status", "This lead was dropped; take it up again first.", "disqualified")


def locked(lead: Lead) -> Lead:
    """The lead as it stands, held until this change is done."""
    return Lead.objects.select_for_update().get(pk=lead.pk)
