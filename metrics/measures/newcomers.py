"""What customers buy while they are new, as facts."""

from metrics import dimensions as cut
from metrics.language import Measure
from metrics.measures.sales import LINE_CUTS
from sales.models import Order, OrderLine, Refund, Subscription


class NewcomerSales(Measure):
    """Lines of the orders customers placed while new: the first one, or any within 30 days of their subscribing."""

    rows = OrderLine.objects.of_newcomers
    model = Order
    told_by = (Subscription, Order)
    record, part = "order", "pk"
    clock = "order__placed_at"
    value = "net"
    currency = "order__currency"
    subject = "order__customer"
    by = (*LINE_CUTS, cut.LINE.at("product__line__code"), cut.PRODUCT.at("product"))
    leaves_out = "Orders not paid, and whatever customers buy once they are no longer new."


class NewcomerRefunds(Measure):
    """Refunds of the orders customers placed while new, dated the local day the money went back."""

    rows = Refund.objects.of_newcomers
    model = Order
    told_by = (Subscription, Order)
    record, part = "order", "pk"
    clock = "at"
    value = "net"
    currency = "order__currency"
    subject = "order__customer"
    by = (*LINE_CUTS, cut.LINE.at("line__product__line__code"), cut.PRODUCT.at("line__product"))
    leaves_out = "Refunds of what customers bought once they were no longer new."
