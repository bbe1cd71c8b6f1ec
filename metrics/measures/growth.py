"""What customers take on top of what they have, and who sells it to them, as facts."""

from customers.models import TeamMembership
from metrics import dimensions as cut
from metrics.language import Measure
from metrics.measures.sales import LINE_CUTS
from sales.models import Order, OrderLine, Subscription, SubscriptionEvent
from sales.querysets import sells


class SubscriptionRaises(Measure):
    """Changes after which a running subscription is worth more: more seats, a higher plan."""

    rows = SubscriptionEvent.objects.raises
    model = Subscription
    record, part = "subscription", "pk"
    clock = "at"
    subject = "subscription__customer"
    by = (cut.PLAN.at("plan"), cut.OWNER.at("owner"), *cut.PEOPLE, *cut.CUSTOMER)
    leaves_out = "Prices we raised ourselves (reason: price), resumed pauses, and new subscriptions."


class LinesBought(Measure):
    """Order lines of a product line new to their customer, dated the local day the order was placed."""

    rows = OrderLine.objects.of_new_lines
    model = Order
    told_by = (Subscription, Order)
    record, part = "order", "pk"
    clock = "order__placed_at"
    subject = "order__customer"
    by = (*LINE_CUTS, cut.LINE.at("product__line__code"))
    leaves_out = "Product lines the customer had already."


class LinesSubscribed(Measure):
    """Subscriptions to a product line new to their customer, dated the local day each one started."""

    rows = Subscription.objects.of_new_lines
    told_by = (Subscription, Order)
    clock = "started_at"
    subject = "customer"
    by = (
        cut.PLAN.at("plan"),
        cut.OWNER.at("owner"),
        *cut.PEOPLE,
        cut.LINE.at("plan__product__line__code"),
        *cut.CUSTOMER,
    )
    leaves_out = "Product lines the customer had already."


class RepsJoined(Measure):
    """People with deals of their own joining a team, +1 on their first day; with those that left: who sells."""

    rows = TeamMembership.objects.with_steps().filter(sells()).all
    narrow = False  # A first deal makes a seller of somebody who was in the team before.
    clock = "joined_on"
    value = "one_more"
    by = (cut.OWNER.at("user"), cut.TEAM.at("team"))
    leaves_out = "People who do not sell."


class RepsLeft(Measure):
    """People with deals of their own leaving a team, −1 on the first day they are no longer in it."""

    rows = TeamMembership.objects.with_steps().ended().filter(sells()).all
    narrow = False
    clock = "left_on"
    value = "one_less"
    by = (cut.OWNER.at("user"), cut.TEAM.at("team"))
    leaves_out = "People who do not sell, and reps still in their team."
