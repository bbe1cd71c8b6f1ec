"""How selling goes."""

from datetime import timedelta

from metrics.language import KPI, Example, Good, Reason, Unit
from metrics.measures.sales import (
    DealsClosed,
    DealsCreated,
    FirstYearQuotas,
    FirstYearWins,
    LinesOfOrders,
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
    example = Example("Two deals of 8,000 and 4,000 are won in May; one of 5,000 is lost.", (12_000,), 12_000)


class DealsWon(KPI):
    """How many deals were won in the period, each on the day it closed."""

    formula = DealsClosed.count("won")
    example = Example("Of the three deals that close in May two are won.", (2,), 2)


class OpenedDeals(KPI):
    """How many deals were opened in the period, whatever became of them; duplicates are left out."""

    formula = DealsCreated.count()
    example = Example("Seven deals are opened in May; one of them turns out to be a duplicate of another.", (6,), 6)


class WinRate(KPI):
    """Of the deals closed in the period, the share we won.

    A deal counts when it closes, not when it opens, so a month of many fresh deals does not look like a bad month.
    Deals lost as duplicates never were a chance and are left out; deals that only lie idle are not losses.
    """

    formula = DealsClosed.count("won") / DealsClosed.count()
    unit, is_share = Unit.PERCENT, True
    example = Example(
        "40 deals close in May, 12 of them won. The 25 deals opened meanwhile are in neither number.", (12, 40), 30
    )


class AverageDeal(KPI):
    """What a deal won in the period was worth on average.

    Only won deals count on either side: a lost deal has no value to average.
    """

    formula = DealsClosed.total("won") / DealsClosed.count("won")
    unit = Unit.MONEY
    example = Example("The 12 deals won in May are worth 90,000 together.", (90_000, 12), 7500)


class SalesCycle(KPI):
    """The mean time from opening to winning, over the deals won in the period.

    A deal that was reopened runs from its first creation to its last closing.
    """

    formula = SalesCycles.total() / SalesCycles.count()
    unit, good, empty = Unit.DAYS, Good.DOWN, Reason.NO_EVENTS
    example = Example("Three deals are won in May, after 10, 20 and 60 days.", (timedelta(days=90), 3), 30)


class SalesCycleMedian(KPI):
    """The time from opening to winning that half of the deals won in the period did not exceed."""

    formula = SalesCycles.percentile(0.5)
    unit, good, empty = Unit.DAYS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Three deals are won in May, after 10, 20 and 60 days: the long one does not pull the middle.",
        ([timedelta(days=10), timedelta(days=20), timedelta(days=60)],),
        20,
    )


class StageTime(KPI):
    """The time half of the stays in a stage did not exceed, over the stays that ended in the period.

    A deal that comes back to a stage stays there a second time. Stages that were skipped have no stay.
    """

    formula = StageStays.percentile(0.5)
    unit, good, empty = Unit.DAYS, Good.DOWN, Reason.NO_EVENTS
    example = Example(
        "Four stays in “Proposal” end in May, after 2, 4, 6 and 20 days.",
        ([timedelta(days=2), timedelta(days=4), timedelta(days=6), timedelta(days=20)],),
        5,
    )


class StageTimeMean(KPI):
    """The mean length of the stays in a stage that ended in the period."""

    formula = StageStays.total() / StageStays.count()
    unit, good, empty = Unit.DAYS, Good.DOWN, Reason.NO_EVENTS
    example = Example("Four stays in “Proposal” end in May, after 2, 4, 6 and 20 days.", (timedelta(days=32), 4), 8)


class QuotaAttainment(KPI):
    """Of what sellers were asked to win in total contract value, the share they won.

    A quota is spread evenly over its days, so a part of a month is held against that part of its quota. A team's
    quota counts where none of its people has one of their own.
    """

    formula = DealsClosed.total("won") / Quotas.total()
    unit, empty = Unit.PERCENT, Reason.NOT_CONFIGURED
    example = Example("A seller wins 45,000 in the quarter, of the 60,000 asked for.", (45_000, 60_000), 75)


class QuotaAttainmentFirstYear(KPI):
    """Of what sellers were asked to win in first-year value, the share they won.

    A contract over three years counts for its first.
    """

    formula = FirstYearWins.total() / FirstYearQuotas.total()
    unit, empty = Unit.PERCENT, Reason.NOT_CONFIGURED
    example = Example(
        "A contract of 30,000 over three years counts 10,000, held against a quota of 40,000.", (10_000, 40_000), 25
    )


class Revenue(KPI):
    """What paid orders brought in after discounts and before tax, less the refunds of the same days.

    An order counts on the day it was placed, a refund on the day it was given: a late refund changes no earlier
    month.
    """

    formula = ProductsSold.total() - MoneyBack.total()
    unit = Unit.MONEY
    example = Example(
        "May's orders come to 50,000; 1,500 go back in May, some of it for orders of April.", (50_000, 1_500), 48_500
    )


class Orders(KPI):
    """How many paid orders were placed in the period."""

    formula = Purchases.count()
    example = Example("Nine orders are placed in May; one is cancelled before it is paid.", (8,), 8)


class AverageOrder(KPI):
    """What a paid order was worth on average, after discounts and before later refunds.

    Orders of nothing are left out.
    """

    title = "Average order value"
    formula = Purchases.total("charged") / Purchases.count("charged")
    unit = Unit.MONEY
    example = Example("Eight paid orders bring 600; a ninth, a free sample, is in neither number.", (600, 8), 75)


class PurchaseFrequency(KPI):
    """How many paid orders each customer who bought in the period placed, on average."""

    formula = Purchases.count() / Purchases.distinct()
    unit = Unit.NUMBER
    example = Example("Twelve orders come from eight customers.", (12, 8), 1.5)


class RepeatRate(KPI):
    """Of the customers who bought in the period, the share with two or more paid orders up to its end.

    By product line: of those who bought from it, the share with two or more orders of whatever line.
    """

    formula = LinesOfOrders.distinct(lifetime=2) / LinesOfOrders.distinct()
    unit, is_share = Unit.PERCENT, True
    example = Example("Of the eight customers who buy in May, two had bought before or buy twice.", (2, 8), 25)


class GrossMargin(KPI):
    """What is left of sales after what the products cost us, as a share of those sales.

    Only order lines whose cost is known count, on both sides.
    """

    formula = (ProductsSold.total("costed") - ProductCosts.total()) / ProductsSold.total("costed")
    unit, empty = Unit.PERCENT, Reason.NOT_CONFIGURED
    example = Example(
        "Products sold for 10,000 cost us 6,500. Others sold for 2,000 have no known cost and are left out.",
        (10_000, 6_500),
        35,
    )
