"""What we sell: products, plans, the way deals take, and what foreign money is worth."""

from datetime import date, timedelta
from decimal import Decimal

from crmsite.demo.days import add_months
from crmsite.demo.world import World, money
from sales.choices import Interval, StageKind
from sales.models import FxRate, LostReason, Pipeline, Plan, Product, ProductLine, Stage

LINES = {"platform": "Platform", "devices": "Devices", "supplies": "Supplies", "services": "Services"}
# Name, line, price and cost of one.
PRODUCTS = (
    ("Booking platform", "platform", 0, 0),
    ("Check-in terminal", "devices", 690, 405),
    ("Card reader", "devices", 89, 52),
    ("Label printer", "devices", 240, 158),
    ("Tablet stand", "devices", 64, 29),
    ("Queue display 24\"", "devices", 420, 289),
    ("Label rolls, 12", "supplies", 38, 15),
    ("Receipt rolls, 20", "supplies", 29, 12),
    ("Visitor badges, 500", "supplies", 74, 31),
    ("Cleaning kit", "supplies", 24, 9),
    ("Wristbands, 1,000", "supplies", 118, 57),
    ("On-site setup", "services", 1450, 880),
    ("Team training, one day", "services", 980, 510),
    ("Data migration", "services", 2600, 1500),
)  # fmt: skip
# Code, name, monthly price per seat; a year costs ten months.
PLANS = (
    ("starter", "Starter", 19),
    ("team", "Team", 34),
    ("business", "Business", 52),
    ("enterprise", "Enterprise", 78),
)
# Name, chance of winning, days after which a deal rots.
STAGES = (("Qualified", 0.15, 21), ("Meeting", 0.3, 21), ("Proposal", 0.5, 30), ("Negotiation", 0.75, 21))
GROWTH_STAGES = (("Identified", 0.3, 30), ("Offer", 0.55, 30), ("Agreed", 0.85, 21))
REASONS = ("Price too high", "Chose a competitor", "No budget", "Bad timing", "No decision", "Missing feature")
# What one unit was worth in euros when the story began, and how much it moves in a week.
RATES = {"USD": (0.93, 0.008), "GBP": (1.17, 0.006), "CHF": (1.04, 0.004)}
# List prices are set by hand in each currency, a little above the rate.
PRICE_IN = {"EUR": 1.0, "USD": 1.1, "GBP": 0.9, "CHF": 1.05}


def tell(world: World) -> None:
    world.shelf["lines"] = {
        code: world.add(ProductLine, code=world.free(ProductLine, "code", code), name=name)
        for code, name in LINES.items()
    }
    world.shelf["products"] = [stock(world, number, *row) for number, row in enumerate(PRODUCTS, start=1)]
    world.shelf["plans"] = {
        (code, interval): price_list(world, code, name, price, interval)
        for code, name, price in PLANS
        for interval in (Interval.MONTH, Interval.YEAR)
    }
    has_default = Pipeline.objects.filter(is_default=True).exists()
    world.shelf["pipeline"] = way(world, "New business", STAGES, is_default=not has_default)
    world.shelf["growth"] = way(world, "Growth and renewals", GROWTH_STAGES, is_default=False)
    world.shelf["reasons"] = [world.add(LostReason, name=world.free(LostReason, "name", name)) for name in REASONS]
    world.shelf["duplicate"] = world.add(
        LostReason, name=world.free(LostReason, "name", "Duplicate of another deal"), is_duplicate=True
    )
    exchange(world)
    world.save()


def stock(world: World, number: int, name: str, line: str, price: float, cost: float) -> Product:
    return world.add(
        Product,
        name=name,
        sku=f"DEMO-{number:03d}",
        line=world.shelf["lines"][line],
        unit_price=money(price),
        unit_cost=money(cost),
    )


def price_list(world: World, code: str, name: str, price: int, interval: Interval) -> Plan:
    yearly = interval is Interval.YEAR
    return world.add(
        Plan,
        code=world.free(Plan, "code", f"{code}-{'yearly' if yearly else 'monthly'}"),
        name=f"{name}, {'yearly' if yearly else 'monthly'}",
        product=world.shelf["products"][0],
        interval=interval,
        price=money(price * (10 if yearly else 1)),
    )


def way(world: World, name: str, steps: tuple[tuple[str, float, int], ...], *, is_default: bool) -> list[Stage]:
    """A pipeline with its stages in order, won and lost at the end."""
    pipeline = world.add(Pipeline, name=world.free(Pipeline, "name", name), is_default=is_default)
    stages = [
        world.add(
            Stage,
            pipeline=pipeline,
            name=step,
            position=position,
            probability=Decimal(str(probability)),
            rot_after_days=days,
        )
        for position, (step, probability, days) in enumerate(steps, start=1)
    ]
    last = len(stages)
    won = world.add(Stage, pipeline=pipeline, name="Won", position=last + 1, kind=StageKind.WON, probability=1)
    lost = world.add(Stage, pipeline=pipeline, name="Lost", position=last + 2, kind=StageKind.LOST, probability=0)
    return [*stages, won, lost]


def exchange(world: World) -> None:
    """A rate every Monday of the story, and one a month for the years before it."""
    taken = set(FxRate.objects.filter(quote="EUR").values_list("base", "on"))
    for base, (rate, step) in RATES.items():
        for day in rate_days(world.days.first, world.days.last):
            rate *= 1 + world.chance.gauss(0, step)
            if (base, day) not in taken:
                world.add(FxRate, base=base, quote="EUR", on=day, rate=Decimal(f"{rate:.6f}"))


def rate_days(first: date, last: date) -> list[date]:
    monday = first - timedelta(days=first.weekday())
    before = [add_months(first.replace(day=1), -months) for months in range(36, 0, -1)]
    weeks = [monday + timedelta(weeks=week) for week in range((last - monday).days // 7 + 1)]
    return [*(day for day in before if day < monday), *weeks]
