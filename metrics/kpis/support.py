"""How fast and how often we help."""

from datetime import timedelta

from metrics.language import KPI, Example, Good, Reason, Unit
from metrics.measures.support import Interactions, TicketsAnswered, TicketsCreated
from metrics.measures.support import TicketsSolved as Solved


class NewTickets(KPI):
    """How many tickets came in, without spam and tickets merged into another."""

    formula = TicketsCreated.count()
    good = Good.DOWN
    example = Example("60 tickets come in; 3 are spam and 2 are merged into others.", (55,), 55)


class TicketsSolved(KPI):
    """How many tickets were solved in the period and still are."""

    formula = Solved.count()
    example = Example("50 tickets are solved in May; 4 of them are opened again and not yet solved anew.", (46,), 46)


class FirstResponseTime(KPI):
    """The wait for a person's first reply that half of the tickets answered in the period did not exceed.

    From creation, or from the last reopening. A bot's reply is none. It counts on the day of the reply; tickets
    without one are not in it.
    """

    formula = TicketsAnswered.percentile(0.5)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Three tickets are answered in May, after 10 minutes, half an hour and 5 hours.",
        ([timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=5)],),
        timedelta(minutes=30),
    )


class FirstResponseTimeMean(KPI):
    """The mean wait for a person's first reply, over the tickets answered in the period."""

    formula = TicketsAnswered.total() / TicketsAnswered.count()
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Three tickets are answered in May, after 10 minutes, half an hour and 5 hours 20.",
        (timedelta(hours=6), 3),
        timedelta(hours=2),
    )


class FirstResponseTimeP90(KPI):
    """The wait for a person's first reply that nine in ten tickets answered in the period did not exceed."""

    title = "First response time, 90th percentile"
    formula = TicketsAnswered.percentile(0.9)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Five tickets are answered, after 1, 2, 3, 4 and 9 hours: six tenths of the way from the fourth to the fifth.",
        ([timedelta(hours=1), timedelta(hours=2), timedelta(hours=3), timedelta(hours=4), timedelta(hours=9)],),
        timedelta(hours=7),
    )


class ResolutionTime(KPI):
    """The time from creation to the last solve that half of the tickets solved in the period did not exceed.

    A ticket that is reopened leaves its day, and comes back with its new solve. Credit goes to who solved it last.
    """

    formula = Solved.percentile(0.5)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Four tickets are solved in May, after 2, 4, 6 and 30 hours.",
        ([timedelta(hours=2), timedelta(hours=4), timedelta(hours=6), timedelta(hours=30)],),
        timedelta(hours=5),
    )


class ResolutionTimeMean(KPI):
    """The mean time from creation to the last solve, over the tickets solved in the period."""

    formula = Solved.total() / Solved.count()
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Four tickets are solved in May, after 2, 4, 6 and 28 hours.", (timedelta(hours=40), 4), timedelta(hours=10)
    )


class ResolutionTimeP90(KPI):
    """The time from creation to the last solve that nine in ten tickets solved in the period did not exceed."""

    title = "Resolution time, 90th percentile"
    formula = Solved.percentile(0.9)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Five tickets are solved, after 1, 2, 3, 4 and 9 hours: six tenths of the way from the fourth to the fifth.",
        ([timedelta(hours=1), timedelta(hours=2), timedelta(hours=3), timedelta(hours=4), timedelta(hours=9)],),
        timedelta(hours=7),
    )


class AHT(KPI):
    """The mean talk, hold and wrap-up time of the interactions handled in the period.

    Read it together with satisfaction: shorter is not simply better.
    """

    title = "Average handling time"
    formula = Interactions.total() / Interactions.count()
    unit, good, empty = Unit.SECONDS, Good.TARGET, Reason.NO_EVENTS
    example = Example(
        "Three calls take 4, 6 and 11 minutes with hold and wrap-up; a fourth hangs up before anybody answers.",
        (timedelta(minutes=21), 3),
        timedelta(minutes=7),
    )
