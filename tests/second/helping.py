"""A small world of help by chance: what customers ask, say and do here, and what we do about it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from customers.services import merge_customers
from support import services as helping
from support.choices import Author, TicketEventKind
from support.models import Ticket, TicketEvent
from surveys import services as asking
from tests import makers

DAYS = 24
STEPS: tuple[Callable[..., Ticket], ...] = (
    partial(helping.reply_to_ticket, body="Try this."),
    partial(helping.reply_to_ticket, body="We got it.", author_kind=Author.BOT),
    partial(helping.reply_to_ticket, body="Whose is it?", public=False),
    partial(helping.customer_replies, body="No."),
    helping.wait_for_customer,
    helping.solve_ticket,
    helping.solve_ticket,
    helping.reopen_ticket,
    helping.close_ticket,
    helping.escalate,
)
TOLD = ("agent_reply", "bot_reply", "customer_reply", "waiting", "solved", "reopened", "closed", "note")
SURVEYS: tuple[dict[str, Any], ...] = (
    {"kind": "csat", "scale_min": 1, "scale_max": 5, "satisfied_from": 4, "index_weight": "0.6"},
    {"kind": "ces", "scale_min": 1, "scale_max": 7, "satisfied_from": 5, "index_weight": "0.4"},
    {"kind": "nps", "is_relational": True},
    {"kind": "nps"},
    {"kind": "nps", "scale_min": 1, "scale_max": 5, "promoter_from": 5, "detractor_to": 3, "is_relational": True},
    {"kind": "patient", "satisfied_from": 9, "answer_within": timedelta(days=2)},
)


class World:
    """Four customers, one of them only a test and two of them soon one, over weeks in which the clocks change."""

    def __init__(self, chance: Random, first: datetime) -> None:
        self.chance, self.first = chance, first
        self.customers = [makers.make_customer(is_test=number == 3) for number in range(4)]

    def tell(self) -> None:
        self.tell_of_help()
        self.tell_of_answers()
        self.tell_of_visits()
        self.tell_of_leads()
        self.tell_of_patients()
        self.tell_of_numbers()
        merge_customers(self.customers[0], self.customers[1])

    # ── Chance ──────────────────────────────────────────────────────────────────────────────────────────────────

    def at(self, days: int = DAYS) -> datetime:
        """Some moment, to the fraction of a second; now and then a midnight of Berlin to the dot."""
        midnight = self.first + self.chance.randrange(days) * timedelta(days=1)
        if self.maybe(0.1):
            return midnight
        return midnight + timedelta(seconds=self.chance.randrange(86_400), microseconds=self.chance.randrange(10**6))

    def after(self, at: datetime, hours: int) -> datetime:
        return at + timedelta(minutes=self.chance.randrange(60 * hours), seconds=self.chance.randrange(60))

    def day(self) -> date:
        return self.at().date()

    def maybe(self, likely: float) -> bool:
        return self.chance.random() < likely

    def anybody(self) -> Any:
        return self.chance.choice([*self.customers, None])

    def somebody(self) -> Any:
        return self.chance.choice(self.customers)

    def times(self, most: int) -> range:
        return range(self.chance.randrange(most + 1))

    def try_to(self, verb: Callable[..., Any], *args: Any, **words: Any) -> Any:
        """What the house refuses is refused, and nothing happened."""
        with suppress(ValidationError, IntegrityError), transaction.atomic():
            return verb(*args, **words)

    # ── Help ────────────────────────────────────────────────────────────────────────────────────────────────────

    def tell_of_help(self) -> None:
        self.schedules = [None, *(self.schedule(is_default=bool(n)) for n in self.times(2))]
        for priority in ("", "high"):
            lengths = {"reply_within": timedelta(hours=3), "solve_within": timedelta(hours=20)}
            makers.make_service_level(priority=priority, in_open_hours=not priority, **lengths)
        self.tickets = [self.ticket() for _ in range(7)] + [self.imported() for _ in range(3)]
        for absorbed in self.tickets[:2]:
            if self.maybe(0.3):
                self.try_to(helping.merge_tickets, self.chance.choice(self.tickets), absorbed=absorbed)
        for _ in self.times(8):
            self.call()

    def schedule(self, *, is_default: bool) -> Any:
        schedule = makers.make_schedule(is_default=is_default)
        for _ in range(9):
            opens = time(self.chance.randrange(23), self.chance.choice([0, 30]))
            closes = self.chance.choice([time(opens.hour + 1, 15), time(23), time(23, 59)])
            if closes > opens:
                words = {"weekday": self.chance.randint(1, 7), "opens": opens, "closes": closes}
                makers.make_opening_hours(schedule=schedule, **words)
        for _ in range(2):
            self.try_to(makers.make_holiday, schedule=schedule, on=self.day())
        return schedule

    def new_ticket(self) -> Ticket:
        schedule, priority = self.chance.choice(self.schedules), self.chance.choice(["normal", "high"])
        return Ticket(subject="Help", customer=self.anybody(), schedule=schedule, priority=priority)

    def ticket(self) -> Ticket:
        """A ticket through the doors of the house; much of it is entered late and out of order."""
        ticket = helping.open_ticket(self.new_ticket(), at=self.at())
        for _ in self.times(10):
            self.try_to(self.chance.choice(STEPS), ticket, at=self.after(ticket.created_at, 200))
        for verb in (helping.mark_spam, helping.mark_not_spam):
            if self.maybe(0.15):
                self.try_to(verb, ticket, at=self.after(ticket.created_at, 200))
        return ticket

    def imported(self) -> Ticket:
        """A history brought from elsewhere, with steps that make no sense here."""
        ticket = self.new_ticket()
        ticket.created_at = self.at()
        ticket.save()
        told = [(TicketEventKind(self.chance.choice(TOLD)), self.after(ticket.created_at, 200)) for _ in self.times(9)]
        TicketEvent.objects.bulk_create(TicketEvent(ticket=ticket, kind=kind, at=at) for kind, at in told)
        return helping.replay(ticket)

    def call(self) -> None:
        lengths = {f"{part}_seconds": self.chance.randrange(900) for part in ("talk", "hold", "wrap")}
        about = {"customer": self.anybody(), "purpose": self.chance.choice(["support", "support", "sales"])}
        makers.make_interaction(ended_at=self.at(), was_abandoned=self.maybe(0.2), **about, **lengths)

    # ── Surveys ─────────────────────────────────────────────────────────────────────────────────────────────────

    def tell_of_answers(self) -> None:
        surveys = [makers.make_survey(**({"promoter_from": 9, "detractor_to": 6} | words)) for words in SURVEYS]
        for _ in range(30):
            survey = self.chance.choice(surveys)
            self.chance.choice([self.asked, self.told])(survey)

    def asked(self, survey: Any) -> None:
        """Somebody is invited; they may answer, think again, or have answered by mistake."""
        sent, wave = self.at(), self.chance.choice(["", "Q1", "Q2"])
        found = self.try_to(asking.invite, survey, customer=self.anybody(), wave=wave, at=sent)
        if found is None:
            return
        if self.maybe(0.15):
            asking.bounce_invitation(found[0], at=self.after(sent, 5))
        for _ in self.times(2):
            at = self.after(sent, 24 * 25)
            answer = self.try_to(asking.take_answer, found[0], score=self.score(survey), at=at)
            if answer and self.maybe(0.1):
                self.try_to(asking.void_answer, answer, at=self.after(at, 9))

    def told(self, survey: Any) -> None:
        about = {"ticket": self.chance.choice(self.tickets)} if self.maybe(0.5) else {"customer": self.anybody()}
        wave = self.chance.choice(["", "Q1", "Q2"])
        asking.record_answer(survey, wave=wave, score=self.score(survey), at=self.at(), **about)

    def score(self, survey: Any) -> int:
        return self.chance.randint(survey.scale_min, survey.scale_max)

    # ── The website ─────────────────────────────────────────────────────────────────────────────────────────────

    def tell_of_visits(self) -> None:
        for _ in self.times(25):
            self.visit()
        for _ in self.times(8):
            order = makers.make_order(
                customer=self.somebody(), placed_at=self.at(), status=self.chance.choice(["paid", "paid", "void"])
            )
            self.cart(order)
            self.cart(None)
        for _ in self.times(15):
            self.subscriber()
            self.recipient()

    def visit(self) -> None:
        who = {"visitor_key": f"v{self.chance.randrange(6)}", "customer": self.anybody()}
        flags = {"is_bot": self.maybe(0.1), "has_consent": self.maybe(0.9)}
        visit = makers.make_visit(started_at=self.at(), **who, **flags)
        for _ in self.times(2):
            kind = self.chance.choice(["signup", "purchase", "Bought", "download"])
            makers.make_key_event(visit=visit, kind=kind, at=self.after(visit.started_at, 1))

    def cart(self, order: Any) -> None:
        last = order.placed_at - timedelta(hours=self.chance.randrange(48)) if order else self.at()
        created = last - timedelta(hours=self.chance.randrange(30))
        makers.make_cart(customer=self.anybody(), created_at=created, last_activity_at=last, order=order)

    def subscriber(self) -> None:
        joined = self.at() - timedelta(days=self.chance.choice([0, 20]))
        left = {"ended_at": self.after(joined, 24 * 30), "end_reason": "unsubscribe"} if self.maybe(0.7) else {}
        who = {"email": f"p{self.chance.randrange(5)}@example.com", "mailing_list": self.chance.choice(["a", "b"])}
        self.try_to(makers.make_email_subscription, subscribed_at=joined, customer=self.anybody(), **who, **left)

    def recipient(self) -> None:
        sent = self.at()
        responded = self.after(sent, 24 * 20) if self.maybe(0.5) else None
        bounced = sent if self.maybe(0.1) else None
        makers.make_recipient(customer=self.anybody(), sent_at=sent, responded_at=responded, bounced_at=bounced)

    # ── Leads, patients, numbers ────────────────────────────────────────────────────────────────────────────────

    def tell_of_leads(self) -> None:
        for _ in self.times(20):
            created = self.at() - timedelta(days=self.chance.choice([0, 0, 80]))
            words: dict[str, Any] = {"entered_by_staff": self.maybe(0.2), "is_spam": self.maybe(0.1)}
            if self.maybe(0.7):
                words["first_contacted_at"] = self.after(created, 48)
            if self.maybe(0.6):
                words |= {"customer": self.somebody(), "converted_at": self.after(created, 24 * 100)}
                words["was_customer"] = self.maybe(0.2)
            makers.make_lead(created_at=created, **words)

    def tell_of_patients(self) -> None:
        for _ in self.times(15):
            starts = self.at()
            status = self.chance.choice(["offered", "booked", "attended", "attended", "no_show", "cancelled"])
            customer = None if status == "offered" else self.somebody()
            ends = starts + timedelta(minutes=self.chance.choice([20, 30, 45]))
            makers.make_appointment(starts_at=starts, ends_at=ends, status=status, customer=customer)
            self.try_to(makers.make_access_sample, on=self.day(), clinic="A", days=self.chance.randrange(30))
        for _ in self.times(5):
            self.treatment()

    def treatment(self) -> None:
        starts = self.day()
        ends = starts + timedelta(days=self.chance.randint(1, 40)) if self.maybe(0.5) else None
        treatment = makers.make_treatment(customer=self.somebody(), starts_on=starts, ends_on=ends)
        for _ in self.times(5):
            filled = starts + timedelta(days=self.chance.randint(-3, 40))
            makers.make_fill(treatment=treatment, filled_on=filled, days=self.chance.choice([5, 10, 30]))

    def tell_of_numbers(self) -> None:
        for unit in ("number", "percent", "days", "money"):
            measure = makers.make_manual_measure(unit=unit)
            for _ in self.times(3):
                self.try_to(makers.make_manual_value, measure=measure, ends_on=self.day(), value=self.chance.random())
        for _ in self.times(9):
            checked = self.chance.randrange(50)
            words = {"weight": self.chance.randint(1, 3), "checked": checked, "passed": checked // 2}
            self.try_to(makers.make_quality_check, on=self.day(), **words)
