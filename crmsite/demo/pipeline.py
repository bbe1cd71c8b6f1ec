"""Deals: the way each chance took to its end, offers to customers, and what sellers were asked to reach."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from crmsite.demo import leads
from crmsite.demo.catalogue import RATES
from crmsite.demo.days import add_months
from crmsite.demo.leads import SOURCES, team_name
from crmsite.demo.world import Account, World, money
from sales.choices import DealKind, OfferKind, Outcome, StageKind
from sales.models import AmountChange, Deal, Offer, Quota, Stage, StageChange

# How hard a team loses deals.
LOSES = {"North": 0.55, "South": 1.0, "West": 1.2, "Overseas": 0.95}
HAGGLED = 0.18  # of all deals
TURNED_INTO = {"Small business": 17, "Mid-market": 38, "Enterprise": 74, "Consumer": 9}


def tell(world: World) -> None:
    world.shelf["deals"], world.shelf["leads"], world.shelf["last stays"] = [], {}, {}
    world.shelf["haggling"] = Random(world.seed)  # noqa: S311 - made-up rows, no secrets
    leads.tell(world)
    win_deals(world)
    lose_deals(world)
    keep_deals_open(world)
    reopen_deals(world)
    make_offers(world)
    set_quotas(world)
    world.save()


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
    stays: list[StageChange] = []
    for stage, at in zip(path, moments, strict=True):
        stays.append(enter(world, deal, stage, at, after=stays[-1] if stays else None))
    haggle(world, deal, [stay for stay in stays if stay.to_stage.kind == StageKind.OPEN])
    world.shelf["last stays"][deal.pk] = stays[-1]


def haggle(world: World, deal: Deal, stays: list[StageChange]) -> None:
    """Now and then what was asked at first became what it is now on the way."""
    dice = world.shelf["haggling"]
    if dice.random() > HAGGLED:
        return
    number = dice.randrange(len(stays))
    asked = money(round(float(deal.amount or 0) * dice.uniform(0.85, 1.4), -1))
    for stay in stays[: number + 1]:
        stay.amount = asked
    stay = stays[number]
    at = stay.at + ((stay.left_at or world.days.now) - stay.at) * dice.uniform(0.2, 0.8)
    if asked != deal.amount:
        world.add(AmountChange, deal=deal, at=at.replace(microsecond=0), amount=deal.amount, by=deal.owner)


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
