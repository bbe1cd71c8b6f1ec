"""How long customers wait: in opening hours, to the first solution, and less what we waited for them."""

from datetime import timedelta

from metrics.language import KPI, Example, Good, Reason, Unit
from metrics.measures.support import (
    FirstSolves,
    FirstSolvesInHours,
    RequesterWaits,
    RequesterWaitsInHours,
    TicketsAnsweredInHours,
    TicketsSolvedInHours,
)


def _hours(*each: int) -> list[timedelta]:
    return [timedelta(hours=one) for one in each]


class FirstResponseTimeInHours(KPI):
    """Half of the tickets answered in the period had a person's first reply within this time of opening hours.

    Nights, weekends and holidays of the schedule that held do not count. Tickets without a schedule are not in it.
    """

    title = "First response time in opening hours"
    formula = TicketsAnsweredInHours.percentile(0.5)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Four tickets are answered, after 2, 4, 6 and 30 hours.", (_hours(2, 4, 6, 30),), timedelta(hours=5)
    )


class FirstResponseTimeInHoursMean(KPI):
    """The opening hours a person's first reply took on average, over the tickets answered in the period."""

    title = "First response time in opening hours, mean"
    formula = TicketsAnsweredInHours.total() / TicketsAnsweredInHours.count()
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Four tickets are answered, after 2, 4, 6 and 28 hours.", (timedelta(hours=40), 4), timedelta(hours=10)
    )


class FirstResponseTimeInHoursP90(KPI):
    """Nine in ten tickets answered in the period had a person's first reply within this time of opening hours."""

    title = "First response time in opening hours, 90th percentile"
    formula = TicketsAnsweredInHours.percentile(0.9)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Five tickets are answered, after 1, 2, 3, 4 and 9 hours.", (_hours(1, 2, 3, 4, 9),), timedelta(hours=7)
    )


class ResolutionTimeInHours(KPI):
    """Half of the tickets solved in the period took no more than this to the last solve, in opening hours.

    A ticket that is reopened leaves its day, and comes back with its new solve.
    """

    title = "Resolution time in opening hours"
    formula = TicketsSolvedInHours.percentile(0.5)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Four tickets are solved, after 2, 4, 6 and 30 hours.", (_hours(2, 4, 6, 30),), timedelta(hours=5)
    )


class ResolutionTimeInHoursMean(KPI):
    """The opening hours from creation to the last solve, on average over the tickets solved in the period."""

    title = "Resolution time in opening hours, mean"
    formula = TicketsSolvedInHours.total() / TicketsSolvedInHours.count()
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Four tickets are solved, after 2, 4, 6 and 28 hours.", (timedelta(hours=40), 4), timedelta(hours=10)
    )


class ResolutionTimeInHoursP90(KPI):
    """Nine in ten tickets solved in the period took no more than this to the last solve, in opening hours."""

    title = "Resolution time in opening hours, 90th percentile"
    formula = TicketsSolvedInHours.percentile(0.9)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Five tickets are solved, after 1, 2, 3, 4 and 9 hours.", (_hours(1, 2, 3, 4, 9),), timedelta(hours=7)
    )


class FirstResolutionTime(KPI):
    """Half of the tickets first solved in the period took no more than this from creation to that solve.

    Whether the solve held or not: reopening a ticket does not change it.
    """

    title = "First resolution time"
    formula = FirstSolves.percentile(0.5)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Four tickets are solved, after 2, 4, 6 and 30 hours.", (_hours(2, 4, 6, 30),), timedelta(hours=5)
    )


class FirstResolutionTimeMean(KPI):
    """The time from creation to the first solve, on average over the tickets first solved in the period."""

    title = "First resolution time, mean"
    formula = FirstSolves.total() / FirstSolves.count()
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Four tickets are solved, after 2, 4, 6 and 28 hours.", (timedelta(hours=40), 4), timedelta(hours=10)
    )


