"""How fast and how often we help."""

from datetime import timedelta

from metrics.language import KPI, Example, Good, Reason, Unit
from metrics.measures.support import (
    Interactions,
    RepliesPromised,
    SolutionsPromised,
    TicketMovements,
    TicketsAnswered,
    TicketsCreated,
)
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


class Backlog(KPI):
    """How many tickets wait for a solution at the end of the period.

    Whoever holds a ticket has it in their backlog; handing it on moves it. Spam and merged tickets were never in it.
    """

    formula = TicketMovements.stock()
    good = Good.DOWN
    example = Example("100 tickets came in so far and 88 were solved, of which 3 were opened again.", (15,), 15)


class ReopenRate(KPI):
    """How many solved tickets were opened again, for each hundred solves of the period.

    Both count on their own day: a ticket reopened in May may have been solved in April. Every solve counts, also one
    that did not hold.
    """

    formula = TicketMovements.count("reopened") / TicketMovements.count("solved")
    unit, good = Unit.PERCENT, Good.DOWN
    example = Example("50 solves in May, and 4 tickets opened again.", (4, 50), 8)


class FirstContactResolution(KPI):
    """Of the tickets solved in the period, the share that took one reply at most and was never opened again.

    A call that was settled on the spot needs no reply. A ticket that is reopened later leaves the share in the open.
    """

    formula = Solved.count("at_first_contact") / Solved.count()
    unit, is_share = Unit.PERCENT, True
    example = Example("Of 50 tickets solved, 34 were settled with the first reply.", (34, 50), 68)


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


class ReplySLA(KPI):
    """Of the first replies promised and due or given in the period, the share that came in time.

    A promise counts on the day it is decided: when the reply comes, or when it is overdue. A ticket solved without a
    reply before it was due needs none. A ticket opened again is promised a reply anew.
    """

    title = "Replies in time"
    formula = RepliesPromised.count("kept") / RepliesPromised.count()
    unit, is_share = Unit.PERCENT, True
    example = Example("20 replies were promised: 17 came in time, 2 late, and one is overdue.", (17, 20), 85)


class SolutionSLA(KPI):
    """Of the solutions promised and due or found in the period, the share that came in time."""

    title = "Solutions in time"
    formula = SolutionsPromised.count("kept") / SolutionsPromised.count()
    unit, is_share = Unit.PERCENT, True
    example = Example(
        "20 solutions were promised: 18 came in time, and 2 tickets are open beyond their day.", (18, 20), 90
    )


class SLAAttainment(KPI):
    """Of all promises due or met in the period, of a first reply and of a solution alike, the share we kept.

    What a ticket is promised is fixed when it is opened, in opening hours or around the clock as the promise says;
    another promise made later does not change it.
    """

    title = "SLA attainment"
    formula = (RepliesPromised.count("kept") + SolutionsPromised.count("kept")) / (
        RepliesPromised.count() + SolutionsPromised.count()
    )
    unit, is_share = Unit.PERCENT, True
    example = Example("Of 20 replies promised 17 came in time, and of 20 solutions 18.", (17, 18, 20, 20), 87.5)


class AHT(KPI):
    """The mean talk, hold and wrap-up time of the interactions for support handled in the period.

    Each agent's leg of a call counts for itself, on the day its wrap-up ended. Who hung up before an answer is not in
    it. Read it together with satisfaction and tickets opened again: shorter is not simply better.
    """

    title = "Average handling time"
    formula = Interactions.total("support") / Interactions.count("support")
    unit, good, empty = Unit.SECONDS, Good.TARGET, Reason.NO_EVENTS
    example = Example(
        "Three calls take 4, 6 and 11 minutes with hold and wrap-up; a fourth hangs up before anybody answers.",
        (timedelta(minutes=21), 3),
        timedelta(minutes=7),
    )


class AHTSales(KPI):
    """The mean talk, hold and wrap-up time of the calls, chats and mails of sellers handled in the period."""

    title = "Average handling time in sales"
    formula = Interactions.total("sales") / Interactions.count("sales")
    unit, good, empty = Unit.SECONDS, Good.TARGET, Reason.NO_EVENTS
    example = Example("Two calls take 9 and 13 minutes.", (timedelta(minutes=22), 2), timedelta(minutes=11))
