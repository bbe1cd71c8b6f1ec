"""Deals, orders and quotas as facts."""

from django.db.models import Q

from metrics import dimensions as cut
from metrics.language import Elapsed, Measure
from sales.choices import DealKind, QuotaBasis
from sales.models import Deal, Order, OrderLine, Quota, Refund, StageChange
from sales.querysets import OPEN, WON

DEAL_CUTS = (
    cut.OWNER.at("credit"),
    *cut.PEOPLE,
    cut.LINE.at("product__line__code"),
    cut.PRODUCT.at("product"),
    cut.SOURCE.at("lead_source"),
    cut.CHANNEL.at("channel"),
    cut.CAMPAIGN.at("campaign__code"),
    cut.KIND.at("kind"),
    *cut.CUSTOMER,
)


class DealsClosed(Measure):
    """Deals won or lost, no duplicates, dated the local day each one closed, credited to its owner of that day."""

    rows = Deal.objects.with_credit().closed
    clock = "closed_at"
    value = "amount"
    currency = "currency"
    subject = "customer"
    marks = {
        "won": WON,
        "upsell": WON & Q(kind=DealKind.UPSELL),
        "cross_sell": WON & Q(kind=DealKind.CROSS_SELL),
    }
    by = (*DEAL_CUTS, cut.LOST_REASON.at("lost_reason"))
    leaves_out = "Deals still open, however long they lie."


class DealsCreated(Measure):
    """Deals that were a chance, dated the local day each one was opened."""

    rows = Deal.objects.with_credit().genuine
    clock = "created_at"
    value = "amount"
    currency = "currency"
    subject = "customer"
    marks = {"won": WON, "open": OPEN}
    by = DEAL_CUTS
    leaves_out = "Deals lost as duplicates of others."


class SalesCycles(Measure):
    """The time from creation to closing of each deal won, dated the day it closed."""

    rows = Deal.objects.with_credit().closed().won
    clock = "closed_at"
    value = Elapsed("created_at", "closed_at")
    subject = "customer"
    by = DEAL_CUTS
    leaves_out = "Deals lost, still open, or opened again."


class FirstYearWins(Measure):
    """The first-year value of each deal won, dated the day it closed."""

    rows = Deal.objects.with_credit().with_first_year().closed().won
    clock = "closed_at"
    value = "first_year"
    currency = "currency"
    subject = "customer"
    by = DEAL_CUTS
    leaves_out = "Deals lost, still open, or opened again."


class StageStays(Measure):
    """Stays of deals in an open stage, dated the day each one ended; a deal that comes back stays again."""

    rows = StageChange.objects.genuine().ended().working
    model = Deal
    record, part = "deal", "pk"
    clock = "left_at"
    value = Elapsed("at", "left_at")
    subject = "deal__customer"
    by = (
        cut.STAGE.at("to_stage"),
        cut.OWNER.at("owner"),
        *cut.PEOPLE,
        cut.LINE.at("deal__product__line__code"),
        *cut.CUSTOMER,
    )
    leaves_out = "Stays that last, stages of won and lost, and deals lost as duplicates."


class Quotas(Measure):
    """What sellers are asked to win in total contract value, spread evenly over the days of each quota."""

    rows = Quota.objects.binding().filter(basis=QuotaBasis.TOTAL).all
    clock, through = "starts_on", "ends_on"
    value = "amount"
    currency = "currency"
    by = (cut.OWNER.at("owner"), cut.TEAM.at("team"))
    narrow = False
    leaves_out = "The quota of a team while one of its people has one of their own."


class FirstYearQuotas(Measure):
    """What sellers are asked to win in first-year value, spread evenly over the days of each quota."""

    rows = Quota.objects.binding().filter(basis=QuotaBasis.FIRST_YEAR).all
    clock, through = "starts_on", "ends_on"
    value = "amount"
    currency = "currency"
    by = (cut.OWNER.at("owner"), cut.TEAM.at("team"))
    narrow = False
    leaves_out = "The quota of a team while one of its people has one of their own."


# The plan somebody is on who buys, and the month they were won in.
STANDING = (cut.PLAN.told_by("active_customers"), cut.COHORT.told_by("new_customers"))


class Purchases(Measure):
    """Paid orders, dated the local day each was placed, at their net value after discounts and before refunds."""

    rows = Order.objects.with_net().paid
    clock = "placed_at"
    value = "net"
    currency = "currency"
    subject = "customer"
    marks = {"charged": Q(net__gt=0)}
    by = (
        cut.OWNER.at("owner"),
        *cut.PEOPLE,
        cut.CHANNEL.at("channel"),
        cut.CAMPAIGN.at("campaign__code"),
        *STANDING,
        *cut.CUSTOMER,
    )
    leaves_out = "Orders that wait for payment, were cancelled before it, or are void."


LINE_CUTS = (
    cut.OWNER.at("order__owner"),
    *cut.PEOPLE,
    cut.CHANNEL.at("order__channel"),
    cut.CAMPAIGN.at("order__campaign__code"),
    *STANDING,
    *cut.CUSTOMER,
)


class ProductsSold(Measure):
    """Lines of paid orders at their net value, dated the local day the order was placed."""

    rows = OrderLine.objects.paid
    model = Order
    record, part = "order", "pk"
    clock = "order__placed_at"
    value = "net"
    currency = "order__currency"
    subject = "order__customer"
    marks = {"costed": Q(cost__isnull=False)}
    by = (*LINE_CUTS, cut.LINE.at("product__line__code"), cut.PRODUCT.at("product"))
    leaves_out = "Tax and shipping; orders that wait for payment, were cancelled before it, or are void."


class LinesOfOrders(Measure):
    """What each paid order holds of a product line, at its net value, dated the local day the order was placed."""

    rows = OrderLine.objects.by_product_line
    model = Order
    record, part = "order", "pk"
    clock = "order__placed_at"
    value = "together"
    currency = "order__currency"
    subject = "order__customer"
    marks = {"charged": Q(together__gt=0)}
    by = (*LINE_CUTS, cut.LINE.at("product__line__code"))
    leaves_out = "Orders that wait for payment, were cancelled before it, or are void."


class ProductCosts(Measure):
    """What the products on paid orders cost us, where it is known, dated the day the order was placed."""

    rows = OrderLine.objects.paid().filter(cost__isnull=False).all
    model = Order
    record, part = "order", "pk"
    clock = "order__placed_at"
    value = "cost"
    currency = "order__currency"
    subject = "order__customer"
    by = (*LINE_CUTS, cut.LINE.at("product__line__code"), cut.PRODUCT.at("product"))
    leaves_out = "Lines whose cost nobody entered."


class MoneyBack(Measure):
    """Refunds of paid orders, dated the local day the money went back."""

    rows = Refund.objects.paid
    model = Order
    record, part = "order", "pk"
    clock = "at"
    value = "net"
    currency = "order__currency"
    subject = "order__customer"
    by = (*LINE_CUTS, cut.LINE.at("line__product__line__code"), cut.PRODUCT.at("line__product"))
    leaves_out = "Refunds of orders that do not count themselves."
