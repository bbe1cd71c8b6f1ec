"""What turned out otherwise later about customers: described anew, handed over, merged.

Deals reopened, tickets merged or seen to be spam and answers replaced stand with their own rooms.
"""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Case, When

from crmsite.demo.world import World
from customers.choices import CompanySize, CustomerKind
from customers.models import Customer

# What stays with a twin when its records move to the survivor.
KEEPS = {"CustomerVersion", "LifecycleEvent", "Customer"}
LARGER = {
    "Small business": ("Mid-market", CompanySize.MEDIUM),
    "Mid-market": ("Enterprise", CompanySize.HUGE),
    "Enterprise": ("Mid-market", CompanySize.LARGE),
}


def tell(world: World) -> None:
    describe_anew(world)
    hand_over(world)
    merge_customers(world)


def describe_anew(world: World) -> None:
    """Companies grow or shrink into another segment; the change is kept with its moment."""
    companies = [
        account for account in world.accounts if account.customer.kind == CustomerKind.COMPANY and account.since
    ]
    curve = world.days.curve()
    for account in world.pick_some(companies, world.many(70, 2)):
        segment, size = LARGER[account.segment]
        at = world.at(curve.draw(world.chance, max(account.since, world.days.first)), 9, 17)
        change(account.customer, at=at, segment=segment, company_size=size)


def hand_over(world: World) -> None:
    """Two sellers give customers of theirs to colleagues on one day."""
    day = world.days.part(0.7)
    for giver, taker in (("Nina Roth", "Veronika Huber"), ("lead", "rep")):
        mine = [account for account in world.accounts if account.seller is world.people[giver]]
        for account in world.pick_some(mine, world.many(24)):
            account.seller = world.people[taker]
            change(account.customer, at=world.at(day, 9, 10), owner=account.seller)


def change(customer: Customer, *, at: datetime, **columns: Any) -> None:
    """Change how a customer is described as of a moment; the database keeps the version before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('plumb.at', %s, true)", [at.isoformat()])
        Customer.objects.filter(pk=customer.pk).update(**columns)
        cursor.execute("SELECT set_config('plumb.at', '', true)")
    for name, value in columns.items():
        setattr(customer, name, value)


def merge_customers(world: World) -> None:
    """Entered twice by mistake: the twin stays readable and points at the one that counts."""
    prospects = [account.customer for account in world.accounts if account.since is None]
    companies = [customer for customer in prospects if customer.kind == CustomerKind.COMPANY]
    others = [account.customer for account in world.accounts if account.since and not account.customer.is_test]
    twins = {twin.pk: world.pick(others) for twin in world.pick_some(companies, world.many(18))}
    for link in Customer._meta.related_objects:
        table = link.related_model
        if link.one_to_many and table._meta.managed and table.__name__ not in KEEPS:
            moves = [When(**{link.field.name: twin, "then": survivor.pk}) for twin, survivor in twins.items()]
            rows = table._default_manager.filter(**{f"{link.field.name}__in": twins})
            rows.update(**{link.field.name: Case(*moves)})
    for twin, survivor in twins.items():
        Customer.objects.filter(pk=twin).update(merged_into=survivor, name=f"{survivor.name} (twin)"[:200])
