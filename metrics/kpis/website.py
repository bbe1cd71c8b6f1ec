"""What people do on the website and with our campaigns."""

from metrics.language import KPI, MONTHS_AND_UP, Example, Good, Grain, Unit
from metrics.measures.website import CART_WINDOW, RESPONSE_WINDOW, Carts, MailsDelivered

DAYS_AND_UP = (Grain.DAY, Grain.WEEK, *MONTHS_AND_UP)


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
