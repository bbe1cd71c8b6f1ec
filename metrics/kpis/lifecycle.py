"""Winning customers, keeping them, and what they are worth."""

from metrics.kpis.marketing import CAC
from metrics.kpis.sales import GrossMargin
from metrics.language import KPI, MONTHS_AND_UP, Cohort, Example, Good, Kept, Reason, Unit
from metrics.measures.lifecycle import ActiveBuyers as Buyers
from metrics.measures.lifecycle import ActiveCustomers as Subscribers
from metrics.measures.lifecycle import MRRMovements, MRRRevaluations
from metrics.measures.lifecycle import NewCustomers as Newcomers
from metrics.measures.lifecycle import PayingCustomers as Payers
from metrics.periods import Period, months_before, trailing


class NewCustomers(KPI):
    """How many customers paid for the first time: first paid order or first recurring revenue.

    Somebody who comes back is not new, and a free trial is not yet a customer.
    """

    formula = Newcomers.count()
    example = Example("In May four customers pay for the first time, and one who left in March comes back.", (4,), 4)


class ActiveCustomers(KPI):
    """How many customers subscribe at the end of the period; one pausing for up to 90 days still does."""

    formula = Subscribers.stock()
    example = Example(
        "At the end of May 41 customers subscribe; one more has paused for six months and no longer counts.", (41,), 41
    )


class ActiveBuyers(KPI):
    """How many customers placed a paid order within the 365 days that end with the period."""

    formula = Buyers.stock()
    example = Example("At the end of May 120 customers have a paid order of the last 365 days.", (120,), 120)


class ChurnRate(KPI):
    """Of the customers who subscribed at the start of the period, the share no longer there at its end.

    Who leaves and returns within the period has not churned; who comes and goes within it was never in the count.
    Ending one of several subscriptions is not churn. Churn and retention add up to one.
    """

    formula = Subscribers.kept(Kept.LEFT) / Subscribers.kept(Kept.STARTERS)
    unit, good, grains, is_share = Unit.PERCENT, Good.DOWN, MONTHS_AND_UP, True
    example = Example(
        "50 customers subscribe when May begins; 2 of them do not when it ends. Who came in May is in neither.",
        (2, 50),
        4,
    )


class RetentionRate(KPI):
    """Of the customers who subscribed at the start of the period, the share still there at its end."""

    formula = Subscribers.kept(Kept.STAYED) / Subscribers.kept(Kept.STARTERS)
    unit, grains, is_share = Unit.PERCENT, MONTHS_AND_UP, True
    example = Example("50 customers subscribe when May begins, and 48 of those still do when it ends.", (48, 50), 96)


class MRR(KPI):
    """What subscriptions bring in a month, at the end of the period.

    Yearly prices count a twelfth, lasting discounts are taken off, trials and paused subscriptions count nothing. MRR
    in another currency is valued anew at each month's end; what that alone changes is its own movement, "FX".
    """

    title = "MRR"
    formula = MRRMovements.stock() + MRRRevaluations.stock()
    unit = Unit.MONEY
    example = Example(
        "One pays 100 a month, another 1,200 a year, a third 80 dollars: 70 when booked, 72 now.",
        (270, 2),
        272,
    )


class ARR(KPI):
    """Twelve times the MRR at the end of the period."""

    title = "ARR"
    formula = 12 * (MRRMovements.stock() + MRRRevaluations.stock())
    unit = Unit.MONEY
    example = Example("MRR stands at 272 when May ends.", (270, 2), 3_264)


class NewMRR(KPI):
    """MRR of customers who never had any before."""

    formula = MRRMovements.total("new")
    unit = Unit.MONEY
    example = Example("Two customers who never had a subscription begin in May, at 100 and 150 a month.", (250,), 250)


class ExpansionMRR(KPI):
    """What the MRR of existing customers grew by: more seats, higher plans, further subscriptions."""

    formula = MRRMovements.total("expansion")
    unit = Unit.MONEY
    example = Example("A customer goes from 5 seats to 8, at 20 a seat.", (60,), 60)


