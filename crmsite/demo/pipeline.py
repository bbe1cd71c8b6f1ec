"""Leads and deals: who asked, who answered how fast, and the way each chance took to its end."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from crmsite.demo.catalogue import RATES
from crmsite.demo.days import add_months
from crmsite.demo.marketing import campaign_on
from crmsite.demo.words import COUNTRIES, INDUSTRIES, MEN, STEMS, SURNAMES, TRADES, WOMEN
from crmsite.demo.world import Account, World, money
from customers.choices import Channel
from sales.choices import DealKind, OfferKind, Outcome
from sales.models import Deal, Lead, Offer, Quota, Stage, StageChange

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
# Hours until a team usually answers a lead, and how hard it loses deals.
ANSWERS_IN = {"North": 1.6, "South": 5, "West": 9, "Overseas": 4}
LOSES = {"North": 0.55, "South": 1.0, "West": 1.2, "Overseas": 0.95}
TURNED_INTO = {"Small business": 17, "Mid-market": 38, "Enterprise": 74, "Consumer": 9}


def tell(world: World) -> None:
    world.shelf["deals"], world.shelf["leads"], world.shelf["last stays"] = [], {}, {}
    take_leads(world)
    win_deals(world)
    lose_deals(world)
    keep_deals_open(world)
    reopen_deals(world)
    make_offers(world)
    set_quotas(world)
    world.save()


def team_name(world: World, seller: Any) -> str:
    team = world.team_of[seller.pk]
    return next(name for name, other in world.teams.items() if other is team)


# --- Leads ---


def take_leads(world: World) -> None:
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


# --- Deals ---


def win_deals(world: World) -> None:
    for life in world.shelf["starts"]:
        if life.started > world.days.first and world.maybe(0.9):
            win_new(world, life)
    for life, at, delta in world.shelf["growths"]:
        if at > world.days.midnight(world.days.first) and world.maybe(0.75):
            begun = at - timedelta(days=world.around(24, 0.5))
            amount = money(delta * 12)
            open_deal(world, life.account, begun, DealKind.UPSELL, amount, mrr=delta, closed=at, outcome=Outcome.WON)
    for life, term, at in world.shelf["renewals"]:
        if at > world.days.midnight(world.days.first) and at <= world.days.now and world.maybe(0.4):
            begun = at - timedelta(days=20 + world.around(20, 0.4))
            amount = money(term.mrr * 12)
            open_deal(
                world, life.account, begun, DealKind.RENEWAL, amount, mrr=term.mrr, closed=at, outcome=Outcome.WON
            )
    orders = [row for row in world.shelf["orders"] if row[2].is_subscriber and row[0].status == "paid"]
    for order, lines, account in world.pick_some(orders, world.many(240)):
        amount = sum(line.net for line in lines)
        begun = order.placed_at - timedelta(days=world.around(15, 0.5))
        deal = open_deal(
            world, account, begun, DealKind.CROSS_SELL, amount, closed=order.placed_at, outcome=Outcome.WON
        )
        deal.product = lines[0].product


def win_new(world: World, life: Any) -> None:
    account, subscription = life.account, life.subscription
    closed = subscription.started_at - timedelta(hours=1 + 30 * world.chance.random())
    lead = world.shelf["leads"].get(account.customer.external_id)
    is_first = life.started == account.since
    cycle = world.around(TURNED_INTO[account.segment], 0.5)
    begun = closed - timedelta(days=cycle)
    if lead and is_first:
        begun = max(lead.created_at, begun)
        closed = max(closed, begun + timedelta(minutes=40))
        # Paid is when the money begins to run; the win comes first.
        closed = min(closed, lead.converted_at)
        begun = min(begun, closed)
        lead.converted_at = closed
        lead.qualified_at = min(lead.qualified_at or closed, closed)
        if lead.first_contacted_at and lead.first_contacted_at > closed:
            lead.first_contacted_at = lead.contacted_by = None
    mrr = subscription.mrr
    years = world.pick((1, 2, 3), (80, 14, 6)) if life.is_contract else 1
    deal = open_deal(
        world, account, begun, DealKind.NEW, money(mrr * 12 * years), mrr=mrr, closed=closed, outcome=Outcome.WON
    )
    if years > 1:
        deal.first_year_amount = money(mrr * 12)
    if lead and is_first:
        deal.lead, deal.campaign, deal.lead_source, deal.channel = lead, lead.campaign, lead.lead_source, lead.channel


def lose_deals(world: World) -> None:
    curve, left = world.days.curve(), world.many(1480)
    while left:
        account = world.pick(world.accounts)
        if not account.contacts or not world.maybe(LOSES[team_name(world, account.seller)] / 1.2):
            continue
        left -= 1
        begun = world.at(curve.draw(world.chance), 8, 18)
        closed = world.clip(begun + timedelta(days=world.around(TURNED_INTO[account.segment] * 1.25, 0.6)))
        kind = kind_for(world, account, begun)
        amount = wish(world, account)
        if closed:
            open_deal(world, account, begun, kind, amount, closed=closed, outcome=Outcome.LOST)
        else:
            open_deal(world, account, begun, kind, amount)


def keep_deals_open(world: World) -> None:
    """Chances of the last months that nobody has decided yet; some rest too long."""
    companies = [account for account in world.accounts if account.contacts]
    for _ in range(world.many(420)):
        account = world.pick(companies)
        day = world.days.last - timedelta(days=min(320, int(world.around(38, 0.8))))
        while day.weekday() > 4:
            day -= timedelta(days=1)
        begun = world.at(max(day, world.days.first), 8, 17)
        open_deal(world, account, begun, kind_for(world, account, begun), wish(world, account))


def kind_for(world: World, account: Account, at: datetime) -> DealKind:
    if not account.since or account.since > world.days.of(at):
        return DealKind.NEW
    return world.pick((DealKind.UPSELL, DealKind.CROSS_SELL, DealKind.RENEWAL), (48, 32, 20))


def wish(world: World, account: Account) -> Decimal:
    size = {"Small business": 1900, "Mid-market": 7800, "Enterprise": 41000}.get(account.segment, 400)
    return money(round(world.around(size, 0.7), -1))


def open_deal(
    world: World,
    account: Account,
    begun: datetime,
    kind: DealKind,
    amount: Decimal,
    *,
    mrr: Decimal | None = None,
    closed: datetime | None = None,
    outcome: Outcome = Outcome.OPEN,
) -> Deal:
    """A deal with every stay it made on its way."""
    begun = max(begun, world.days.midnight(world.days.first))
    if closed:
        begun = min(begun, closed)
    stages = world.shelf["growth" if kind == DealKind.RENEWAL or kind == DealKind.UPSELL else "pipeline"]
    channel = account.customer.acquisition_channel
    deal = world.add(
        Deal,
        name=deal_name(account, kind),
        customer=account.customer,
        contact=world.pick(account.contacts) if account.contacts else None,
        owner=account.seller,
        pipeline=stages[0].pipeline,
        stage=stages[0],
        product=world.shelf["products"][0] if kind != DealKind.CROSS_SELL else world.pick(world.shelf["products"][1:]),
        kind=kind,
        amount=amount,
        currency=account.currency,
        mrr=mrr if mrr is not None else (money(amount / 12) if kind != DealKind.CROSS_SELL else None),
        channel=channel,
        lead_source=SOURCES.get(channel, "Website"),
        created_at=begun,
        expected_close_on=expected(world, begun, closed),
    )
    walk(world, deal, stages, closed, outcome)
    world.shelf["deals"].append((deal, account))
    return deal


def deal_name(account: Account, kind: DealKind) -> str:
    what = {
        DealKind.NEW: "Booking platform",
        DealKind.UPSELL: "More seats",
        DealKind.CROSS_SELL: "Devices and services",
        DealKind.RENEWAL: "Renewal",
    }[kind]
    return f"{account.customer.name}: {what}"[:200]


def expected(world: World, begun: datetime, closed: datetime | None) -> date | None:
    if world.maybe(0.04):
        return None
    base = world.days.of(closed) if closed else world.days.of(begun) + timedelta(days=45)
    return base + timedelta(days=int(world.chance.gauss(0, 14) if closed else world.around(20)))


def walk(world: World, deal: Deal, stages: list[Stage], closed: datetime | None, outcome: Outcome) -> None:
    """From the first stage on; the winners go through all of them, and now and then one steps back."""
    path = stages[: steps_of(world, deal, len(stages) - 2, outcome)]
    if len(path) > 2 and world.maybe(0.07):
        path = [*path[:-1], path[-3], path[-2], path[-1]] if outcome == Outcome.WON else [*path, path[-2]]
    until = closed or world.days.now
    length = (until - deal.created_at).total_seconds()
    cuts = sorted(world.chance.random() * (1 if closed else 0.9) for _ in path[1:])
    moments = [deal.created_at, *(deal.created_at + timedelta(seconds=int(length * cut)) for cut in cuts)]
    if closed:
        path = [*path, next(stage for stage in stages if stage.kind == outcome)]
        moments.append(closed)
        deal.outcome, deal.closed_at = outcome, closed
        deal.closed_by = deal.credited_to = deal.owner
    deal.stage = path[-1]
    if outcome == Outcome.LOST:
        deal.lost_reason = reason_for(world, closed)
    stay = None
    for stage, at in zip(path, moments, strict=True):
        stay = enter(world, deal, stage, at, after=stay)
    world.shelf["last stays"][deal.pk] = stay


def enter(world: World, deal: Deal, stage: Stage, at: datetime, *, after: StageChange | None) -> StageChange:
    """The deal's next stay; the one before it ends."""
    if after:
        after.left_at = at
    return world.add(
        StageChange,
        deal=deal,
        from_stage=after.to_stage if after else None,
        to_stage=stage,
        at=at,
        by=deal.owner,
        owner=deal.owner,
        amount=deal.amount,
    )


