"""Campaigns and what they reached, mailing lists, visits to the website, and what everything cost."""

from datetime import date, timedelta
from decimal import Decimal

from crmsite.demo.days import SHOP_WEEK, SHOP_YEAR, add_months
from crmsite.demo.world import Account, World, money
from customers.choices import Channel, Device, EndReason
from customers.models import EmailSubscription, KeyEvent, Visit
from sales.choices import CostCategory
from sales.models import Campaign, CampaignRecipient, Cost, Touch

# Name, channel, where in the story it starts, days, budget, how well it draws.
CAMPAIGNS = (
    ("Winter kick-off", Channel.EMAIL, 0.03, 40, 6500, 1.1),
    ("Trade fair Hanover", Channel.EVENT, 0.1, 30, 24000, 1.3),
    ("Search ads, always on", Channel.PAID, 0.12, 300, 60000, 1.0),
    ("Spring letters", Channel.EMAIL, 0.18, 35, 5200, 1.0),
    ("Bring a friend", Channel.REFERRAL, 0.25, 150, 9000, 1.2),
    ("Summer sale", Channel.SOCIAL, 0.33, 40, 12000, 0.9),
    ("Autumn roadshow", Channel.EVENT, 0.42, 45, 31000, 1.2),
    ("December offers", Channel.EMAIL, 0.5, 35, 7800, 1.5),
    ("Star of the stage", Channel.SOCIAL, 0.58, 60, 68000, 0.07),
    ("Search ads, second year", Channel.PAID, 0.55, 300, 74000, 1.0),
    ("Spring letters, second year", Channel.EMAIL, 0.67, 35, 5600, 1.0),
    ("Partner days", Channel.PARTNER, 0.74, 50, 15000, 1.0),
    ("Back from holidays", Channel.EMAIL, 0.84, 40, 6100, 1.1),
    ("Trade fair Lyon", Channel.EVENT, 0.9, 30, 22000, 1.2),
    ("Year-end mailing", Channel.EMAIL, 0.96, 30, 7200, 1.3),
)
FLOP = "Star of the stage"
LISTS = ("Newsletter", "Product news", "Offers")
LANDINGS = ("/", "/pricing", "/platform", "/devices", "/blog/fewer-queues", "/demo", "/customers", "/supplies")
VISIT_CHANNELS = (Channel.ORGANIC, Channel.DIRECT, Channel.PAID, Channel.SOCIAL, Channel.EMAIL, Channel.REFERRAL)
KEY_EVENTS = ("Asked for a demo", "Signed up", "Downloaded the guide", "Bought")
# Euros a month by category and channel or team; costs grow with the company.
MONTHLY = (
    (CostCategory.MARKETING, Channel.PAID, 5200),
    (CostCategory.MARKETING, Channel.SOCIAL, 2100),
    (CostCategory.MARKETING, Channel.ORGANIC, 1700),
    (CostCategory.MARKETING, Channel.EMAIL, 600),
    (CostCategory.MARKETING, Channel.PARTNER, 1100),
    (CostCategory.SALES, Channel.OUTBOUND, 9800),
    (CostCategory.SALES, "", 21000),
    (CostCategory.RETENTION, "", 5400),
    (CostCategory.RETENTION, Channel.EMAIL, 450),
    (CostCategory.CRM, "", 1600),
    (CostCategory.OTHER, "", 3900),
)


def plan(world: World) -> None:
    """The campaigns of the two years; one of them cost most and brought next to nothing."""
    world.shelf["campaigns"] = []
    for name, channel, share, length, budget, pull in CAMPAIGNS:
        starts_on = world.days.first + timedelta(days=int(share * world.days.count))
        campaign = world.add(
            Campaign,
            code=world.free(Campaign, "code", name.lower().replace(",", "").replace(" ", "-")),
            name=name,
            channel=channel,
            owner=world.people["marketer"],
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=length - 1),
            budget=money(budget),
        )
        world.shelf["campaigns"].append((campaign, pull))
    world.save()