class ContractionMRR(KPI):
    """What the MRR of customers who stay shrank by, as a negative amount."""

    formula = MRRMovements.total("contraction")
    unit = Unit.MONEY
    example = Example("A customer goes from 8 seats to 6, at 20 a seat.", (-40,), -40)


class ChurnedMRR(KPI):
    """MRR of customers whose last subscription ended, as a negative amount, on the day service ends."""

    formula = MRRMovements.total("churn")
    unit = Unit.MONEY
    example = Example(
        "A customer with 120 a month gives notice in April; service ends on 15 May, and so it counts in May.",
        (-120,),
        -120,
    )


class ReactivationMRR(KPI):
    """MRR of customers who had left and came back."""

    formula = MRRMovements.total("reactivation")
    unit = Unit.MONEY
    example = Example("A customer who left a year ago begins again at 90 a month.", (90,), 90)


class PausedMRR(KPI):
    """MRR of subscriptions put on pause, as a negative amount."""

    formula = MRRMovements.total("pause")
    unit = Unit.MONEY
    example = Example("A subscription of 75 a month goes on pause on 3 May.", (-75,), -75)


class ResumedMRR(KPI):
    """MRR of subscriptions that go on after a pause."""

    formula = MRRMovements.total("resume")
    unit = Unit.MONEY
    example = Example("The subscription of 75 a month goes on in July.", (75,), 75)


class TransferMRR(KPI):
    """MRR that moved from one plan, owner or segment to another; nothing in all, and what moved in each cut."""

    formula = MRRMovements.total("transfer")
    unit, good = Unit.MONEY, Good.TARGET
    example = Example(
        "A customer with 200 a month changes owner: one has 200 less, the other 200 more, in all nothing moves.",
        (0,),
        0,
    )


class FxMRR(KPI):
    """What standing MRR gained or lost by exchange rates alone."""

    title = "FX on MRR"
    formula = MRRRevaluations.total()
    unit, good = Unit.MONEY, Good.TARGET
    example = Example("Standing MRR of 80 dollars is worth 72 at the end of April and 74 at the end of May.", (2,), 2)


class NetNewMRR(KPI):
    """What MRR grew by in the period, exchange rates aside."""

    formula = MRRMovements.total()
    unit = Unit.MONEY
    example = Example("250 new, 60 expansion, 40 contraction and 120 churn.", (150,), 150)


class QuickRatio(KPI):
    """How many times MRR won makes up for MRR lost: new, expansion and reactivation over churn and contraction."""

    formula = (MRRMovements.total("new") + MRRMovements.total("expansion") + MRRMovements.total("reactivation")) / (
        0 - (MRRMovements.total("churn") + MRRMovements.total("contraction"))
    )
    unit, grains, empty = Unit.TIMES, MONTHS_AND_UP, Reason.NO_LOSSES
    example = Example(
        "250 new, 60 expansion and 10 reactivation are won; 120 churn and 40 contraction are lost.",
        (250, 60, 10, -120, -40),
        2,
    )


def _mrr(figure: Kept) -> Cohort:
    return Cohort((MRRMovements, MRRRevaluations), figure)


class GRR(KPI):
    """Of the MRR at the start of the period, the share still there at its end, growth left out.

    Customer by customer the lower of both ends counts, so it is never above one, nor above NRR.
    """

    title = "Gross revenue retention"
    formula = _mrr(Kept.LOWER_SUM) / _mrr(Kept.START_SUM)
    unit, grains = Unit.PERCENT, MONTHS_AND_UP
    example = Example(
        "Two customers begin May with 100 each. One grows to 150, the other shrinks to 60: 100 and 60 are kept.",
        (160, 200),
        80,
    )


