"""Tells the whole demo, room after room, and says how far it is."""

from collections.abc import Callable
from datetime import date
from time import perf_counter
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from crmsite.demo import (
    care,
    catalogue,
    corrections,
    customers,
    diary,
    help,
    marketing,
    people,
    pipeline,
    recurring,
    shop,
    steering,
    voice,
)
from crmsite.demo.days import Days
from crmsite.demo.world import SOURCE, World
from customers.models import Customer

FILLING = "plumb:filling"
LONGEST = 600  # seconds after which nobody believes that it is still being filled
# What a room is called, what tells it, and its share of the work.
ROOMS: tuple[tuple[str, Callable[[World], None], float], ...] = (
    ("People and teams", people.tell, 0.02),
    ("Products and rates", catalogue.tell, 0.01),
    ("Campaigns", marketing.plan, 0.01),
    ("Customers and contacts", customers.tell, 0.05),
    ("Subscriptions", recurring.tell, 0.1),
    ("Orders and carts", shop.tell, 0.16),
    ("Leads and deals", pipeline.tell, 0.15),
    ("Marketing and visits", marketing.tell, 0.16),
    ("Tickets and calls", help.tell, 0.2),
    ("Clinics", care.tell, 0.02),
    ("Surveys", voice.tell, 0.08),
    ("Diary", diary.tell, 0.04),
    ("Corrections", corrections.tell, 0.0),
    ("Goals", steering.tell, 0.0),
)


def is_filled() -> bool:
    return Customer.objects.filter(source=SOURCE).exists()


@transaction.atomic
def fill(*, seed: int, customers: int, months: int, until: date, say: Callable[[str], None]) -> World:
    """Write the demo, whole or not at all."""
    days = Days(months=months, until=until, zone=ZoneInfo(settings.TIME_ZONE))
    world, done = World(seed=seed, customers=customers, days=days), 0.0
    try:
        for name, tell, share in ROOMS:
            cache.set(FILLING, {"step": name, "share": round(done, 2)}, LONGEST)
            began, before = perf_counter(), sum(world.written.values())
            tell(world)
            done += share
            say(f"{name}: {sum(world.written.values()) - before:,} rows in {perf_counter() - began:.1f} s")
    finally:
        cache.delete(FILLING)
    return world
