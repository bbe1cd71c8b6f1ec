"""How selling goes."""

from metrics.language import KPI, Good, Reason, Unit
from metrics.measures.sales import (
    DealsClosed,
    DealsCreated,
    FirstYearQuotas,
    FirstYearWins,
    MoneyBack,
    ProductCosts,
    ProductsSold,
    Purchases,
    Quotas,
    SalesCycles,
    StageStays,
)


class WonRevenue(KPI):
    """The value of the deals won in the period.

    A deal counts on the day it closes, at the exchange rate of that day, and for the person who owned it then. If it
    is reopened, it leaves its day in the open.
    """

    formula = DealsClosed.total("won")
    unit = Unit.MONEY


class DealsWon(KPI):
    """How many deals were won in the period, each on the day it closed."""

    formula = DealsClosed.count("won")


class OpenedDeals(KPI):
    """How many deals were opened in the period, whatever became of them; duplicates are left out."""

    formula = DealsCreated.count()


class WinRate(KPI):
    """Of the deals closed in the period, the share we won.

    A deal counts when it closes, not when it opens, so a month of many fresh deals does not look like a bad month.
    Deals lost as duplicates never were a chance and are left out; deals that only lie idle are not losses.
    """

    formula = DealsClosed.count("won") / DealsClosed.count()
    unit, is_share = Unit.PERCENT, True


class AverageDeal(KPI):
    """What a deal won in the period was worth on average.

    Only won deals count on either side: a lost deal has no value to average.
    """

    formula = DealsClosed.total("won") / DealsClosed.count("won")
    unit = Unit.MONEY


class SalesCycle(KPI):
    """The mean time from opening to winning, over the deals won in the period.

    A deal that was reopened runs from its first creation to its last closing.
    """

    formula = SalesCycles.total() / SalesCycles.count()
    unit, good, empty = Unit.DAYS, Good.DOWN, Reason.NO_EVENTS


class SalesCycleMedian(KPI):
    """The time from opening to winning that half of the deals won in the period did not exceed."""

    formula = SalesCycles.percentile(0.5)
    unit, good, empty = Unit.DAYS, Good.DOWN, Reason.NO_EVENTS


class StageTime(KPI):
    """The time half of the stays in a stage did not exceed, over the stays that ended in the period.

    A deal that comes back to a stage stays there a second time. Stages that were skipped have no stay.
    """

    formula = StageStays.percentile(0.5)
    unit, good, empty = Unit.DAYS, Good.DOWN, Reason.NO_EVENTS


class StageTimeMean(KPI):
    """The mean length of the stays in a stage that ended in the period."""

    formula = StageStays.total() / StageStays.count()
    unit, good, empty = Unit.DAYS, Good.DOWN, Reason.NO_EVENTS


class QuotaAttainment(KPI):
    """Of what sellers were asked to win in total contract value, the share they won.

    A quota is spread evenly over its days, so a part of a month is held against that part of its quota. A team's
    quota counts where none of its people has one of their own.
    """

    formula = DealsClosed.total("won") / Quotas.total()
    unit, empty = Unit.PERCENT, Reason.NOT_CONFIGURED


class QuotaAttainmentFirstYear(KPI):
    """Of what sellers were asked to win in first-year value, the share they won.

    A contract over three years counts for its first.
    """

    formula = FirstYearWins.total() / FirstYearQuotas.total()
    unit, empty = Unit.PERCENT, Reason.NOT_CONFIGURED


class Revenue(KPI):
    """What paid orders brought in after discounts and before tax, less the refunds of the same days.

    An order counts on the day it was placed, a refund on the day it was given: a late refund changes no earlier
    month.
    """

    formula = ProductsSold.total() - MoneyBack.total()
    unit = Unit.MONEY


class Orders(KPI):
    """How many paid orders were placed in the period."""

    formula = Purchases.count()


class AverageOrder(KPI):
    """What a paid order was worth on average, after discounts and before later refunds.

    Orders of nothing are left out.
    """

    title = "Average order value"
    formula = Purchases.total("charged") / Purchases.count("charged")
    unit = Unit.MONEY


class PurchaseFrequency(KPI):
    """How many paid orders each customer who bought in the period placed, on average."""

    formula = Purchases.count() / Purchases.distinct()
    unit = Unit.NUMBER


class RepeatRate(KPI):
    """Of the customers who bought in the period, the share with two or more paid orders up to its end."""

    formula = Purchases.distinct(lifetime=2) / Purchases.distinct()
    unit, is_share = Unit.PERCENT, True


class GrossMargin(KPI):
    """What is left of sales after what the products cost us, as a share of those sales.

    Only order lines whose cost is known count, on both sides.
    """

    formula = (ProductsSold.total("costed") - ProductCosts.total()) / ProductsSold.total("costed")
    unit, empty = Unit.PERCENT, Reason.NOT_CONFIGURED
