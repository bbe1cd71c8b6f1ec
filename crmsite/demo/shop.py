"""Orders: what was bought, what came back, and the carts that were filled and left."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from crmsite.demo.catalogue import PRICE_IN
from crmsite.demo.days import OFFICE_WEEK, OFFICE_YEAR, SHOP_WEEK, SHOP_YEAR, Curve
from crmsite.demo.marketing import campaign_on
from crmsite.demo.world import Account, World, money
from customers.choices import Channel, CustomerKind, Device
from sales.choices import OrderStatus
from sales.models import Cart, Order, OrderLine, Product, Refund

COMPANY_TASTE = (0, 9, 11, 9, 7, 5, 18, 16, 14, 9, 8, 4, 4, 2)
PERSON_TASTE = (0, 2, 8, 3, 10, 0, 26, 24, 10, 16, 6, 0, 1, 0)
COMPANY_CHANNELS = ((Channel.WEB, Channel.PHONE, Channel.PARTNER, Channel.EMAIL), (44, 24, 18, 14))
PERSON_CHANNELS = ((Channel.WEB, Channel.STORE, Channel.SOCIAL, Channel.PHONE), (62, 22, 10, 6))
DEVICES = ((Device.DESKTOP, Device.MOBILE, Device.TABLET), (48, 43, 9))


def tell(world: World) -> None:
    world.shelf["orders"] = []
    office = world.days.curve(OFFICE_YEAR, OFFICE_WEEK, growth=1.7)
    street = world.days.curve(SHOP_YEAR, SHOP_WEEK, growth=1.9)
    shoppers = [account for account in world.accounts if account.is_shopper and account.since]
    shares = [appetite(world, account) for account in shoppers]
    total, wanted = sum(shares), world.many(8900)
    for account, share in zip(shoppers, shares, strict=True):
        is_person = account.customer.kind == CustomerKind.PERSON
        shop(world, account, share / total * wanted, street if is_person else office)
    world.save()
    give_back(world)
    fill_carts(world, street)
    world.save()


def appetite(world: World, account: Account) -> float:
    """How much of all buying is theirs: few buy much, and who came late had less time."""
    if not account.left_on and world.maybe(0.3):
        rise = world.shelf["price_rise"]
        since = max(account.since, world.days.first)
        account.left_on = rise if since < rise and world.maybe(0.35) else world.days.curve().draw(world.chance, since)
    until = account.left_on or world.days.last
    present = (until - max(account.since, world.days.first)).days
    return account.weight * max(30, present)


def shop(world: World, account: Account, expected: float, curve: Curve) -> None:
    count = int(expected) + world.maybe(expected % 1)
    since, until = max(account.since, world.days.first), account.left_on or world.days.last
    days = [curve.draw(world.chance, since, max(since, until)) for _ in range(count)]
    if not account.is_subscriber and account.since >= world.days.first:
        days = [account.since, *days[1:]]
    for number, day in enumerate(sorted(days)):
        order = buy(world, account, day, is_first=number == 0)
        if account.since >= world.days.first and order.status == OrderStatus.PAID:
            account.paid_at = min(account.paid_at or order.placed_at, order.placed_at)


def buy(world: World, account: Account, day: date, *, is_first: bool) -> Order:
    is_person = account.customer.kind == CustomerKind.PERSON
    placed_at = world.at(day, 7, 23) if is_person else world.at(day, 8, 18)
    campaign = campaign_on(world, day, 0.14)
    number = world.numbers["order number"] = world.numbers.get("order number", 0) + 1
    status = order_status(world, day) if not is_first else OrderStatus.PAID
    order = world.add(
        Order,
        number=f"D{day.year % 100}-{number:05d}",
        customer=account.customer,
        owner=account.seller,
        placed_at=placed_at,
        status_at=placed_at,
        status_by=None if is_person else account.seller,
        status=status,
        channel=campaign.channel if campaign else world.pick(*(PERSON_CHANNELS if is_person else COMPANY_CHANNELS)),
        campaign=campaign,
        currency=account.currency,
    )
    lines = [put_in(world, order, account, product, day) for product in basket(world, is_person=is_person)]
    world.shelf["orders"].append((order, lines, account))
    return order


def order_status(world: World, day: date) -> OrderStatus:
    if (world.days.last - day).days < 6 and world.maybe(0.3):
        return OrderStatus.PENDING
    return world.pick((OrderStatus.PAID, OrderStatus.CANCELLED, OrderStatus.VOID), (950, 37, 13))


def basket(world: World, *, is_person: bool) -> list[Product]:
    taste = PERSON_TASTE if is_person else COMPANY_TASTE
    count = world.pick((1, 2, 3, 4), (62, 24, 10, 4))
    chosen = world.chance.choices(world.shelf["products"], taste, k=count)
    return list(dict.fromkeys(chosen))


def put_in(world: World, order: Order, account: Account, product: Product, day: date) -> OrderLine:
    bulk = {"Enterprise": 9, "Mid-market": 4, "Small business": 2}.get(account.segment, 1)
    if product.line is world.shelf["lines"]["services"]:
        bulk = 1
    quantity = max(1, round(world.around(bulk, 0.5))) if bulk > 1 else world.pick((1, 2, 3), (80, 15, 5))
    rise = Decimal("1.05") if day >= world.shelf["price_rise"] else Decimal(1)
    factor = Decimal(str(PRICE_IN[order.currency]))
    off = world.pick((Decimal(1), Decimal("0.95"), Decimal("0.9"), Decimal("0.8")), (70, 14, 11, 5))
    return world.add(
        OrderLine,
        order=order,
        product=product,
        description=product.name,
        quantity=quantity,
        net=money(product.unit_price * factor * rise * off * quantity),
        cost=money((product.unit_cost or 0) * factor * quantity),
    )


def give_back(world: World) -> None:
    """About one paid order in twenty-five comes back in part, often in a later month."""
    for order, lines, _ in world.shelf["orders"]:
        if order.status != OrderStatus.PAID or not world.maybe(0.042):
            continue
        at = world.clip(order.placed_at + timedelta(days=2 + int(world.around(18)), hours=2))
        line = world.pick(lines)
        if at:
            share = Decimal(1) if world.maybe(0.6) else Decimal("0.5")
            world.add(
                Refund,
                order=order,
                line=line,
                at=at,
                by=order.owner,
                net=max(Decimal("0.01"), money(line.net * share)),
            )


def fill_carts(world: World, curve: Curve) -> None:
    """Every order on the website had a cart; about twice as many carts were left behind."""
    online = [row for row in world.shelf["orders"] if row[0].channel == Channel.WEB]
    kept = world.chance.sample(online, min(len(online), world.many(1650)))
    for order, _, account in kept:
        add_cart(world, order.placed_at, account, order)
    for _ in range(world.many(3350)):
        at = world.at(curve.draw(world.chance), 6, 24)
        add_cart(world, at, world.pick(world.accounts) if world.maybe(0.35) else None, None)


def add_cart(world: World, at: datetime, account: Account | None, order: Order | None) -> None:
    minutes = 2 + int(world.around(14))
    began = at - timedelta(minutes=minutes) if order else at
    number = world.numbers.get("cart", 0) + 1
    world.add(
        Cart,
        visitor_key=f"demo-cart-{number}",
        customer=account.customer if account else None,
        channel=world.pick((Channel.ORGANIC, Channel.PAID, Channel.SOCIAL, Channel.EMAIL, Channel.DIRECT)),
        country=account.country if account else world.pick(("DE", "DE", "US", "GB", "FR", "CH", "")),
        device=world.pick(*DEVICES),
        created_at=began,
        last_activity_at=at if order else min(at + timedelta(minutes=minutes), world.days.now),
        order=order,
    )
