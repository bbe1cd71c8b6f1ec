"""Help and what customers say of it, by chance: what they ask for, what we do about it, how they liked it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from support import services as helping
from support.choices import Author, TicketEventKind
from support.models import Ticket, TicketEvent
from surveys import services as asking
from tests import makers
from tests.second.chance import Chance

SOLVED_WITHIN = timedelta(hours=20)
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
    helping.mark_not_spam,
)
TOLD = ("agent_reply", "bot_reply", "customer_reply", "waiting", "solved", "reopened", "closed", "assigned")
SURVEYS: tuple[dict[str, Any], ...] = (
    {"kind": "csat", "scale_min": 1, "scale_max": 5, "satisfied_from": 4, "index_weight": "0.6"},
    {"kind": "ces", "scale_min": 1, "scale_max": 7, "satisfied_from": 5, "index_weight": "0.4"},
    {"kind": "nps", "is_relational": True},
    {"kind": "nps"},
    {"kind": "nps", "scale_min": 1, "scale_max": 5, "promoter_from": 5, "detractor_to": 3, "is_relational": True},
    {"kind": "patient", "satisfied_from": 9, "answer_within": timedelta(days=2)},
)


def try_to(verb: Callable[..., Any], *args: Any, **words: Any) -> Any:
    """What the house refuses is refused, and nothing happened."""
    with suppress(ValidationError, IntegrityError), transaction.atomic():
        return verb(*args, **words)


class Help:
    """Tickets and calls of some customers, under schedules that may be open day and night."""

    def __init__(self, chance: Chance, customers: list[Any]) -> None:
        self.chance, self.customers = chance, customers
        self.agents = [makers.make_user() for _ in range(2)]
        self.schedules = [None, *(self.schedule(is_default=not number) for number in chance.times(0, 2))]
        self.tickets: list[Ticket] = []

    def tell(self) -> None:
        for priority in ("", "high"):
            lengths = {"reply_within": timedelta(hours=3), "solve_within": SOLVED_WITHIN}
            makers.make_service_level(priority=priority, in_open_hours=not priority, **lengths)
        self.tickets += [self.ticket() for _ in range(10)] + [self.imported() for _ in range(20)]
        for absorbed in self.tickets[:3]:
            try_to(helping.merge_tickets, self.chance.one(self.tickets), absorbed=absorbed)
        for _ in range(20):
            self.call()

    def schedule(self, *, is_default: bool) -> Any:
        schedule = makers.make_schedule(is_default=is_default)
        for _ in range(12):
            opens = time(self.chance.dice.randrange(23), self.chance.one([0, 30]))
            closes = self.chance.one([time(opens.hour + 1, 15), time(23, 30), time(23, 59)])
            weekday = self.chance.dice.randint(1, 7)
            try_to(makers.make_opening_hours, schedule=schedule, weekday=weekday, opens=opens, closes=closes)
        for _ in range(20):
            try_to(makers.make_holiday, schedule=schedule, on=self.chance.day())
        return schedule

    def new_ticket(self) -> Ticket:
        whose = self.chance.one([*self.customers, None])
        schedule, priority = self.chance.one(self.schedules), self.chance.one(["normal", "high"])
        return Ticket(subject="Help", customer=whose, schedule=schedule, priority=priority)

    def given(self, ticket: Ticket, **when: Any) -> Ticket:
        return helping.assign_ticket(ticket, agent=self.chance.one(self.agents), **when)

    def ticket(self) -> Ticket:
        """A ticket through the doors of the house; much of it is entered late and out of order."""
        ticket = helping.open_ticket(self.new_ticket(), at=self.chance.at())
        for _ in self.chance.times(0, 9):
            by = self.chance.one([*self.agents, None])
            try_to(self.chance.one([*STEPS, self.given, self.given]), ticket, at=self.soon(ticket), by=by)
        if self.chance.maybe(0.1):
            try_to(helping.mark_spam, ticket)
        return ticket

    def imported(self) -> Ticket:
        """A history brought from elsewhere, with steps that make no sense here."""
        ticket = self.new_ticket()
        ticket.created_at = self.chance.at()
        ticket.save()
        TicketEvent.objects.bulk_create(self.step(ticket) for _ in self.chance.times(0, 9))
        return helping.replay(ticket)

    def step(self, ticket: Ticket) -> TicketEvent:
        kind, agent = TicketEventKind(self.chance.one(TOLD)), self.chance.one(self.agents)
        given = {"agent": agent} if kind == TicketEventKind.ASSIGNED else {}
        return TicketEvent(ticket=ticket, kind=kind, at=self.soon(ticket), actor=agent, **given)

    def soon(self, ticket: Ticket) -> datetime:
        """While we are asked to reply, to solve, or when nobody expects it any more."""
        return ticket.created_at + self.chance.within(timedelta(hours=self.chance.one([3, 20, 200])))

    def call(self) -> None:
        lengths = {f"{part}_seconds": self.chance.dice.randrange(900) for part in ("talk", "hold", "wrap")}
        about = {"customer": self.chance.one(self.customers), "purpose": self.chance.one(["support", "sales"])}
        makers.make_interaction(ended_at=self.chance.at(), was_abandoned=self.chance.maybe(0.2), **about, **lengths)


class Asking:
    """Surveys of some customers: by invitation, or answered on paper."""

    def __init__(self, chance: Chance, customers: list[Any], tickets: list[Ticket]) -> None:
        self.chance, self.customers, self.tickets = chance, customers, tickets

    def tell(self) -> None:
        surveys = [makers.make_survey(**({"promoter_from": 9, "detractor_to": 6} | words)) for words in SURVEYS]
        for _ in range(25):
            self.invited(self.chance.one(surveys))
            self.told(self.chance.one(surveys))

    def invited(self, survey: Any) -> None:
        """Somebody is asked; they may answer, think again, or have answered by mistake."""
        sent, about = self.chance.at(), self.about()
        invitation, _ = try_to(asking.invite, survey, at=sent, **about) or (None, None)
        if invitation is None:
            return
        if self.chance.maybe(0.1):
            asking.bounce_invitation(invitation, at=sent)
        for _ in self.chance.times(0, 3):
            score, at = self.score(survey), self.chance.later(sent, self.chance.one([1, 20]))
            answer = try_to(asking.take_answer, invitation, score=score, at=at)
            if answer and self.chance.maybe(0.1):
                try_to(asking.void_answer, answer, at=at)

    def told(self, survey: Any) -> None:
        asking.record_answer(survey, score=self.score(survey), at=self.chance.at(), **self.about())

    def about(self) -> dict[str, Any]:
        if self.chance.maybe(0.3):
            return {"ticket": self.chance.one(self.tickets)}
        return {"customer": self.chance.one(self.customers), "wave": self.chance.one(["", "Q1", "Q2"])}

    def score(self, survey: Any) -> int:
        return self.chance.dice.randint(survey.scale_min, survey.scale_max)