class FirstResolutionTimeP90(KPI):
    """Nine in ten tickets first solved in the period took no more than this from creation to that solve."""

    title = "First resolution time, 90th percentile"
    formula = FirstSolves.percentile(0.9)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Five tickets are solved, after 1, 2, 3, 4 and 9 hours.", (_hours(1, 2, 3, 4, 9),), timedelta(hours=7)
    )


class FirstResolutionTimeInHours(KPI):
    """Half of the tickets first solved in the period took no more than this to that solve, in opening hours.

    Whether the solve held or not: reopening a ticket does not change it.
    """

    title = "First resolution time in opening hours"
    formula = FirstSolvesInHours.percentile(0.5)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Four tickets are solved, after 2, 4, 6 and 30 hours.", (_hours(2, 4, 6, 30),), timedelta(hours=5)
    )


class FirstResolutionTimeInHoursMean(KPI):
    """The opening hours to the first solve, on average over the tickets first solved in the period."""

    title = "First resolution time in opening hours, mean"
    formula = FirstSolvesInHours.total() / FirstSolvesInHours.count()
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Four tickets are solved, after 2, 4, 6 and 28 hours.", (timedelta(hours=40), 4), timedelta(hours=10)
    )


class FirstResolutionTimeInHoursP90(KPI):
    """Nine in ten tickets first solved in the period took no more than this to that solve, in opening hours."""

    title = "First resolution time in opening hours, 90th percentile"
    formula = FirstSolvesInHours.percentile(0.9)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Five tickets are solved, after 1, 2, 3, 4 and 9 hours.", (_hours(1, 2, 3, 4, 9),), timedelta(hours=7)
    )


class RequesterWait(KPI):
    """Half of the tickets solved in the period had waited for us no longer than this.

    The time to the last solve, less the time from saying that the next word is the customer's until it came.
    """

    title = "Requester wait"
    formula = RequesterWaits.percentile(0.5)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Four tickets are solved, after 2, 4, 6 and 30 hours.", (_hours(2, 4, 6, 30),), timedelta(hours=5)
    )


class RequesterWaitMean(KPI):
    """How long the tickets solved in the period had waited for us, on average."""

    title = "Requester wait, mean"
    formula = RequesterWaits.total() / RequesterWaits.count()
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Four tickets are solved, after 2, 4, 6 and 28 hours.", (timedelta(hours=40), 4), timedelta(hours=10)
    )


class RequesterWaitP90(KPI):
    """Nine in ten tickets solved in the period had waited for us no longer than this."""

    title = "Requester wait, 90th percentile"
    formula = RequesterWaits.percentile(0.9)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Five tickets are solved, after 1, 2, 3, 4 and 9 hours.", (_hours(1, 2, 3, 4, 9),), timedelta(hours=7)
    )


class RequesterWaitInHours(KPI):
    """Half of the tickets solved in the period had waited for us no longer than this, in opening hours.

    The time to the last solve, less the time from saying that the next word is the customer's until it came.
    """

    title = "Requester wait in opening hours"
    formula = RequesterWaitsInHours.percentile(0.5)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Four tickets are solved, after 2, 4, 6 and 30 hours.", (_hours(2, 4, 6, 30),), timedelta(hours=5)
    )


class RequesterWaitInHoursMean(KPI):
    """How long the tickets solved in the period had waited for us in opening hours, on average."""

    title = "Requester wait in opening hours, mean"
    formula = RequesterWaitsInHours.total() / RequesterWaitsInHours.count()
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Four tickets are solved, after 2, 4, 6 and 28 hours.", (timedelta(hours=40), 4), timedelta(hours=10)
    )


class RequesterWaitInHoursP90(KPI):
    """Nine in ten tickets solved in the period had waited for us no longer than this, in opening hours."""

    title = "Requester wait in opening hours, 90th percentile"
    formula = RequesterWaitsInHours.percentile(0.9)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Five tickets are solved, after 1, 2, 3, 4 and 9 hours.", (_hours(1, 2, 3, 4, 9),), timedelta(hours=7)
    )