def campaign_on(world: World, day: date, probability: float) -> Campaign | None:
    """One of the campaigns that run on the day, now and then; a flop hardly ever."""
    if not world.maybe(probability):
        return None
    running = [(c, pull) for c, pull in world.shelf["campaigns"] if c.starts_on <= day <= c.ends_on]
    if not running:
        return None
    campaigns, pulls = zip(*running, strict=True)
    chosen = world.pick(campaigns, pulls)
    return chosen if len(running) > 1 or chosen.name != FLOP or world.maybe(0.07) else None


def tell(world: World) -> None:
    pay(world)
    send(world)
    touch(world)
    join_lists(world)
    world.save()
    visit(world)
    world.save()


# --- Costs ---


def pay(world: World) -> None:
    month = world.days.first.replace(day=1)
    while month <= world.days.last:
        last = add_months(month, 1) - timedelta(days=1)
        growth = 0.8 + 0.5 * max(0.0, world.days.share(month))
        for category, channel, amount in MONTHLY:
            spend(world, category, amount * growth, month, last, channel=channel)
        pay_extras(world, month, growth)
        month = add_months(month, 1)
    for campaign, _ in world.shelf["campaigns"]:
        half = money(float(campaign.budget) * world.chance.uniform(0.44, 0.5))
        until = min(campaign.ends_on, world.days.last)
        for starts_on, ends_on in ((campaign.starts_on, None), (campaign.starts_on, until)):
            if starts_on <= world.days.last:
                add_cost(world, CostCategory.MARKETING, half, starts_on, ends_on, campaign, campaign.channel)


def pay_extras(world: World, month: date, growth: float) -> None:
    """Costs that carry more than a channel: a line, a segment, a country, a seller; some in other money."""
    line = world.pick(tuple(world.shelf["lines"].values()))
    day = month + timedelta(days=int(world.chance.random() * 27))
    spend(world, CostCategory.MARKETING, 900 * growth, day, None, line=line, note="Brochures")
    spend(world, CostCategory.SALES, 1400 * growth, day, None, owner=world.pick(world.sellers), note="Travel")
    spend(world, CostCategory.RETENTION, 700 * growth, day, None, segment="Enterprise", note="Customer evening")
    spend(world, CostCategory.MARKETING, 1300 * growth, day, None, country="US", currency="USD", channel=Channel.PAID)
    spend(world, CostCategory.MARKETING, 800 * growth, day, None, country="GB", currency="GBP", channel=Channel.PAID)


def spend(world: World, category: str, amount: float, day: date, until: date | None, **more) -> None:
    if until and until > world.days.last:
        amount *= ((world.days.last - day).days + 1) / ((until - day).days + 1)
        until = world.days.last
    if world.days.first <= (until or day) and day <= world.days.last:
        amount *= world.chance.uniform(0.92, 1.1)
        values = {"currency": "EUR", **more}
        world.add(Cost, category=category, amount=money(amount), starts_on=day, ends_on=until, **values)


def add_cost(world, category, amount: Decimal, day: date, until: date | None, campaign: Campaign, channel) -> None:
    world.add(
        Cost,
        category=category,
        amount=amount,
        currency="EUR",
        starts_on=day,
        ends_on=until,
        campaign=campaign,
        channel=channel,
        note=campaign.name,
    )


# --- Mail, touches, lists ---


def send(world: World) -> None:
    """Mailings to people on our lists; a few bounce, some answer."""
    mailings = [(c, pull) for c, pull in world.shelf["campaigns"] if c.channel in (Channel.EMAIL, Channel.SOCIAL)]
    addressed = [(a, address(a)) for a in world.accounts if address(a)]
    for campaign, pull in mailings:
        for account, email in world.pick_some(addressed, world.many(750)):
            day = campaign.starts_on + timedelta(days=int(world.chance.random() * 10))
            if day > world.days.last:
                continue
            sent_at = world.at(day, 8, 11)
            is_bounced = world.maybe(0.025)
            answered = world.clip(sent_at + timedelta(hours=world.around(20, 1.1)))
            world.add(
                CampaignRecipient,
                campaign=campaign,
                customer=account.customer,
                email=email,
                sent_at=sent_at,
                bounced_at=min(sent_at + timedelta(minutes=3), world.days.now) if is_bounced else None,
                responded_at=answered if not is_bounced and world.maybe(0.085 * pull) else None,
            )


