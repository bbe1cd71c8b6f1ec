"""What a customer costs to win and is worth to have."""

from datetime import timedelta
from fractions import Fraction

from django.conf import settings

from metrics.kpis.lifecycle import ARPA, LTV, RetentionRate
from metrics.kpis.marketing import CAC
from metrics.kpis.sales import GrossMargin, Revenue
from metrics.language import KPI, MONTHS_AND_UP, Example, Good, Node, Reason, Unit, node
from metrics.listed import Lasting, Rank, Ranked, Seen
from metrics.measures.lifecycle import ActiveBuyers as Buyers
from metrics.measures.lifecycle import ActiveCustomers as Subscribers
from metrics.measures.lifecycle import MRRMovements, MRRRevaluations
from metrics.measures.lifecycle import NewCustomers as Newcomers
from metrics.measures.lifetimes import LifetimesExpected
from metrics.measures.marketing import Costs
from metrics.measures.newcomers import NewcomerRefunds, NewcomerSales
from metrics.measures.sales import LinesOfOrders, MoneyBack, ProductsSold, Purchases
from metrics.periods import Period, just_before, last_month_over, trailing, year_before

LAG = timedelta(days=settings.CAC_LAG_DAYS)


def _last_year(period: Period) -> list[Period]:
    return [trailing(period, 365)]


KEPT = RetentionRate.formula.over(_last_year)


def growth(formula: Node, since: Node) -> Node:
    """What a formula grew by since then, as a share of what it was."""
    return (formula - since) / since


def _as_long_ago(period: Period) -> list[Period]:
    """The same number of days, earlier by the time a lead takes to pay."""
    return [Period(period.start - LAG, period.end - LAG)]


class CACLagged(KPI):
    """What it cost to win one new customer, taking the costs of 30 days earlier: a lead takes time to pay.

    How many days is a setting of this installation; the median time to conversion is a good one.
    """

    title = "Customer acquisition cost, lagged"
    formula = Costs.total("acquisition").over(_as_long_ago) / Newcomers.count()
    unit, good, grains = Unit.MONEY, Good.DOWN, MONTHS_AND_UP
    example = Example("From 1 April to 1 May 12,000 are spent; 8 customers pay first in May.", (12_000, 8), 1_500)


class CACPaid(KPI):
    """What campaigns cost for each new customer one of them brought.

    Only costs that name a campaign count, and only customers whose acquisition campaign is known.
    """

    title = "Customer acquisition cost, campaigns only"
    formula = Costs.total("campaigns") / Newcomers.count("by_campaign")
    unit, good, grains = Unit.MONEY, Good.DOWN, MONTHS_AND_UP
    needs = (Costs.total("campaigns"),)
    example = Example("Campaigns of 6,000 bring 5 customers.", (6_000, 5), 1_200)


class CACToCLV(KPI):
    """What it costs to win a customer as a share of their lifetime value."""

    title = "CAC to lifetime value"
    formula = CAC.formula / LTV.formula
    unit, good, grains = Unit.PERCENT, Good.DOWN, MONTHS_AND_UP
    example = Example(
        "It costs 5,000 to win a customer, who is worth 15,000.",
        (40_000, 8, 20_000, 0, 40, 100_000, 25_000, 6, 240),
        33.3,
    )


class CACPayback(KPI):
    """The months a customer's gross margin takes to bring back what it cost to win them."""

    title = "CAC payback"
    formula = CAC.formula / (ARPA.formula * GrossMargin.formula.over(_last_year))
    unit, good, grains = Unit.MONTHS, Good.DOWN, MONTHS_AND_UP
    example = Example(
        "It costs 1,500 to win a customer, who brings 200 a month, three quarters of it margin.",
        (12_000, 8, 8_000, 0, 40, 100_000, 25_000),
        10,
    )


class CLVMarginDiscounted(KPI):
    """What a subscribing customer's margin is worth today: a year's margin times r ÷ (1 + i − r).

    The year's margin is twelve times the revenue per account at the end of the period, times the gross margin of the
    last 365 days; r is the share of customers kept over these days, i the yearly discount rate of this installation.
    """

    title = "Lifetime value, discounted margin"
    formula = (
        12
        * ARPA.formula
        * GrossMargin.formula.over(_last_year)
        * (KEPT / (node(1 + Fraction(settings.DISCOUNT_RATE)) - KEPT))
    )
    unit, grains = Unit.MONEY, MONTHS_AND_UP
    example = Example(
        "A year's margin is 900, and 32 of 40 customers stay: 900 × 0.8 ÷ (0.2 + the discount rate).",
        (4_000, 0, 40, 100_000, 25_000, 32, 40),
        round(720 / (0.2 + float(settings.DISCOUNT_RATE)), 2),
    )


class CustomerValue(KPI):
    """Net revenue for each customer who bought in the period: average order times frequency, refunds taken off."""

    title = "Average customer value"
    formula = Revenue.formula / Purchases.distinct()
    unit, grains = Unit.MONEY, MONTHS_AND_UP
    example = Example("Orders of 100,000 from 500 customers, nothing refunded.", (100_000, 0, 500), 200)


class AverageOrderLine(KPI):
    """What an order brings in from one product line, over the orders that hold something of it.

    Cut it by product line. Uncut it is the mean over every line of every order, so less than the average order.
    """

    title = "Average order by product line"
    formula = LinesOfOrders.total("charged") / LinesOfOrders.count("charged")
    unit = Unit.MONEY
    example = Example("Ten orders of May hold hardware, for 4,000 together.", (4_000, 10), 400)


