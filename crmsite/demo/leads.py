"""Leads: who asked, who answered how fast, and what became of it."""

from datetime import date, datetime, timedelta
from typing import Any

from crmsite.demo.marketing import campaign_on
from crmsite.demo.words import COUNTRIES, INDUSTRIES, MEN, STEMS, SURNAMES, TRADES, WOMEN
from crmsite.demo.world import Account, World
from customers.choices import Channel
from sales.models import Lead

SOURCES: dict[str, str] = {
    Channel.ORGANIC: "Website",
    Channel.PAID: "Google Ads",
    Channel.SOCIAL: "LinkedIn",
    Channel.EMAIL: "Newsletter",
    Channel.REFERRAL: "Recommendation",
    Channel.PARTNER: "Partner",
    Channel.EVENT: "Trade fair",
    Channel.OUTBOUND: "Cold call",
    Channel.STORE: "Store",
}
SOURCE_WEIGHTS = (26, 24, 10, 8, 8, 6, 8, 8, 2)
# Hours until a team usually answers a lead.
ANSWERS_IN = {"North": 1.6, "South": 5, "West": 9, "Overseas": 4}


def tell(world: World) -> None:
    for account in world.accounts:
        came_here = account.since and account.paid_at and account.since >= world.days.first
        if came_here and world.maybe(0.84):
            lead = lead_of(world, account)
            world.shelf["leads"][account.customer.external_id] = lead
    curve = world.days.curve(growth=2.2)
    for _ in range(world.many(3050)):
        lose_lead(world, ask(world, curve.draw(world.chance)))
    mark_duplicates(world)
    world.shelf["all leads"] = world.pending[Lead]


def lead_of(world: World, account: Account) -> Lead:
    """The inquiry a customer of ours began with."""
    customer = account.customer
    contact = account.contacts[0] if account.contacts else None
    created_at = min(world.at(account.born, 7, 20), account.paid_at - timedelta(hours=2))
    campaign = campaign_on(world, account.born, 0.3)
    if campaign:
        customer.acquisition_campaign, customer.acquisition_channel = campaign.code, campaign.channel
    channel = customer.acquisition_channel
    lead = world.add(
        Lead,
        name=str(contact or customer.name),
        company=customer.name if contact else "",
        email=contact.email if contact else customer.email,
        phone=customer.phone,
        lead_source=SOURCES.get(channel, "Website"),
        channel=channel,
        campaign=campaign,
        owner=account.seller,
        segment=customer.segment,
        country=account.country,
        entered_by_staff=channel == Channel.OUTBOUND,
        created_at=created_at,
        customer=customer,
        converted_at=account.paid_at,
    )
    answer(world, lead, before=account.paid_at)
    qualified = max(created_at, lead.first_contacted_at or created_at)
    lead.qualified_at = qualified + (account.paid_at - qualified) * world.chance.uniform(0.02, 0.4)
    sign(lead, "qualified_by", "converted_by")
    return lead


def answer(world: World, lead: Lead, *, before: datetime) -> None:
    """A person reaches out, fast or slow by team; not in the night."""
    if world.maybe(0.06):
        return
    hours = world.around(ANSWERS_IN[team_name(world, lead.owner)], 1.0)
    at = lead.created_at + timedelta(hours=hours)
    local = at.astimezone(world.days.zone)
    if local.hour >= 19 or local.hour < 7 or local.weekday() > 4:
        ahead = {4: 3, 5: 2}.get(local.weekday(), 1) if local.hour >= 7 else (2 if local.weekday() == 5 else 0)
        day = local.date() + timedelta(days=ahead)
        at = max(world.at(day, 8, 11), lead.created_at)
    if at <= min(before, world.days.now):
        lead.first_contacted_at = at
        sign(lead, "contacted_by")


def sign(lead: Lead, *columns: str) -> None:
    for column in columns:
        setattr(lead, column, lead.owner)


def ask(world: World, day: date) -> Lead:
    """Somebody asks; whether anything comes of it is not said yet."""
    country = world.pick(COUNTRIES, [country.weight for country in COUNTRIES])
    people = [user for user in world.sellers if team_name(world, user) == country.team]
    first = world.pick(WOMEN[country.speech] if world.maybe(0.5) else MEN[country.speech])
    last = world.pick(SURNAMES[country.speech])
    is_company = world.maybe(0.74)
    trade = world.pick(TRADES[world.pick(INDUSTRIES)])
    campaign = campaign_on(world, day, 0.26)
    channel = campaign.channel if campaign else world.pick(tuple(SOURCES), SOURCE_WEIGHTS)
    number = world.numbers.get("lead", 0) + 1
    return world.add(
        Lead,
        name=f"{first} {last}",
        company=f"{world.pick(STEMS)} {trade} {world.pick(country.legal)}" if is_company else "",
        email=f"{first[:1].lower()}.lead{number}@example.{world.pick(('com', 'org', 'net'))}",
        lead_source=SOURCES.get(channel, "Website"),
        channel=channel,
        campaign=campaign,
        owner=world.pick(people),
        segment=world.pick(("Small business", "Mid-market", "Enterprise"), (60, 32, 8)) if is_company else "Consumer",
        country=country.code,
        entered_by_staff=channel == Channel.OUTBOUND,
        created_at=world.at(day, 7, 21),
    )


def lose_lead(world: World, lead: Lead) -> None:
    """Most are dropped after a while, some are spam, some were customers already, the fresh ones are open."""
    fate, now = world.chance.random(), world.days.now
    if fate < 0.045:
        lead.is_spam = True
        lead.disqualified_at = min(lead.created_at + timedelta(hours=world.around(5)), now)
        sign(lead, "disqualified_by")
        return
    answer(world, lead, before=now)
    if fate < 0.075:
        old = [account for account in world.pick_some(world.accounts, 12) if account.since]
        if old and world.days.midnight(old[0].since) < lead.created_at:
            lead.customer, lead.was_customer, lead.company = old[0].customer, True, old[0].customer.name
            return
    since = lead.first_contacted_at or lead.created_at
    if lead.first_contacted_at and world.maybe(0.4):
        qualified = since + timedelta(days=world.around(3))
        if qualified <= now:
            lead.qualified_at = since = qualified
            sign(lead, "qualified_by")
    dropped = since + timedelta(days=world.around(17))
    if dropped <= now and world.maybe(0.88):
        lead.disqualified_at = dropped
        sign(lead, "disqualified_by")


def mark_duplicates(world: World) -> None:
    """Some asked twice; the second inquiry points at the first."""
    lost = [lead for lead in world.pending[Lead] if not (lead.converted_at or lead.is_spam or lead.customer_id)]
    for one, other in zip(lost[::45], lost[7::45], strict=False):
        first, second = sorted((one, other), key=lambda lead: (lead.created_at, lead.pk))
        second.name, second.company, second.email = first.name, first.company, first.email
        second.duplicate_of = first
        second.disqualified_at = second.disqualified_at or second.first_contacted_at or second.created_at
        sign(second, "disqualified_by")


def team_name(world: World, seller: Any) -> str:
    team = world.team_of[seller.pk]
    return next(name for name, other in world.teams.items() if other is team)
