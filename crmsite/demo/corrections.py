"""What turned out otherwise later: deals reopened, customers merged or described anew, answers replaced."""

from datetime import datetime, timedelta

from django.db import connection

from crmsite.demo.world import SOURCE, World
from customers.choices import CompanySize, CustomerKind
from customers.models import Customer
from sales.choices import Outcome
from sales.models import Deal, StageChange
from support.choices import TicketEventKind
from support.models import Ticket, TicketEvent
from surveys.models import Answer

LARGER = {
    "Small business": ("Mid-market", CompanySize.MEDIUM),
    "Mid-market": ("Enterprise", CompanySize.HUGE),
    "Enterprise": ("Mid-market", CompanySize.LARGE),
}


def tell(world: World) -> None:
    reopen_deals(world)
    describe_anew(world)
    hand_over(world)
    merge_customers(world)
    merge_tickets(world)
    change_answers(world)
    world.save()


def reopen_deals(world: World) -> None:
    """Lost for good, it seemed: some came back weeks later, and a few were won then."""
    lost = [deal for deal, _ in world.shelf["deals"] if deal.outcome == Outcome.LOST]
    changed, ended = [], []
    for deal in world.pick_some(lost, world.many(45)):
        again = world.clip(deal.closed_at + timedelta(days=world.around(21)))
        last = deal.stage_changes.order_by("at", "id").last()
        if again is None or last.from_stage is None:
            continue
        last.left_at = again
        ended.append(last)
        won_at = world.clip(again + timedelta(days=world.around(12)))
        stay = enter(world, deal, last.to_stage, last.from_stage, again)
        deal.outcome, deal.closed_at, deal.closed_by, deal.credited_to = Outcome.OPEN, None, None, None
        deal.lost_reason, deal.stage = None, last.from_stage
        if won_at and world.maybe(0.45):
            won = deal.pipeline.stages.get(kind="won")
            stay.left_at = won_at
            enter(world, deal, stay.to_stage, won, won_at)
            deal.outcome, deal.closed_at, deal.closed_by, deal.credited_to = (
                Outcome.WON,
                won_at,
                deal.owner,
                deal.owner,
            )
            deal.stage = won
        changed.append(deal)
    StageChange.objects.bulk_update(ended, ["left_at"])
    columns = ["outcome", "closed_at", "closed_by", "credited_to", "lost_reason", "stage"]
    Deal.objects.bulk_update(changed, columns)
    world.save()


def enter(world: World, deal: Deal, was, stage, at: datetime) -> StageChange:
    return world.add(
        StageChange,
        deal=deal,
        from_stage=was,
        to_stage=stage,
        at=at,
        by=deal.owner,
        owner=deal.owner,
        amount=deal.amount,
    )


def describe_anew(world: World) -> None:
    """Companies grow or shrink into another segment; the change is kept with its moment."""
    companies = [
        account for account in world.accounts if account.customer.kind == CustomerKind.COMPANY and account.since
    ]
    for account in world.pick_some(companies, world.many(70, 2)):
        segment, size = LARGER[account.segment]
        at = world.at(world.days.curve().draw(world.chance, max(account.since, world.days.first)), 9, 17)
        change(account.customer, at=at, segment=segment, company_size=size)


def hand_over(world: World) -> None:
    """Two sellers give customers of theirs to colleagues on one day."""
    day = world.days.part(0.7)
    for giver, taker in (("Nina Roth", "Veronika Huber"), ("lead", "rep")):
        mine = [account for account in world.accounts if account.seller is world.people[giver]]
        for account in world.pick_some(mine, world.many(24)):
            account.seller = world.people[taker]
            change(account.customer, at=world.at(day, 9, 10), owner=account.seller)


def change(customer: Customer, *, at: datetime, **columns) -> None:
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
    for twin in world.pick_some(companies, world.many(18)):
        survivor = world.pick(others)
        for relation in Customer._meta.related_objects:
            table = relation.related_model
            if relation.one_to_many and table._meta.managed and table.__name__ not in KEEPS:
                table._default_manager.filter(**{relation.field.name: twin.pk}).update(
                    **{relation.field.name: survivor.pk}
                )
        Customer.objects.filter(pk=twin.pk).update(merged_into=survivor, name=f"{survivor.name} (twin)"[:200])


KEEPS = {"CustomerVersion", "LifecycleEvent", "Customer"}


def merge_tickets(world: World) -> None:
    """The same request sent twice within an hour."""
    tickets = [ticket for ticket, _, _ in world.shelf["tickets"] if ticket.customer and not ticket.is_spam]
    for ticket in world.pick_some(tickets, world.many(60)):
        place = tickets.index(ticket)
        other = tickets[place - 1] if place else None
        if other is None or other.merged_into or ticket.merged_into or Ticket.objects.filter(merged_into=ticket):
            continue
        Ticket.objects.filter(pk=ticket.pk).update(merged_into=other, customer=other.customer, contact=other.contact)
        ticket.merged_into = other
        at = ticket.created_at + timedelta(minutes=30)
        world.add(
            TicketEvent, ticket=ticket, kind=TicketEventKind.MERGED, at=min(at, world.days.now), actor=ticket.agent
        )


def change_answers(world: World) -> None:
    """A few gave another score within a day; a few answers were taken out of every number."""
    standing = list(Answer.objects.filter(source=SOURCE, invitation__isnull=False).order_by("id"))
    for answer in world.pick_some(standing, world.many(45)):
        again = world.clip(answer.answered_at + timedelta(hours=world.chance.uniform(0.2, 20)))
        if again is None:
            continue
        survey = answer.survey
        score = max(survey.scale_min, min(survey.scale_max, answer.score + world.pick((-2, -1, 1, 2))))
        Answer.objects.filter(pk=answer.pk).update(voided_at=again)
        values = {name: getattr(answer, name) for name in SAME}
        world.add(Answer, score=score, answered_at=again, **values)
        later = world.pending[Answer][-1]
        world.save()
        Answer.objects.filter(pk=answer.pk).update(superseded_by=later)
    for answer in world.pick_some(standing, world.many(25)):
        Answer.objects.filter(pk=answer.pk, voided_at=None).update(
            voided_at=world.clip(answer.answered_at + timedelta(days=2)) or world.days.now
        )


SAME = ("survey", "invitation", "customer", "ticket", "order", "agent", "team", "channel", "wave")
