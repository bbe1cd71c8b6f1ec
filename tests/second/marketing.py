"""Leads from their first sign to their first payment, and what winning customers costs."""

from datetime import timedelta
from fractions import Fraction

from tests.second.book import Counted, second, share
from tests.second.hours import open_time, schedule_of
from tests.second.pipeline import DAY_LONG, midnight
from tests.second.records import DAY, Records, Row, Span, walk
from tests.second.shared import is_real, seconds
from tests.second.ways import lengths, whole, within


@walk
def real_leads(records: Records) -> list[Row]:
    """Neither spam nor duplicates nor customers already."""
    return [
        lead
        for lead in records.leads
        if not (lead.is_spam or lead.duplicate_of_id or lead.was_customer) and is_real(records, lead.customer_id)
    ]


def created(records: Records, span: Span) -> list[Row]:
    return [lead for lead in real_leads(records) if span.holds(lead.created_at)]


def converted(records: Records, span: Span) -> list[Row]:
    return [lead for lead in real_leads(records) if span.holds(lead.converted_at)]


@second("leads")
def leads(records: Records, span: Span) -> Counted:
    return len(created(records, span))


@second("lead_conversion")
def lead_conversion(records: Records, span: Span) -> Counted:
    return share(created(records, span), lambda lead: within(90 * DAY, lead.created_at, lead.converted_at))


@second("conversions_in_period")
def conversions_in_period(records: Records, span: Span) -> Counted:
    return len(converted(records, span))


@second("lead_coverage24h")
def lead_coverage24h(records: Records, span: Span) -> Counted:
    waiting = [lead for lead in created(records, span) if not lead.entered_by_staff]
    return share(waiting, lambda lead: within(DAY, lead.created_at, lead.first_contacted_at))


def answered(records: Records, span: Span) -> list[Row]:
    """Leads that waited for a person and heard from one; nobody waits where our own people enter them."""
    return [lead for lead in real_leads(records) if span.holds(lead.first_contacted_at) and not lead.entered_by_staff]


@lengths("lead_response_time")
def lead_response_time(records: Records, span: Span) -> list[int]:
    return [seconds(lead.created_at, lead.first_contacted_at) for lead in answered(records, span)]


@lengths("lead_response_time_in_hours")
def lead_response_time_in_hours(records: Records, span: Span) -> list[int]:
    schedule = schedule_of(records, None)
    if schedule is None:
        return []
    heard = [(lead.created_at, lead.first_contacted_at) for lead in answered(records, span)]
    return [whole(open_time(records, schedule, since, until, span.zone)) for since, until in heard]


@lengths("time_to_conversion")
def time_to_conversion(records: Records, span: Span) -> list[int]:
    return [seconds(lead.created_at, lead.converted_at) for lead in converted(records, span)]


@second("time_to_conversion_all")
def time_to_conversion_all(records: Records, span: Span) -> Counted:
    """By Kaplan and Meier: at each day somebody paid, the share still waiting shrinks by those of the ones left."""
    year = Span(span.end - timedelta(days=365), span.end, span.zone)
    paid: list[int] = []
    waiting: list[int] = []
    for lead in created(records, year):
        has_paid = span.reached(lead.converted_at)
        lasted = seconds(lead.created_at, lead.converted_at if has_paid else midnight(span))
        (paid if has_paid else waiting).append((2 * lasted + DAY_LONG) // (2 * DAY_LONG))
    left = Fraction(1)
    for day in sorted(set(paid)):
        at_risk = sum(1 for lasted in paid + waiting if lasted >= day)
        left *= 1 - Fraction(paid.count(day), at_risk)
        if left <= Fraction(1, 2):
            return Fraction(day * DAY_LONG)
    return None
