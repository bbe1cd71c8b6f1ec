"""What comes back of what is spent."""

from metrics.language import KPI, MONTHS_AND_UP, Arithmetic, Example, Grain, Node, Reason, Unit
from metrics.measures.attribution import AttributedMargin, AttributedRevenue
from metrics.measures.marketing import Costs
from metrics.measures.steering import ManualValues

SPENT = Costs.total("marketing")


def _return_on(spent: Node, gain: Node) -> Arithmetic:
    return (gain - spent) / spent


class MarketingROI(KPI):
    """What marketing brought in above its cost, as a share of that cost; every touch before an order has equal credit.

    Brought in is the gross margin of orders within 90 days of a touch of a campaign or channel. An order counts on its
    own day, a cost on its days.
    """

    title = "Marketing ROI"
    formula = _return_on(SPENT, AttributedMargin.total("linear"))
    unit, grains, empty, needs = Unit.PERCENT, MONTHS_AND_UP, Reason.NOT_CONFIGURED, (SPENT,)
    example = Example("Campaigns of 10,000 bring in a margin of 50,000.", (50_000, 10_000), 400)


class MarketingROIFirst(KPI):
    """What marketing brought in above its cost, as a share of that cost; the first touch has all the credit."""

    title = "Marketing ROI, first touch"
    formula = _return_on(SPENT, AttributedMargin.total("first"))
    unit, grains, empty, needs = Unit.PERCENT, MONTHS_AND_UP, Reason.NOT_CONFIGURED, (SPENT,)
    example = Example("Campaigns of 10,000 bring in a margin of 50,000.", (50_000, 10_000), 400)


class MarketingROILast(KPI):
    """What marketing brought in above its cost, as a share of that cost; the last touch has all the credit."""

    title = "Marketing ROI, last touch"
    formula = _return_on(SPENT, AttributedMargin.total("last"))
    unit, grains, empty, needs = Unit.PERCENT, MONTHS_AND_UP, Reason.NOT_CONFIGURED, (SPENT,)
    example = Example("Campaigns of 10,000 bring in a margin of 50,000.", (50_000, 10_000), 400)


class MarketingReturn(KPI):
    """Revenue above the cost of marketing, as a share of that cost: like ROAS, blind to what the products cost us."""

    title = "Marketing return on revenue"
    formula = _return_on(SPENT, AttributedRevenue.total("linear"))
    unit, grains, empty, needs = Unit.PERCENT, MONTHS_AND_UP, Reason.NOT_CONFIGURED, (SPENT,)
    example = Example("Sales of 50,000 come from campaigns of 10,000.", (50_000, 10_000), 400)


class CrmROI(KPI):
    """What the CRM brought in above its cost, as a share of that cost: 8.71 for every 1 spent is 771 %.

    Gains are told by hand, as money, under names that begin with crm_gain: crm_gain_measured, crm_gain_estimated and
    crm_gain_assumed say how sure they are. Costs are those of category CRM; what is bought for years is spread over
    them.
    """

    title = "CRM ROI"
    formula = _return_on(Costs.total("crm"), ManualValues.total("crm_gain"))
    unit, empty, needs = Unit.PERCENT, Reason.NOT_CONFIGURED, (Costs.total("crm"),)
    grains = (Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.FISCAL_YEAR)
    example = Example("It saves 8,710 and costs 1,000.", (8_710, 1_000), 771)
