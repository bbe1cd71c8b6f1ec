"""Leads and costs as facts."""

from datetime import timedelta

from django.db.models import F, Q, QuerySet

from metrics import dimensions as cut
from metrics.language import Elapsed, Measure
from sales.choices import CostCategory
from sales.models import Cost, Lead
from support.open_time import OpenSeconds

CONVERSION_WINDOW = timedelta(days=90)
A_DAY = timedelta(days=1)

LEAD_CUTS = (
    cut.SOURCE.at("lead_source"),
    cut.CHANNEL.at("channel"),
    cut.CAMPAIGN.at("campaign__code"),
    cut.OWNER.at("owner"),
    *cut.PEOPLE,
    cut.COUNTRY.at("country"),
    cut.SEGMENT.at("segment"),
)


class LeadsCreated(Measure):
    """Leads that are neither spam nor duplicates nor customers already, dated the local day each came in."""

    rows = Lead.objects.genuine
    clock = "created_at"
    subject = "customer"
    marks = {
        "converted": Q(converted_at__lt=F("created_at") + CONVERSION_WINDOW),
        "answered_in_a_day": Q(entered_by_staff=False, first_contacted_at__lt=F("created_at") + A_DAY),
        "waiting_for_us": Q(entered_by_staff=False),
    }
    by = LEAD_CUTS
    leaves_out = "Spam, duplicates of another lead, and people who were customers already."


class LeadsAnswered(Measure):
    """The time to the first human contact with each lead that waited for one, dated the day of that contact."""

    rows = Lead.objects.answered
    clock = "first_contacted_at"
    value = Elapsed("created_at", "first_contacted_at")
    subject = "customer"
    by = LEAD_CUTS
    leaves_out = "Leads nobody has answered yet or our own people entered, spam, duplicates and customers."


def answered_in_hours() -> QuerySet[Lead]:
    """Each lead answered with `open_seconds`: how long we were open meanwhile."""
    answered = Lead.objects.answered().annotate(open_seconds=OpenSeconds("created_at", "first_contacted_at"))
    return answered.filter(open_seconds__isnull=False)


class LeadsAnsweredInHours(Measure):
    """The opening hours that passed before the first human contact with each lead, dated the day of that contact."""

    rows = staticmethod(answered_in_hours)
    clock = "first_contacted_at"
    value = "open_seconds"
    subject = "customer"
    by = LEAD_CUTS
    leaves_out = "Leads nobody has answered yet or our own people entered; all, where no schedule is the default."


class LeadsConverted(Measure):
    """The time from creation to first payment of each lead that became a customer, dated the day it paid."""

    rows = Lead.objects.converted
    clock = "converted_at"
    value = Elapsed("created_at", "converted_at")
    subject = "customer"
    by = LEAD_CUTS
    leaves_out = "Leads that were spam, duplicates or customers already."


class Costs(Measure):
    """Money spent; a cost over several days is spread evenly over them, to the millionth."""

    rows = Cost.objects.all
    clock, through = "starts_on", "ends_on"
    value = "amount"
    currency = "currency"
    marks = {
        "acquisition": Q(category__in=[CostCategory.MARKETING, CostCategory.SALES]),
        "campaigns": Q(category__in=[CostCategory.MARKETING, CostCategory.SALES], campaign__isnull=False),
        "marketing": Q(category=CostCategory.MARKETING),
        "retention": Q(category=CostCategory.RETENTION),
        "crm": Q(category=CostCategory.CRM),
    }
    by = (
        cut.CATEGORY.at("category"),
        cut.CHANNEL.at("channel"),
        cut.ACQUIRED_BY.at("channel"),
        cut.CAMPAIGN.at("campaign__code"),
        cut.LINE.at("line__code"),
        cut.PLAN.at("plan"),
        cut.SEGMENT.at("segment"),
        cut.COUNTRY.at("country"),
        cut.OWNER.at("owner"),
        *cut.PEOPLE,
    )
