"""Visits to the website, carts and campaign mails as facts."""

from datetime import timedelta

from django.db.models import F, Q

from metrics import dimensions as cut
from metrics.language import Measure
from sales.models import CampaignRecipient, Cart

CART_WINDOW = timedelta(days=1)
RESPONSE_WINDOW = timedelta(days=14)
FROM_CUSTOMER = tuple(d for d in cut.CUSTOMER if d is not cut.COUNTRY)


class Carts(Measure):
    """Shopping carts, dated the local day each was begun; several of one visitor count each."""

    rows = Cart.objects.all
    clock = "created_at"
    subject = "customer"
    marks = {
        "abandoned": Q(order=None) | Q(order__placed_at__gte=F("last_activity_at") + CART_WINDOW),
        "recovered": Q(order__placed_at__gte=F("last_activity_at") + CART_WINDOW),
    }
    by = (cut.CHANNEL.at("channel"), cut.COUNTRY.at("country"), cut.DEVICE.at("device"), *FROM_CUSTOMER)


class MailsDelivered(Measure):
    """Recipients a campaign reached, dated the local day it was sent to them; several clicks of one count once."""

    rows = CampaignRecipient.objects.delivered
    clock = "sent_at"
    subject = "customer"
    marks = {"responded": Q(responded_at__lt=F("sent_at") + RESPONSE_WINDOW)}
    by = (
        cut.CAMPAIGN.at("campaign__code"),
        cut.CHANNEL.at("campaign__channel"),
        cut.OWNER.at("campaign__owner"),
        *cut.PEOPLE,
        *cut.CUSTOMER,
    )
    leaves_out = "Addresses that bounced."
