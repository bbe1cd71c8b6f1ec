"""How people find us, and what that costs."""

from metrics.language import EVERY_GRAIN, KPI, MONTHS_AND_UP, Good, Reason, Unit
from metrics.measures.lifecycle import NewCustomers as Newcomers
from metrics.measures.marketing import CONVERSION_WINDOW, Costs, LeadsAnswered, LeadsConverted, LeadsCreated


class Leads(KPI):
    """How many leads came in, without spam, duplicates and people who were customers already."""

    formula = LeadsCreated.count()


class LeadConversion(KPI):
    """Of the leads created in the period, the share that became paying customers within 90 days.

    A lead counts for the day it came in, however late it converts, so the value of young leads still grows: it is
    maturing until the window of the last of them is over.
    """

    formula = LeadsCreated.count("converted") / LeadsCreated.count()
    unit, is_share, matures = Unit.PERCENT, True, CONVERSION_WINDOW


class ConversionsInPeriod(KPI):
    """How many leads became paying customers in the period, whenever they came in."""

    formula = LeadsConverted.count()


class LeadResponseTime(KPI):
    """The time to the first human contact that half of the leads contacted in the period did not exceed.

    Leads still without an answer are not in it: read it together with how many came in.
    """

    formula = LeadsAnswered.percentile(0.5)
    unit, good, empty = Unit.SECONDS, Good.DOWN, Reason.NO_EVENTS


class CAC(KPI):
    """What it cost in marketing and sales to win one new customer.

    Costs over several days are spread evenly over them. Costs that name no channel, campaign or segment stand under
    "(none)" in those cuts.
    """

    title = "Customer acquisition cost"
    formula = Costs.total("acquisition") / Newcomers.count()
    unit, good, grains = Unit.MONEY, Good.DOWN, MONTHS_AND_UP


class AcquisitionCost(KPI):
    """What was spent on marketing and sales in the period."""

    formula = Costs.total("acquisition")
    unit, good, grains = Unit.MONEY, Good.TARGET, EVERY_GRAIN
