"""How people find us, and what that costs."""

from datetime import timedelta

from metrics.language import EVERY_GRAIN, KPI, MONTHS_AND_UP, Example, Good, Reason, Unit
from metrics.listed import HalfOver
from metrics.measures.lifecycle import NewCustomers as Newcomers
from metrics.measures.marketing import (
    A_DAY,
    CONVERSION_WINDOW,
    Costs,
    LeadsAnswered,
    LeadsAnsweredInHours,
    LeadsConverted,
    LeadsCreated,
)
from metrics.periods import Period, trailing


class Leads(KPI):
    """How many leads came in, without spam, duplicates and people who were customers already."""

    formula = LeadsCreated.count()
    example = Example(
        "30 people write in May: 2 are spam, 1 had written before and 2 are customers already.", (25,), 25
    )


class LeadConversion(KPI):
    """Of the leads created in the period, the share that became paying customers within 90 days.

    A lead counts for the day it came in, however late it converts, so the value of young leads still grows: it is
    maturing until the window of the last of them is over.
    """

    formula = LeadsCreated.count("converted") / LeadsCreated.count()
    unit, is_share, matures = Unit.PERCENT, True, CONVERSION_WINDOW
    example = Example(
        "Of the 25 leads of May, 5 pay for the first time within 90 days; one more does on day 120 and is too late.",
        (5, 25),
        20,
    )


class ConversionsInPeriod(KPI):
    """How many leads became paying customers in the period, whenever they came in."""

    formula = LeadsConverted.count()
    example = Example("Five leads of March and two of May pay for the first time in May.", (7,), 7)


class LeadResponseTime(KPI):
    """The time to the first human contact that half of the leads contacted in the period did not exceed.

    Leads still without an answer are not in it: read it together with how many came in.
    """

    formula = LeadsAnswered.percentile(0.5)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Three leads hear from us in May, after 20 minutes, 2 hours and 9 hours.",
        ([timedelta(minutes=20), timedelta(hours=2), timedelta(hours=9)],),
        timedelta(hours=2),
    )


class LeadResponseTimeMean(KPI):
    """The mean time to the first human contact, over the leads contacted in the period."""

    formula = LeadsAnswered.total() / LeadsAnswered.count()
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Three leads hear from us in May, after 1, 2 and 9 hours.", (timedelta(hours=12), 3), timedelta(hours=4)
    )


class LeadResponseTimeP90(KPI):
    """The time to the first human contact that nine in ten leads contacted in the period did not exceed."""

    title = "Lead response time, 90th percentile"
    formula = LeadsAnswered.percentile(0.9)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Five leads hear from us, after 1, 2, 3, 4 and 9 hours.",
        ([timedelta(hours=hours) for hours in (1, 2, 3, 4, 9)],),
        timedelta(hours=7),
    )


class LeadResponseTimeInHours(KPI):
    """The opening hours to the first human contact that half of the leads contacted in the period did not exceed.

    Nights, weekends and holidays of the default schedule do not count. Where its hours change, so does the past.
    """

    title = "Lead response time in opening hours"
    formula = LeadsAnsweredInHours.percentile(0.5)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Three leads hear from us in May, after 20 minutes, 2 hours and 9 hours of being open.",
        ([timedelta(minutes=20), timedelta(hours=2), timedelta(hours=9)],),
        timedelta(hours=2),
    )


class LeadResponseTimeInHoursMean(KPI):
    """The mean opening hours to the first human contact, over the leads contacted in the period."""

    title = "Lead response time in opening hours, mean"
    formula = LeadsAnsweredInHours.total() / LeadsAnsweredInHours.count()
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Three leads hear from us in May, after 1, 2 and 9 hours of being open.",
        (timedelta(hours=12), 3),
        timedelta(hours=4),
    )


class LeadResponseTimeInHoursP90(KPI):
    """The opening hours to the first human contact that nine in ten leads contacted in the period did not exceed."""

    title = "Lead response time in opening hours, 90th percentile"
    formula = LeadsAnsweredInHours.percentile(0.9)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Five leads hear from us, after 1, 2, 3, 4 and 9 hours of being open.",
        ([timedelta(hours=hours) for hours in (1, 2, 3, 4, 9)],),
        timedelta(hours=7),
    )


