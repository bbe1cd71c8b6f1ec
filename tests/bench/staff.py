"""The company's own people and words: teams, products, plans, pipelines, campaigns, rates. The same at every size."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.conf import settings
from django.contrib.auth.models import Group

from customers.choices import Channel, Role
from customers.models import Team, TeamMembership, User
from sales.choices import CostCategory, Interval, StageKind
from sales.models import (
    Campaign,
    Cost,
    FxRate,
    LostReason,
    Pipeline,
    Plan,
    Product,
    ProductLine,
    Quota,
    Stage,
)
from support.models import OpeningHours, Schedule
from surveys.choices import SurveyKind
from surveys.models import Survey

REPS, AGENTS, TEAMS = 120, 120, 12
MANAGER = REPS + AGENTS + 1
CHANNELS = ("organic", "paid", "social", "email", "referral", "partner", "event", "direct", "outbound", "web")
CATEGORIES = list(CostCategory.values)
YEARS = timedelta(days=1826)
OPEN_STAGES = (("Qualified", "0.1"), ("Meeting", "0.25"), ("Offer", "0.5"), ("Negotiation", "0.75"))


def hire_and_name(today: date) -> None:
    """Everything few; numbers are given so that the many rows can throw dice for them."""
    dice, start = Random(7), today - YEARS
    people(start, dice)
    words(today, start, dice)
    money(today, start, dice)


def people(start: date, dice: Random) -> None:
    offices = ("Berlin", "Boston", "Lyon", "Leeds")
    Team.objects.bulk_create(
        Team(id=i, name=f"Team {i}", office=offices[i % len(offices)]) for i in range(1, TEAMS + 1)
    )
    joined = datetime.combine(start, time(), UTC)
    User.objects.bulk_create(
        User(id=i, username=f"person-{i}", first_name="Person", last_name=str(i), password="!", date_joined=joined)
        for i in range(1, MANAGER + 1)
    )
    through = User.groups.through
    groups = {role: Group.objects.get_or_create(name=role)[0] for role in (Role.REP, Role.AGENT, Role.MANAGER)}
    roles = [Role.REP] * REPS + [Role.AGENT] * AGENTS + [Role.MANAGER]
    through.objects.bulk_create(through(user_id=i, group=groups[role]) for i, role in enumerate(roles, start=1))
    for i in range(1, MANAGER):
        moved = start + timedelta(days=dice.randrange(400, 1700)) if dice.random() < 0.2 else None
        TeamMembership.objects.create(user_id=i, team_id=1 + i % TEAMS, joined_on=start, left_on=moved)
        if moved:
            TeamMembership.objects.create(user_id=i, team_id=1 + (i + 5) % TEAMS, joined_on=moved)


def words(today: date, start: date, dice: Random) -> None:
    lines = ProductLine.objects.bulk_create(ProductLine(id=i, code=f"line-{i}", name=f"Line {i}") for i in range(1, 7))
    Product.objects.bulk_create(
        Product(id=i, name=f"Product {i}", sku=f"P-{i}", line=lines[i % 6], unit_price=5 + i * 7, unit_cost=3 + i * 4)
        for i in range(1, 61)
    )
    Plan.objects.bulk_create(
        Plan(id=i, code=f"plan-{i}", name=f"Plan {i}", product_id=i, price=20 * i, interval=Interval.MONTH)
        for i in range(1, 9)
    )
    for p in (1, 2):
        Pipeline.objects.create(id=p, name=f"Pipeline {p}", is_default=p == 1)
        ends = (("Won", "1", StageKind.WON), ("Lost", "0", StageKind.LOST))
        stages = [*((name, chance, StageKind.OPEN) for name, chance in OPEN_STAGES), *ends]
        for place, (name, chance, kind) in enumerate(stages, start=1):
            Stage.objects.create(
                id=(p - 1) * 6 + place,
                pipeline_id=p,
                name=name,
                position=place,
                kind=kind,
                probability=Decimal(chance),
            )
    LostReason.objects.bulk_create(LostReason(id=i, name=f"Reason {i}", is_duplicate=i == 7) for i in range(1, 8))
    Campaign.objects.bulk_create(
        Campaign(
            id=i, code=f"campaign-{i}", name=f"Campaign {i}", channel=CHANNELS[i % len(CHANNELS)], owner_id=i,
            starts_on=start + timedelta(days=45 * (i - 1)), ends_on=start + timedelta(days=45 * i), budget=10_000,
        )
        for i in range(1, 41)
    )  # fmt: skip
    Survey.objects.create(
        id=1, name="After a ticket", kind=SurveyKind.CSAT, scale_min=1, scale_max=5, satisfied_from=4
    )
    Survey.objects.create(
        id=2, name="Twice a year", kind=SurveyKind.NPS, promoter_from=9, detractor_to=6, is_relational=True
    )
    schedule = Schedule.objects.create(id=1, name="Weekdays", is_default=True)
    for weekday in range(1, 6):
        OpeningHours.objects.create(schedule=schedule, weekday=weekday, opens=time(8), closes=time(18))


def money(today: date, start: date, dice: Random) -> None:
    """A rate for every day, costs of every month, quotas of every quarter."""
    days = [start - timedelta(days=40) + timedelta(days=i) for i in range(YEARS.days + 41)]
    for base, rate in (("USD", 0.92), ("GBP", 1.16), ("CHF", 1.04)):
        rates = []
        for day in days:
            rate *= 1 + dice.uniform(-0.004, 0.004)
            rates.append(FxRate(base=base, quote=settings.REPORTING_CURRENCY, on=day, rate=Decimal(f"{rate:.6f}")))
        FxRate.objects.bulk_create(rates)
    months = sorted({day.replace(day=1) for day in days if day >= start})
    Cost.objects.bulk_create(
        Cost(
            category=CATEGORIES[i % len(CATEGORIES)], amount=dice.randrange(500, 9_000), currency="EUR",
            starts_on=month, ends_on=month + timedelta(days=27), channel=CHANNELS[i % len(CHANNELS)],
            campaign_id=1 + i % 40, line_id=1 + i % 6, segment="", country="", owner_id=1 + i % REPS,
        )
        for month in months
        for i in range(20)
    )  # fmt: skip
    Quota.objects.bulk_create(
        Quota(owner_id=rep, starts_on=month, ends_on=month + timedelta(days=89), amount=200_000)
        for month in months[::3]
        for rep in range(1, 31)
    )


assert set(CHANNELS) <= set(Channel.values)
