"""What it takes to keep customers, and what they go on with."""

from metrics.kpis.lifecycle import MRR
from metrics.language import KPI, MONTHS_AND_UP, Example, Good, Grain, Kept, Unit
from metrics.listed import Acted
from metrics.measures.growth import LinesBought, LinesSubscribed, SubscriptionRaises
from metrics.measures.lifecycle import ActiveCustomers as Subscribers
from metrics.measures.lifecycle import MRRMovements
from metrics.measures.marketing import Costs
from metrics.measures.retention import ANSWER_WINDOW, TERM_GRACE, MRRKept, MRRRenewed, OffersMade, TermsEnding
from metrics.measures.sales import DealsClosed
from metrics.periods import opening

OPENING_MRR = MRR.formula.over(opening)


class RetentionTextbook(KPI):
    """The formula of many textbooks: customers at the end, less the new ones, as a share of those at the start.

    It differs from the retention rate where customers come back, or come and go within the period: who returns
    counts as kept, and a new one who leaves again counts as lost.
    """

    title = "Retention, textbook formula"
    formula = (Subscribers.stock() - MRRMovements.distinct("new")) / Subscribers.stock().over(opening)
    unit, grains = Unit.PERCENT, MONTHS_AND_UP
    example = Example("200 customers on 1 May, 220 on 31 May, 40 of them new.", (220, 40, 200), 90)


class GrossMRRChurn(KPI):
    """What the period took from MRR by customers leaving or paying less, as a share of MRR at its start."""

    title = "Gross MRR churn"
    formula = (0 - (MRRMovements.total("churn") + MRRMovements.total("contraction"))) / OPENING_MRR
    unit, good, grains = Unit.PERCENT, Good.DOWN, MONTHS_AND_UP
    example = Example("Of 100 at the start 10 leave and 10 shrink away.", (-10, -10, 60, 40), 20)


class NetMRRChurn(KPI):
    """Gross MRR churn less what existing and returning customers added, as a share of MRR at the start.

    Below zero, growth of those who were there outweighs what was lost.
    """

    title = "Net MRR churn"
    formula = (
        0
        - (
            MRRMovements.total("churn")
            + MRRMovements.total("contraction")
            + MRRMovements.total("expansion")
            + MRRMovements.total("reactivation")
        )
    ) / OPENING_MRR
    unit, good, grains = Unit.PERCENT, Good.DOWN, MONTHS_AND_UP
    example = Example("Of 100 at the start 10 leave, 10 shrink away, 10 are added.", (-10, -10, 10, 0, 100, 0), 10)


class RenewalRate(KPI):
    """Of the contract terms that ended in the period, the share renewed by 30 days after their end.

    A term counts on the day it ends, however early it was renewed. Renewed for less is renewed. Who pays from month
    to month is not counted: that is churn or none.
    """

    formula = TermsEnding.count("renewed") / TermsEnding.count()
    unit, grains, is_share, matures = Unit.PERCENT, MONTHS_AND_UP, True, TERM_GRACE
    example = Example("1,000 yearly contracts end in May; 900 are renewed.", (900, 1_000), 90)


class RenewalRateValue(KPI):
    """Of the MRR of terms that ended in the period, the share that goes on, growth left out."""

    title = "Renewal rate by value"
    formula = MRRKept.total() / TermsEnding.total()
    unit, grains, matures = Unit.PERCENT, MONTHS_AND_UP, TERM_GRACE
    example = Example("Of terms worth 1,000 a month 850 go on; what they grew by is left out.", (850, 1_000), 85)


class RenewalRateNet(KPI):
    """What renewed terms go on with, growth included, as a share of the MRR of all terms that ended."""

    title = "Renewal rate by value, net"
    formula = MRRRenewed.total() / TermsEnding.total()
    unit, grains, matures = Unit.PERCENT, MONTHS_AND_UP, TERM_GRACE
    example = Example("Of terms worth 1,000 a month those renewed go on at 1,050.", (1_050, 1_000), 105)


class RetentionCost(KPI):
    """What was spent on keeping customers, for each subscribing customer kept from start to end of the period.

    Customer success, account management, loyalty and win-back. Read it together with the retention rate.
    """

    formula = Costs.total("retention") / Subscribers.kept(Kept.STAYED)
    unit, good, grains = Unit.MONEY, Good.DOWN, MONTHS_AND_UP
    needs = (Costs.total("retention"),)
    example = Example("4,500 in May keep 90 customers.", (4_500, 90), 50)


class UpsellRate(KPI):
    """Of the customers who subscribed at the start of the period, the share that took more of what they had.

    More seats or a higher plan, or an upsell deal won, counts once a customer. A price we raised ourselves is none.
    """

    formula = Acted((Subscribers,), ((SubscriptionRaises, ""), (DealsClosed, "upsell"))) / Subscribers.kept(
        Kept.STARTERS
    )
    unit, grains, is_share = Unit.PERCENT, MONTHS_AND_UP, True
    example = Example("Of 200 customers of 1 May 10 take more seats and 2 a larger licence.", (12, 200), 6)


class CrossSellRate(KPI):
    """Of the customers who subscribed at the start of the period, the share that took something new to them.

    A product line they had not, bought or subscribed to, or a cross-sell deal won.
    """

    title = "Cross-sell rate"
    formula = Acted(
        (Subscribers,), ((DealsClosed, "cross_sell"), (LinesBought, ""), (LinesSubscribed, ""))
    ) / Subscribers.kept(Kept.STARTERS)
    unit, grains, is_share = Unit.PERCENT, MONTHS_AND_UP, True
    example = Example("Of 200 customers of 1 May 8 buy from a line they did not have.", (8, 200), 4)


class OfferAcceptance(KPI):
    """Of the offers made to customers in the period, the share accepted within 30 days."""

    formula = OffersMade.count("accepted") / OffersMade.count()
    unit, is_share, matures = Unit.PERCENT, True, ANSWER_WINDOW
    grains = (Grain.WEEK, *MONTHS_AND_UP)
    example = Example("500 customers are offered more; 250 take it.", (250, 500), 50)