def address(account: Account) -> str:
    return account.contacts[0].email if account.contacts else account.customer.email


def touch(world: World) -> None:
    """What leads and customers saw of us before they paid."""
    for lead in world.shelf["all leads"]:
        if lead.is_spam or (lead.converted_at is None and not world.maybe(0.12)):
            continue
        until = lead.converted_at or lead.created_at
        for number in range(world.pick((1, 2, 3), (48, 34, 18))):
            back = timedelta(days=world.around(9, 0.8)) if number else timedelta(minutes=20)
            world.add(
                Touch,
                lead=lead,
                customer=lead.customer,
                campaign=lead.campaign if number == 0 else None,
                channel=lead.channel if number == 0 else world.pick(VISIT_CHANNELS),
                at=min(until, max(lead.created_at, until - back)) if number else lead.created_at,
            )
    for order, _, account in world.shelf["orders"]:
        if order.campaign:
            at = order.placed_at - timedelta(hours=world.around(30, 1))
            world.add(Touch, customer=account.customer, campaign=order.campaign, channel=order.channel, at=at)


def join_lists(world: World) -> None:
    """About a fifth of those who joined have left since, most by themselves."""
    curve = world.days.curve(growth=1.6)
    for account in world.accounts:
        email = address(account)
        if not email or not world.maybe(0.72):
            continue
        for name in world.pick_some(LISTS, world.pick((1, 2), (78, 22))):
            started = account.since and account.since < world.days.first and world.maybe(0.5)
            day = account.since if started else curve.draw(world.chance, account.born)
            joined = world.at(day, 7, 22)
            entry = world.add(
                EmailSubscription,
                customer=account.customer,
                email=email,
                mailing_list=name,
                campaign=account.customer.acquisition_campaign,
                subscribed_at=joined,
            )
            left = world.clip(joined + timedelta(days=3 + world.around(400, 1.1)))
            if left and world.maybe(0.6):
                entry.ended_at = left
                reasons = (EndReason.UNSUBSCRIBE, EndReason.HARD_BOUNCE, EndReason.COMPLAINT)
                entry.end_reason = world.pick(reasons, (76, 20, 4))


# --- Visits ---


def visit(world: World) -> None:
    """Sessions on the website: most by strangers, one in five by somebody we know."""
    curve = world.days.curve(SHOP_YEAR, SHOP_WEEK, growth=2)
    wanted, number, visitor = world.many(15000), 0, 0
    while number < wanted:
        visitor += 1
        account = world.pick(world.accounts) if world.maybe(0.2) else None
        country = account.country if account else world.pick(("DE", "US", "GB", "FR", "CH", "NL", "AT", "IT", ""))
        device = world.pick((Device.DESKTOP, Device.MOBILE, Device.TABLET), (50, 43, 7))
        since = account.born if account else world.days.first
        for day in sorted(curve.draw(world.chance, since) for _ in range(world.pick((1, 2, 3, 5), (62, 22, 11, 5)))):
            number += 1
            come(world, number, f"demo-{visitor:05d}", day, account, country, device)


def come(
    world: World, number: int, visitor: str, day: date, account: Account | None, country: str, device: Device
) -> None:
    campaign = campaign_on(world, day, 0.2)
    session = world.add(
        Visit,
        visitor_key=visitor,
        session_key=f"demo-session-{number:06d}",
        started_at=world.at(day, 6, 24),
        channel=campaign.channel if campaign else world.pick(VISIT_CHANNELS, (36, 22, 18, 10, 6, 8)),
        campaign=campaign.code if campaign else "",
        landing=world.pick(LANDINGS, (30, 16, 13, 9, 12, 8, 5, 7)),
        country=country,
        device=device,
        customer=account.customer if account else None,
        is_bot=world.maybe(0.035),
        has_consent=world.maybe(0.96),
    )
    wants = 0.05 if device == Device.MOBILE else 0.085
    if world.maybe(wants * (0.2 if campaign and campaign.name == FLOP else 1)):
        at = world.clip(session.started_at + timedelta(minutes=1 + world.around(4)))
        if at:
            world.add(KeyEvent, visit=session, kind=world.pick(KEY_EVENTS, (24, 30, 34, 12)), at=at)
