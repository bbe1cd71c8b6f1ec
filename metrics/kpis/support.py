"""How fast and how often we help."""

from metrics.language import KPI, Good, Reason, Unit
from metrics.measures.support import Interactions, TicketsAnswered, TicketsCreated
from metrics.measures.support import TicketsSolved as Solved


class NewTickets(KPI):
    """How many tickets came in, without spam and tickets merged into another."""

    formula = TicketsCreated.count()
    good = Good.DOWN


class TicketsSolved(KPI):
    """How many tickets were solved in the period and still are."""

    formula = Solved.count()


class FirstResponseTime(KPI):
    """The wait for a person's first reply that half of the tickets answered in the period did not exceed.

    From creation, or from the last reopening. A bot's reply is none. It counts on the day of the reply; tickets
    without one are not in it.
    """

    formula = TicketsAnswered.percentile(0.5)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS


class FirstResponseTimeMean(KPI):
    """The mean wait for a person's first reply, over the tickets answered in the period."""

    formula = TicketsAnswered.total() / TicketsAnswered.count()
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS


class FirstResponseTimeP90(KPI):
    """The wait for a person's first reply that nine in ten tickets answered in the period did not exceed."""

    title = "First response time, 90th percentile"
    formula = TicketsAnswered.percentile(0.9)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS


class ResolutionTime(KPI):
    """The time from creation to the last solve that half of the tickets solved in the period did not exceed.

    A ticket that is reopened leaves its day, and comes back with its new solve. Credit goes to who solved it last.
    """

    formula = Solved.percentile(0.5)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS


class ResolutionTimeMean(KPI):
    """The mean time from creation to the last solve, over the tickets solved in the period."""

    formula = Solved.total() / Solved.count()
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS


class ResolutionTimeP90(KPI):
    """The time from creation to the last solve that nine in ten tickets solved in the period did not exceed."""

    title = "Resolution time, 90th percentile"
    formula = Solved.percentile(0.9)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS


class AHT(KPI):
    """The mean talk, hold and wrap-up time of the interactions handled in the period.

    Read it together with satisfaction: shorter is not simply better.
    """

    title = "Average handling time"
    formula = Interactions.total() / Interactions.count()
    unit, good, empty = Unit.SECONDS, Good.TARGET, Reason.NO_EVENTS
