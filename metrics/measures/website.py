"""Visits to the website, carts, campaign mails and mailing lists as facts."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q

from customers.models import EmailSubscription, KeyEvent, Visit
from customers.querysets import PURCHASE
from metrics import dimensions as cut
from metrics.language import Measure
from sales.models import CampaignRecipient, Cart, Order
from sales.querysets import bought_since

CART_WINDOW = timedelta(days=1)
RESPONSE_WINDOW = timedelta(days=14)
ORDER_WINDOW = timedelta(days=7)
FROM_CUSTOMER = tuple(d for d in cut.CUSTOMER if d is not cut.COUNTRY)
EVENTS = KeyEvent.objects.filter(visit=OuterRef("pk"))


class Sessions(Measure):
    """Visits to the website, dated the local day each one started; the same visitor may come many times."""

    rows = Visit.objects.human().with_visitor
    told_by = (Visit, Order)  # An order is that of the last visit before it.
    record, part = "pk", "visitor"
    clock = "started_at"
    subject = "customer"
    marks = {
        "with_a_key_event": Q(Exists(EVENTS)),
        "with_a_purchase": Q(Exists(EVENTS.filter(PURCHASE))),
        "followed_by_an_order": Q(bought_since(ORDER_WINDOW)),
    }
    by = (
        cut.CHANNEL.at("channel"),
        cut.CAMPAIGN.at("campaign"),
        cut.LANDING.at("landing"),
        cut.COUNTRY.at("country"),
        cut.DEVICE.at("device"),
        *FROM_CUSTOMER,
    )
    leaves_out = "Bots, and visitors who did not agree to be counted."


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


LIST_CUTS = (cut.MAILING_LIST.at("mailing_list"), cut.CAMPAIGN.at("campaign"), *cut.CUSTOMER)


class ListJoins(Measure):
    """Addresses joining a mailing list, +1 on the day each did; with those that left they make who is on it."""

    rows = EmailSubscription.objects.with_address
    record, part = "pk", "address"
    clock = "subscribed_at"
    value = "one_more"
    subject = "customer"
    by = LIST_CUTS


class ListLeaves(Measure):
    """Addresses leaving a mailing list, −1 on the day each did: unsubscribed, bounced for good, or complained."""

    rows = EmailSubscription.objects.with_address().ended
    record, part = "pk", "address"
    clock, as_of = "ended_at", "subscribed_at"
    value = "one_less"
    subject = "customer"
    by = LIST_CUTS
    leaves_out = "Bounces that pass."
