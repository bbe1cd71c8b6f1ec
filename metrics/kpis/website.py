"""What people do on the website and with our campaigns."""

from metrics.language import KPI, MONTHS_AND_UP, Example, Good, Grain, Unit
from metrics.listed import Different, Members
from metrics.measures.website import (
    CART_WINDOW,
    ORDER_WINDOW,
    RESPONSE_WINDOW,
    Carts,
    ListJoins,
    ListLeaves,
    MailsDelivered,
    Sessions,
)

DAYS_AND_UP = (Grain.DAY, Grain.WEEK, *MONTHS_AND_UP)


class SessionConversion(KPI):
    """Of the visits to the website, the share in which somebody did something we hoped for.

    Signing up, downloading, buying: whatever is noted as a key event. A visit counts once, however much was done in
    it, and on the day it started. Bots and visitors who did not agree to be counted are left out on both sides.
    """

    formula = Sessions.count("with_a_key_event") / Sessions.count()
    unit, is_share, grains = Unit.PERCENT, True, DAYS_AND_UP
    example = Example("1,000 visits of May; in 50 of them somebody signs up or buys.", (50, 1_000), 5)


class SessionPurchases(KPI):
    """Of the visits to the website, the share in which somebody bought.

    Key events named purchase, bought, order or Kauf say so, in whatever case.
    """

    title = "Session conversion to purchase"
    formula = Sessions.count("with_a_purchase") / Sessions.count()
    unit, is_share, grains = Unit.PERCENT, True, DAYS_AND_UP
    example = Example("1,000 visits of May; in 20 of them somebody buys, in 10 of these twice.", (20, 1_000), 2)


class VisitorConversion(KPI):
    """Of the people who visited the website, the share that did something we hoped for in one of their visits."""

    formula = Different(Sessions, "visitors", "with_a_key_event") / Different(Sessions, "visitors")
    unit, is_share, grains = Unit.PERCENT, True, DAYS_AND_UP
    example = Example("10,000 people come in May; 500 of them sign up or buy.", (500, 10_000), 5)


class VisitsToOrders(KPI):
    """Of the visits to the website, the share that led to a paid order within seven days.

    An order belongs to the last visit of its customer before it, and a visit counts once, however many orders follow.
    Visits of people we do not know cannot lead to an order we know of.
    """

    title = "Visits leading to an order"
    formula = Sessions.count("followed_by_an_order") / Sessions.count()
    unit, is_share, matures, grains = Unit.PERCENT, True, ORDER_WINDOW, DAYS_AND_UP
    example = Example("Of three visits two are followed by an order within the week.", (2, 3), 66.7)


class EmailChurn(KPI):
    """Of the addresses on mailing lists at the start of the period, the share no longer there at its end.

    Unsubscribed, bounced for good, or complained. Who comes back within the period has not left. An address on two
    lists counts on each.
    """

    title = "E-mail subscriber churn"
    formula = Members(ListJoins, ListLeaves, "addresses", only_gone=True) / Members(ListJoins, ListLeaves, "addresses")
    unit, good, is_share, grains = Unit.PERCENT, Good.DOWN, True, MONTHS_AND_UP
    example = Example("Of 10,000 addresses on 1 May 150 are gone by 31 May.", (150, 10_000), 1.5)


class EmailSubscribers(KPI):
    """How many addresses are on mailing lists at the end of the period, each once a list."""

    title = "E-mail subscribers"
    formula = ListJoins.stock() + ListLeaves.stock()
    example = Example("12,000 addresses joined until the end of May, 2,000 of them left.", (12_000, -2_000), 10_000)


class CartAbandonment(KPI):
    """Of the carts begun in the period, the share without an order within 24 hours of their last activity."""

    formula = Carts.count("abandoned") / Carts.count()
    unit, good, is_share, matures, grains = Unit.PERCENT, Good.DOWN, True, CART_WINDOW, DAYS_AND_UP
    example = Example("2,500 carts of May are left, 650 are bought.", (2_500, 3_150), 79.4)


class CartRecovery(KPI):
    """Of the carts left in the period, the share bought later after all."""

    formula = Carts.count("recovered") / Carts.count("abandoned")
    unit, is_share, matures, grains = Unit.PERCENT, True, CART_WINDOW, DAYS_AND_UP
    example = Example("50 of 2,500 abandoned carts are bought days later.", (50, 2_500), 2)


class CampaignResponseRate(KPI):
    """Of the recipients campaigns reached in the period, the share that responded within 14 days.

    Bounces are not reached; several clicks of one recipient count once.
    """

    formula = MailsDelivered.count("responded") / MailsDelivered.count()
    unit, is_share, matures, grains = Unit.PERCENT, True, RESPONSE_WINDOW, (Grain.WEEK, *MONTHS_AND_UP)
    example = Example("200 mails arrive, 80 people answer.", (80, 200), 40)