class NRR(KPI):
    """What the customers of the start of the period bring in at its end, as a share of what they did then."""

    title = "Net revenue retention"
    formula = _mrr(Kept.END_SUM) / _mrr(Kept.START_SUM)
    unit, grains = Unit.PERCENT, MONTHS_AND_UP
    example = Example(
        "Two customers begin May with 100 each. One grows to 150, the other shrinks to 60.", (210, 200), 105
    )


class BridgeNew(KPI):
    """MRR at the end of the period of customers who had none before it: the bridge compares customers at both ends.

    Movements count every change on its day; the bridge counts each customer once a period.
    """

    title = "Bridge: new MRR"
    formula = _mrr(Kept.CAME)
    unit, grains = Unit.MONEY, MONTHS_AND_UP
    example = Example("A first-time customer begins at 100 on 4 May and has 130 when May ends.", (130,), 130)


class BridgeReactivation(KPI):
    """MRR at the end of the period of customers who had none at its start, but had once."""

    title = "Bridge: reactivated MRR"
    formula = _mrr(Kept.RETURNED)
    unit, grains = Unit.MONEY, MONTHS_AND_UP
    example = Example("A customer who left a year ago has 90 when May ends.", (90,), 90)


class BridgeExpansion(KPI):
    """What customers who had MRR at both ends of the period grew by, where they grew."""

    title = "Bridge: expansion"
    formula = _mrr(Kept.GREW)
    unit, grains = Unit.MONEY, MONTHS_AND_UP
    example = Example("A customer has 100 when May begins and 150 when it ends.", (50,), 50)


class BridgeContraction(KPI):
    """What customers who had MRR at both ends of the period shrank by, where they shrank."""

    title = "Bridge: contraction"
    formula = _mrr(Kept.SHRANK)
    unit, good, grains = Unit.MONEY, Good.DOWN, MONTHS_AND_UP
    example = Example("A customer has 100 when May begins and 60 when it ends.", (40,), 40)


class BridgeChurn(KPI):
    """What customers without MRR at the end of the period had at its start."""

    title = "Bridge: churned MRR"
    formula = _mrr(Kept.LOST)
    unit, good, grains = Unit.MONEY, Good.DOWN, MONTHS_AND_UP
    example = Example("A customer has 120 when May begins and nothing when it ends.", (120,), 120)


class ARPA(KPI):
    """MRR for each customer who brings in any, at the end of the period; a customer who pauses brings in none."""

    title = "Revenue per account"
    formula = MRR.formula / Payers.stock()
    unit = Unit.MONEY
    example = Example("41 customers bring 8,200 a month when May ends; one more pauses.", (8_200, 0, 41), 200)


def _six_months_before(period: Period) -> list[Period]:
    return months_before(period, 6)


def _last_year(period: Period) -> list[Period]:
    return [trailing(period, 365)]


# What is sold is not sold on a plan.
MARGIN = GrossMargin.formula.over(_last_year).in_all()


class LTV(KPI):
    """What a subscribing customer brings in over their time with us, after product costs.

    Revenue per account, times the gross margin of the last 365 days, divided by the monthly churn of the six whole
    months before. Without churn in those months there is no end to divide by, and no value. Sales are not made on a
    plan, so by plan the margin is that of all.
    """

    title = "Customer lifetime value"
    formula = (ARPA.formula * MARGIN) / ChurnRate.formula.over(_six_months_before)
    unit, grains, empty = Unit.MONEY, MONTHS_AND_UP, Reason.NO_LOSSES
    example = Example(
        "40 customers bring 20,000 a month, three quarters of sales are margin, and 6 of 240 left in six months.",
        (20_000, 0, 40, 100_000, 25_000, 6, 240),
        15_000,
    )


class LTVToCAC(KPI):
    """How many times the lifetime value of a customer covers what it cost to win one."""

    title = "LTV to CAC"
    formula = LTV.formula / CAC.formula
    unit, grains = Unit.TIMES, MONTHS_AND_UP
    example = Example(
        "A customer is worth 15,000; winning eight of them cost 40,000.",
        (20_000, 0, 40, 100_000, 25_000, 6, 240, 40_000, 8),
        3,
    )