class LeadCoverage24h(KPI):
    """Of the leads that came in in the period and waited for us, the share a person contacted within 24 hours.

    Leads our own people entered were not waiting. One nobody answered counts against us, however young: it is
    maturing until the last of them has waited for a day.
    """

    title = "Leads contacted within 24 hours"
    formula = LeadsCreated.count("answered_in_a_day") / LeadsCreated.count("waiting_for_us")
    unit, is_share, matures = Unit.PERCENT, True, A_DAY
    example = Example("Of 40 leads that came in 30 hear from us within a day.", (30, 40), 75)


class TimeToConversion(KPI):
    """The time from coming in to first payment that half of the leads who paid in the period did not exceed.

    Leads who have not paid are not in it, so it sees the fast ones first.
    """

    formula = LeadsConverted.percentile(0.5)
    unit, good, empty, grains = Unit.DAYS, Good.DOWN, Reason.NO_EVENTS, MONTHS_AND_UP
    example = Example(
        "Three leads pay for the first time in May, 5, 12 and 40 days after they came in.",
        ([timedelta(days=days) for days in (5, 12, 40)],),
        12,
    )


class TimeToConversionMean(KPI):
    """The mean time from coming in to first payment, over the leads who paid in the period."""

    formula = LeadsConverted.total() / LeadsConverted.count()
    unit, good, empty, grains = Unit.DAYS, Good.DOWN, Reason.NO_EVENTS, MONTHS_AND_UP
    example = Example(
        "Three leads pay for the first time in May, 5, 12 and 40 days after they came in.", (timedelta(days=57), 3), 19
    )


class TimeToConversionP90(KPI):
    """The time from coming in to first payment that nine in ten of the leads who paid in the period did not exceed."""

    title = "Time to conversion, 90th percentile"
    formula = LeadsConverted.percentile(0.9)
    unit, good, empty, grains = Unit.DAYS, Good.DOWN, Reason.NO_EVENTS, MONTHS_AND_UP
    example = Example(
        "Five leads pay for the first time in May, after 5, 8, 10, 20 and 40 days.",
        ([timedelta(days=days) for days in (5, 8, 10, 20, 40)],),
        32,
    )


def _a_year(period: Period) -> list[Period]:
    return [trailing(period, 365)]


class TimeToConversionAll(KPI):
    """The days by which half of all leads paid, those who have not yet taken as still to come (Kaplan and Meier).

    Over the leads that came in during the 365 days up to the end of the period. The median over those who paid sees
    the fast ones only. While fewer than half have paid there is none.
    """

    title = "Time to conversion, all leads"
    formula = HalfOver(LeadsCreated, LeadsConverted).over(_a_year)
    unit, good, empty, grains = Unit.DAYS, Good.DOWN, Reason.TOO_FEW, MONTHS_AND_UP
    example = Example(
        "Of four leads two paid, after 5 and 30 days; two wait since 20 days.", ([timedelta(days=30)],), 30
    )


class CAC(KPI):
    """What it cost in marketing and sales to win one new customer.

    Costs over several days are spread evenly over them. Costs that name no channel, campaign or segment stand under
    "(none)" in those cuts.
    """

    title = "Customer acquisition cost"
    formula = Costs.total("acquisition") / Newcomers.count()
    unit, good, grains = Unit.MONEY, Good.DOWN, MONTHS_AND_UP
    example = Example(
        "Marketing and sales cost 12,000 in May, and 8 customers pay for the first time.", (12_000, 8), 1_500
    )


class AcquisitionCost(KPI):
    """What was spent on marketing and sales in the period."""

    formula = Costs.total("acquisition")
    unit, good, grains = Unit.MONEY, Good.TARGET, EVERY_GRAIN
    example = Example(
        "A campaign of 9,000 runs over three months, 3,000 of it in May; salaries of sales are 9,000 more.",
        (12_000,),
        12_000,
    )
