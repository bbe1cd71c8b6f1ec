"""What we did with customers and mean to do: calls, meetings, mails, notes and tasks."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType

from crmsite.demo.words import ACTIVITY_SUBJECTS
from crmsite.demo.world import Account, World
from customers.choices import ActivityKind, Lifecycle
from customers.models import Activity, LifecycleEvent, User
from sales.models import Deal

KINDS = (ActivityKind.CALL, ActivityKind.MEETING, ActivityKind.EMAIL, ActivityKind.TASK, ActivityKind.NOTE)
MINUTES = {ActivityKind.CALL: 14, ActivityKind.MEETING: 55, ActivityKind.TASK: 25, ActivityKind.EMAIL: 8}


def tell(world: World) -> None:
    world.shelf["deal type"] = ContentType.objects.get_for_model(Deal)
    for deal, account in world.shelf["deals"]:
        accompany(world, deal, account)
    customers = [account for account in world.accounts if account.since]
    curve = world.days.curve()
    for _ in range(world.many(1400)):
        account = world.pick(customers)
        day = curve.draw(world.chance, max(account.since, world.days.first))
        do(world, account, account.seller, world.at(day, 8, 18))
    grow_up(world)
    world.save(but=None)


def accompany(world: World, deal: Deal, account: Account) -> None:
    """One or two steps for every deal; an open one has a next step, planned or overdue."""
    until = deal.closed_at or world.days.now
    for _ in range(world.pick((1, 2, 3), (48, 38, 14))):
        at = deal.created_at + (until - deal.created_at) * world.chance.random()
        do(world, account, account.seller, at, about=deal)
    if deal.closed_at is None and world.maybe(0.82):
        days = world.chance.randint(-12, -1) if world.maybe(0.28) else world.chance.randint(1, 24)
        due_at = (world.days.now + timedelta(days=days)).replace(hour=9, minute=0, second=0)
        created_at = max(deal.created_at, min(due_at, world.days.now) - timedelta(days=6))
        do(world, account, account.seller, created_at, about=deal, due_at=due_at)


def do(
    world: World,
    account: Account,
    owner: User,
    at: datetime,
    *,
    about: Deal | None = None,
    due_at: datetime | None = None,
) -> None:
    kind = world.pick(KINDS, (34, 17, 27, 22, 0) if due_at else (34, 17, 27, 10, 12))
    more: dict[str, Any] = {"about_type": world.shelf["deal type"], "about_id": about.pk} if about else {}
    world.add(
        Activity,
        customer=account.customer,
        contact=world.pick(account.contacts) if account.contacts else None,
        owner=owner,
        kind=kind,
        subject=world.pick(ACTIVITY_SUBJECTS[kind]),
        created_at=at,
        due_at=due_at,
        done_at=None if due_at else at,
        duration=timedelta(minutes=0 if due_at else int(world.around(MINUTES.get(kind, 0), 0.5))),
        **more,
    )


def grow_up(world: World) -> None:
    """The steps of a customer's life: they paid for the first time, and some have left."""
    for account in world.accounts:
        if account.since is None:
            continue
        paid_at = account.paid_at or world.at(account.since, 9, 17)
        step(world, account, Lifecycle.PROSPECT, Lifecycle.CUSTOMER, paid_at)
        if account.left_on and account.left_on < world.days.last - timedelta(days=90):
            left_at = max(world.days.midnight(account.left_on + timedelta(days=1)), paid_at)
            account.customer.lifecycle = Lifecycle.FORMER
            step(world, account, Lifecycle.CUSTOMER, Lifecycle.FORMER, left_at)


def step(world: World, account: Account, was: Lifecycle, now: Lifecycle, at: datetime) -> None:
    world.add(LifecycleEvent, customer=account.customer, from_lifecycle=was, to_lifecycle=now, at=at, by=None)