class SalesGrowth(KPI):
    """What revenue grew by against the period before, as a share of it.

    A running month is compared with as many days of the month before. Before that there must be revenue to grow from.
    """

    formula = growth(Revenue.formula, Revenue.formula.over(just_before))
    unit = Unit.PERCENT
    example = Example("110,000 in May after 100,000 in April, nothing refunded.", (110_000, 0, 100_000, 0), 10)


class SalesGrowthYear(KPI):
    """What revenue grew by against the same days a year before, as a share of it."""

    title = "Sales growth, year on year"
    formula = growth(Revenue.formula, Revenue.formula.over(year_before))
    unit = Unit.PERCENT
    example = Example("120,000 this May after 100,000 last May, nothing refunded.", (120_000, 0, 100_000, 0), 20)


class RevenueNewCustomers(KPI):
    """What new customers brought in, less their refunds of the same days.

    Of somebody who simply buys, the first order counts; of a subscriber, every order within 30 days of their start.
    """

    title = "Revenue from new customers"
    formula = NewcomerSales.total() - NewcomerRefunds.total()
    unit = Unit.MONEY
    example = Example("First orders of May bring in 9,000; 400 of it goes back.", (9_000, 400), 8_600)


class ARPU(KPI):
    """Net revenue for each customer active in the period: who bought, or had recurring revenue at any time of it.

    Recurring revenue itself is not in it; revenue per account is. By product line, customers of a line are those who
    bought from it or subscribe to a plan of it.
    """

    title = "Revenue per active customer"
    formula = Revenue.formula / Seen((ProductsSold,), (MRRMovements, MRRRevaluations))
    unit, grains = Unit.MONEY, MONTHS_AND_UP
    example = Example("Orders of 10,000, 500 refunded, from 80 active customers.", (10_000, 500, 80), 118.75)


class ParetoShare(KPI):
    """Of net revenue, the share the top fifth of the buyers brought in.

    Of 33 buyers the top fifth is 7: it is rounded up. Neither high nor low is good in itself.
    """

    title = "Revenue from the top fifth"
    formula = Ranked(ProductsSold, MoneyBack, Rank.TOP) / Revenue.formula
    unit, good, grains = Unit.PERCENT, Good.TARGET, MONTHS_AND_UP
    example = Example("The first 20 of 100 buyers bring in 8,000 of 10,000.", (8_000, 10_000, 0), 80)


class Gini(KPI):
    """How unequally revenue is spread over the buyers: 0 where all bring in the same, near 100 % where one does.

    The Gini coefficient of net revenue by customer.
    """

    title = "Revenue concentration (Gini)"
    formula = Ranked(ProductsSold, MoneyBack, Rank.TILT) / (
        Ranked(ProductsSold, MoneyBack, Rank.BUYERS) * Ranked(ProductsSold, MoneyBack, Rank.SUM)
    )
    unit, good, grains = Unit.PERCENT, Good.TARGET, MONTHS_AND_UP
    example = Example("Three buyers bring in 100, 200 and 300: 2 × 300 − 2 × 100, over 3 × 600.", (400, 3, 600), 22.2)


A_YEAR = 365 * 86_400
LIFE = Lasting((Subscribers, Buyers))


class CustomerLifespan(KPI):
    """How long customers stay, those still here included: from first purchase or subscription to the end of both.

    A purchase keeps somebody a customer for 365 days. Most lives are still running, so their mean is taken by Kaplan
    and Meier, up to the longest life known; the mean of those who left would be far too short.
    """

    formula = LIFE
    unit, grains, empty = Unit.DAYS, MONTHS_AND_UP, Reason.NO_EVENTS
    example = Example("All who left did so after 1,460 days.", ([timedelta(days=1_460)],), 1_460)


class CLVHistorical(KPI):
    """What a customer brings in over their time with us: net revenue by buyer of the last 365 days, times the years.

    The years are the customer lifespan, that of all customers where they have no such cut. What the products cost us
    is in it, and later money counts as much as today's.
    """

    title = "Lifetime value, from purchases"
    formula = Revenue.formula.over(_last_year) / LinesOfOrders.distinct().over(_last_year) * (LIFE.in_all() / A_YEAR)
    unit, grains = Unit.MONEY, MONTHS_AND_UP
    example = Example(
        "500 buyers bring in 100,000 in a year and stay for four.",
        (100_000, 0, 500, [timedelta(days=1_460)]),
        800,
    )


class CLVPredicted(KPI):
    """What the purchases a customer will make in the next five years are worth today, on the mean of all who bought.

    At the end of each month a model (BG/NBD) learns from all purchases until then how likely each customer is still
    one and how often they will buy; a second (Gamma-Gamma) what they will spend. Of that the gross margin of the year
    before counts, at the yearly discount rate of this installation. It takes 200 customers of whom 50 bought again. An
    estimate stays as it was made: what is put right later changes the next one.
    """

    title = "Lifetime value, predicted"
    formula = LifetimesExpected.total().over(last_month_over) / LifetimesExpected.distinct().over(last_month_over)
    unit, grains, empty = Unit.MONEY, MONTHS_AND_UP, Reason.TOO_FEW
    example = Example("All purchases to come of 400 customers are worth 60,000 today.", (60_000, 400), 150)
