"""Visits, carts, lists, leads, patients and numbers told by hand, by chance."""

from datetime import timedelta
from typing import Any

from tests import makers
from tests.second.chance import Chance
from tests.second.helping import try_to

KEYS = ("one", "ONE", "two", "three", "four")


class Visiting:
    """What some customers, and people we do not know, do on the website and with our mail."""

    def __init__(self, chance: Chance, customers: list[Any]) -> None:
        self.chance, self.people, self.customers = chance, [*customers, None], customers

    def tell(self) -> None:
        for _ in range(60):
            self.visit()
            self.recipient()
            try_to(self.subscriber)
        for _ in range(25):
            placed, status = self.chance.at(), self.chance.one(["paid", "paid", "void"])
            order = makers.make_order(customer=self.chance.one(self.customers), placed_at=placed, status=status)
            self.cart(self.chance.one([order, None]))

    def visit(self) -> None:
        who = {"visitor_key": self.chance.one(KEYS), "customer": self.chance.one(self.people)}
        flags = {"is_bot": self.chance.maybe(0.1), "has_consent": self.chance.maybe(0.9)}
        visit = makers.make_visit(started_at=self.chance.at(), **who, **flags)
        for _ in self.chance.times(0, 2):
            makers.make_key_event(visit=visit, kind=self.chance.one(["signup", "purchase", "Bought"]))

    def recipient(self) -> None:
        sent = self.chance.at()
        happened = {"responded_at": self.chance.later(sent, 20)} if self.chance.maybe(0.5) else {}
        bounced = {"bounced_at": sent} if self.chance.maybe(0.1) else {}
        makers.make_recipient(customer=self.chance.one(self.people), sent_at=sent, **happened, **bounced)

    def subscriber(self) -> None:
        joined = self.chance.at()
        ended = {"ended_at": self.chance.later(joined, 90), "end_reason": "unsubscribe"}
        who = {"email": self.chance.one(["ann@example.com", "Ann@example.com", "bo@example.com"])}
        who |= {"mailing_list": self.chance.one(["news", "tips"]), "customer": self.chance.one(self.people)}
        makers.make_email_subscription(subscribed_at=joined, **who, **(ended if self.chance.maybe(0.8) else {}))

    def cart(self, order: Any) -> None:
        last = order.placed_at - timedelta(hours=self.chance.dice.randrange(48)) if order else self.chance.at()
        created = last - self.chance.within(timedelta(days=2))
        makers.make_cart(customer=self.chance.one(self.people), created_at=created, last_activity_at=last, order=order)


class Leads:
    """People who may become customers, or are some already, and what it costs to win them."""

    def __init__(self, chance: Chance, customers: list[Any]) -> None:
        self.chance, self.customers = chance, customers

    def tell(self) -> None:
        for _ in range(50):
            created = self.chance.at()
            words: dict[str, Any] = {"entered_by_staff": self.chance.maybe(0.2), "is_spam": self.chance.maybe(0.1)}
            if self.chance.maybe(0.7):
                words["first_contacted_at"] = created + self.chance.within(timedelta(days=2))
            if self.chance.maybe(0.6):
                words |= {"customer": self.chance.one(self.customers), "was_customer": self.chance.maybe(0.2)}
                words["converted_at"] = self.chance.later(created, 100)
            makers.make_lead(created_at=created, **words)
        for category in ("marketing", "sales", "crm") * 4:
            starts = self.chance.day()
            ends = self.chance.one([None, starts + self.chance.within(timedelta(days=90))])
            makers.make_cost(category=category, amount=self.chance.amount(), starts_on=starts, ends_on=ends)


class Patients:
    """Slots in calendars, and medicine handed out."""

    def __init__(self, chance: Chance, customers: list[Any]) -> None:
        self.chance, self.customers = chance, customers

    def tell(self) -> None:
        for _ in range(40):
            self.slot()
            words = {"on": self.chance.day(), "clinic": "A", "days": self.chance.dice.randrange(30)}
            try_to(makers.make_access_sample, **words)
        for _ in range(8):
            self.treatment()

    def slot(self) -> None:
        starts = self.chance.at()
        ends = starts + timedelta(minutes=self.chance.one([20, 30, 45]))
        status = self.chance.one(["offered", "booked", "attended", "attended", "no_show", "cancelled"])
        customer = None if status == "offered" else self.chance.one(self.customers)
        makers.make_appointment(starts_at=starts, ends_at=ends, status=status, customer=customer)

    def treatment(self) -> None:
        starts = self.chance.day()
        ends = starts + timedelta(days=self.chance.dice.randint(1, 200)) if self.chance.maybe(0.5) else None
        treatment = makers.make_treatment(customer=self.chance.one(self.customers), starts_on=starts, ends_on=ends)
        for _ in self.chance.times(0, 9):
            filled = starts + timedelta(days=self.chance.dice.randint(-5, 200))
            makers.make_fill(treatment=treatment, filled_on=filled, days=self.chance.one([5, 10, 30]))


def tell_numbers(chance: Chance) -> None:
    """What people tell by hand, and how good the records were of a morning."""
    for unit in ("number", "percent", "days", "money"):
        measure = makers.make_manual_measure(unit=unit)
        for _ in range(6):
            ends = chance.day()
            try_to(makers.make_manual_value, measure=measure, starts_on=ends, ends_on=ends, value=chance.amount())
    for _ in range(8):
        tell_of_goal(chance)
    for _ in range(30):
        checked = chance.dice.randrange(50)
        words = {"weight": chance.dice.randint(1, 3), "checked": checked, "passed": chance.dice.randint(0, checked)}
        try_to(makers.make_quality_check, on=chance.day(), **words)


def tell_of_goal(chance: Chance) -> None:
    """A goal as it was read on some days, some of them after it was due."""
    ends = chance.day()
    goal = makers.make_goal(starts_on=ends - timedelta(days=60), ends_on=ends)
    for _ in chance.times(0, 4):
        on = ends + timedelta(days=chance.one([-20, -1, 0, 1, 5]))
        found = {"attained": chance.one([None, 1_000_000, 700_000]), "chance": chance.one([None, 400_000])}
        try_to(makers.make_goal_reading, goal=goal, on=on, **found)