def reopen_deals(world: World) -> None:
    """Lost for good, it seemed: some came back weeks later, and of those some were won."""
    lost = [deal for deal, _ in world.shelf["deals"] if deal.outcome == Outcome.LOST]
    for deal in world.pick_some(lost, world.many(45)):
        again = world.clip(deal.closed_at + timedelta(days=world.around(21)))
        last = world.shelf["last stays"][deal.pk]
        if again is None or last.from_stage is None:
            continue
        back = enter(world, deal, last.from_stage, again, after=last)
        deal.stage, deal.outcome, deal.lost_reason = back.to_stage, Outcome.OPEN, None
        deal.closed_at = deal.closed_by = deal.credited_to = None
        won_at = world.clip(again + timedelta(days=world.around(12)))
        if won_at and world.maybe(0.45):
            stages = world.shelf["growth"] if back.to_stage in world.shelf["growth"] else world.shelf["pipeline"]
            deal.stage = enter(world, deal, stages[-2], won_at, after=back).to_stage
            deal.outcome, deal.closed_at = Outcome.WON, won_at
            deal.closed_by = deal.credited_to = deal.owner


def steps_of(world: World, deal: Deal, stages: int, outcome: Outcome) -> int:
    if outcome == Outcome.WON:
        return stages
    if outcome == Outcome.LOST:
        return world.chance.randint(1, stages)
    age = (world.days.now - deal.created_at).days
    return min(stages, 1 + int(world.chance.random() * (1.5 + age / 18)))


