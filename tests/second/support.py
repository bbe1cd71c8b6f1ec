"""Support: tickets from opening to solution, in all hours and in opening hours, and calls."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.second.book import Counted, mean, over, second, share
from tests.second.hours import open_time, schedule_of
from tests.second.lives import Life, Stretch, lives
from tests.second.records import Records, Row, Span
from tests.second.shared import is_real
from tests.second.ways import lengths, whole

Wait = tuple[Life, datetime, datetime]  # of a ticket, since when and until when
Waits = Callable[[Records, Span], list[Wait]]
Promise = tuple[datetime, bool]  # when it was decided, and whether it was kept


def timed(key: str) -> Callable[[Waits], Waits]:
    """How long these waits were, in all hours and in opening hours."""

    def keep(waits: Waits) -> Waits:
        lengths(key)(lambda records, span: [whole(until - since) for _, since, until in waits(records, span)])
        lengths(f"{key}_in_hours")(
            lambda records, span: [
                whole(time)
                for life, since, until in waits(records, span)
                for time in in_hours(records, span, life, (since, until))
            ]
        )
        return waits

    return keep


def in_hours(records: Records, span: Span, life: Life, *stretches: Stretch) -> list[timedelta]:
    """The opening hours of some stretches of a ticket, if there is a schedule to count them by."""
    schedule = schedule_of(records, life.ticket.schedule_id)
    if schedule is None:
        return []
    return [sum((open_time(records, schedule, *one, span.zone) for one in stretches), timedelta())]


# ── How long ────────────────────────────────────────────────────────────────────────────────────────────────────────


@timed("first_response_time")
def replied(records: Records, span: Span) -> list[Wait]:
    found = [(life, life.asked_at, life.replied_at) for life in lives(records)]
    return [(life, since, at) for life, since, at in found if at and span.holds(at)]


@timed("resolution_time")
def solved(records: Records, span: Span) -> list[Wait]:
    found = [(life, life.opened[0], life.solved_at) for life in lives(records)]
    return [(life, since, at) for life, since, at in found if at and span.holds(at)]


@timed("first_resolution_time")
def first_solved(records: Records, span: Span) -> list[Wait]:
    found = [(life, life.opened[0], life.ended[0]) for life in lives(records) if life.ended]
    return [(life, since, at) for life, since, at in found if span.holds(at)]


@lengths("requester_wait")
def requester_wait(records: Records, span: Span) -> list[int]:
    """The time to the solution, less the time the next word was the customer's."""
    return [
        whole(until - since - sum((end - start for start, end in life.waits), timedelta()))
        for life, since, until in solved(records, span)
    ]


@lengths("requester_wait_in_hours")
def requester_wait_in_hours(records: Records, span: Span) -> list[int]:
    return [
        whole(time - sum(in_hours(records, span, life, *life.waits), timedelta()))
        for life, since, until in solved(records, span)
        for time in in_hours(records, span, life, (since, until))
    ]


# ── How many ────────────────────────────────────────────────────────────────────────────────────────────────────────


@second("new_tickets")
def new_tickets(records: Records, span: Span) -> Counted:
    return sum(1 for life in lives(records) if span.holds(life.ticket.created_at))


@second("tickets_solved")
def tickets_solved(records: Records, span: Span) -> Counted:
    return len(solved(records, span))


@second("backlog")
def backlog(records: Records, span: Span) -> Counted:
    """All that was opened by then, less all that was ended."""
    return sum(sum(map(span.reached, life.opened)) - sum(map(span.reached, life.ended)) for life in lives(records))


@second("reopen_rate")
def reopen_rate(records: Records, span: Span) -> Counted:
    reopened = sum(sum(map(span.holds, life.opened[1:])) for life in lives(records))
    return over(reopened, sum(sum(map(span.holds, life.ended)) for life in lives(records)))


@second("first_contact_resolution")
def first_contact_resolution(records: Records, span: Span) -> Counted:
    lives_solved = [life for life, _, _ in solved(records, span)]
    return share(lives_solved, lambda life: life.replies <= 1 and len(life.opened) == 1)


# ── What was promised ───────────────────────────────────────────────────────────────────────────────────────────────


def replies_promised(records: Records, span: Span) -> list[Promise]:
    """Decided when the reply came or was overdue; solved before that without one, none was needed."""
    return [
        promise
        for life in lives(records)
        if (promise := decided(life.ticket.reply_due_at, life.replied_at, unless=life.solved_at))
        and span.holds(promise[0])
    ]


def solutions_promised(records: Records, span: Span) -> list[Promise]:
    return [
        promise
        for life in lives(records)
        if (promise := decided(life.ticket.solve_due_at, life.solved_at)) and span.holds(promise[0])
    ]


def decided(due: datetime | None, came: datetime | None, unless: datetime | None = None) -> Promise | None:
    """When it was known whether a promise was kept, and whether it was."""
    if due is None:
        return None
    if came and came <= due:
        return came, True
    return None if unless and unless <= due else (due, False)


def kept(promise: Promise) -> bool:
    return promise[1]


@second("reply_sla")
def reply_sla(records: Records, span: Span) -> Counted:
    return share(replies_promised(records, span), kept)


@second("solution_sla")
def solution_sla(records: Records, span: Span) -> Counted:
    return share(solutions_promised(records, span), kept)


@second("sla_attainment")
def sla_attainment(records: Records, span: Span) -> Counted:
    return share(replies_promised(records, span) + solutions_promised(records, span), kept)


# ── Calls ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def handled(records: Records, span: Span, purpose: str) -> list[Row]:
    """Legs of calls, chats and mails that somebody took."""
    return [
        leg
        for leg in records.interactions
        if leg.purpose == purpose
        and not leg.was_abandoned
        and span.holds(leg.ended_at)
        and is_real(records, leg.customer_id)
    ]


def length(leg: Row) -> int:
    return leg.talk_seconds + leg.hold_seconds + leg.wrap_seconds


@second("aht")
def aht(records: Records, span: Span) -> Counted:
    return mean(map(length, handled(records, span, "support")))


@second("aht_sales")
def aht_sales(records: Records, span: Span) -> Counted:
    return mean(map(length, handled(records, span, "sales")))
