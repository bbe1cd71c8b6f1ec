"""What campaigns brought in, as facts."""

from django.db.models import Q

from metrics import dimensions as cut
from metrics.language import Measure
from sales.models import Attribution, Lead, Order, Touch

CREDITS = {credit: Q(credit=credit) for credit in ("first", "last", "linear")}
ATTRIBUTION_CUTS = (cut.CAMPAIGN.at("campaign__code"), cut.CHANNEL.at("channel"), *cut.CUSTOMER)


class AttributedMargin(Measure):
    """The gross margin of each paid order, owed to touches of the 90 days before it, and what refunds took of it.

    An order counts on the day it was placed, a refund on the day the money went back; what the products cost us stays
    spent.
    """

    rows = Attribution.objects.all
    model = Order
    told_by = (Order, Touch, Lead)
    record, part = "order", "id"
    clock = "at"
    value = "margin"
    currency = "currency"
    subject = "customer"
    marks = CREDITS
    by = ATTRIBUTION_CUTS
    leaves_out = "Orders nobody was touched before, and order lines whose cost is not known."


class AttributedRevenue(Measure):
    """The net value of each paid order, owed to the touches of the 90 days before it, and what refunds took of it.

    An order counts on the day it was placed, a refund on the day the money went back.
    """

    rows = Attribution.objects.all
    model = Order
    told_by = (Order, Touch, Lead)
    record, part = "order", "id"
    clock = "at"
    value = "revenue"
    currency = "currency"
    subject = "customer"
    marks = CREDITS
    by = ATTRIBUTION_CUTS
    leaves_out = "Orders nobody was touched before."