def reason_for(world: World, closed: datetime | None) -> Any:
    if world.maybe(0.025):
        return world.shelf["duplicate"]
    rise = world.shelf["price_rise"]
    dear = closed and rise <= world.days.of(closed) < rise + timedelta(days=120)
    return world.pick(world.shelf["reasons"], (44, 18, 12, 9, 12, 5) if dear else (20, 24, 15, 13, 20, 8))


def make_offers(world: World) -> None:
    """Something more, offered to customers; a third says yes."""
    customers = [account for account in world.accounts if account.since]
    curve = world.days.curve()
    for _ in range(world.many(900)):
        account = world.pick(customers)
        made_at = world.at(curve.draw(world.chance, max(account.since, world.days.first)), 9, 17)
        offer = world.add(
            Offer,
            customer=account.customer,
            product=world.pick(world.shelf["products"]),
            owner=account.seller,
            kind=world.pick((OfferKind.UPSELL, OfferKind.CROSS_SELL)),
            made_at=made_at,
        )
        decided = world.clip(made_at + timedelta(days=world.around(9)))
        if decided and world.maybe(0.8):
            takes = 0.46 if team_name(world, account.seller) == "North" else 0.36
            offer.accepted_at, offer.declined_at = (decided, None) if world.maybe(takes) else (None, decided)


def set_quotas(world: World) -> None:
    """What every seller and team is asked to reach in a quarter: a little more than they usually do."""
    first = world.days.first.replace(month=(world.days.first.month - 1) // 3 * 3 + 1, day=1)
    quarters = [first]
    while add_months(quarters[-1], 3) <= world.days.last:
        quarters.append(add_months(quarters[-1], 3))
    won = dict.fromkeys(world.sellers, 0.0)
    for deal, _ in world.shelf["deals"]:
        if deal.outcome == Outcome.WON:
            worth = RATES.get(deal.currency, (1.0, 0))[0]
            won[deal.owner] += float(deal.amount) * worth
    for number, quarter in enumerate(quarters):
        growth = 0.72 + 0.56 * number / len(quarters)
        span = {"starts_on": quarter, "ends_on": add_months(quarter, 3) - timedelta(days=1)}
        teams: dict[str, float] = {}
        for seller, total in won.items():
            usual = max(2000.0, total / len(quarters)) * growth * world.chance.uniform(0.95, 1.25)
            amount = round(usual, -3) or 1000
            teams[team_name(world, seller)] = teams.get(team_name(world, seller), 0) + amount
            world.add(Quota, owner=seller, amount=money(amount), currency="EUR", **span)
        for name, amount in teams.items():
            world.add(Quota, team=world.teams[name], amount=money(amount), currency="EUR", **span)
