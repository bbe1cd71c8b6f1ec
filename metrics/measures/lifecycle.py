"""Who is a customer, since when, and at what MRR: what crosses rooms."""

from django.db.models import Q

from customers.models import Customer
from metrics import dimensions as cut
from metrics.language import Gain, Measure, Revaluation
from sales.models import Acquisition, CustomerState, MrrMovement, MrrRevaluation, Order, Subscription

STATE_CUTS = (cut.OWNER.at("described.owner"), *cut.PEOPLE, *cut.CUSTOMER)
PLAN_CUTS = (cut.PLAN.at("plan"), cut.LINE.at("plan__product__line__code"))


class NewCustomers(Measure):
    """Customers on the day of their first paid order or first recurring revenue; somebody who returns is not new."""

    rows = Acquisition.objects.with_line
    model = Customer
    told_by = (Subscription, Order)
    record = "customer"
    clock = "at"
    subject = "customer"
    marks = {"by_campaign": ~Q(customer__acquisition_campaign="")}
    by = (
        *STATE_CUTS,
        cut.CHANNEL.at("described.acquisition_channel"),
        cut.CAMPAIGN.at("described.acquisition_campaign"),
        cut.PLAN.at("plan"),
        cut.LINE.at("line"),
        cut.COHORT.at("cohort"),
    )
    leaves_out = "Free trials, and orders nobody has paid."


class Standing:
    """What all measures of customers coming (+1) and going (−1) share."""

    model = Customer
    told_by = (Subscription, Order)
    record, part = "customer", "id"
    clock, as_of = "at", "described_at"
    subject = "customer"


class ActiveCustomers(Standing, Measure):
    """Customers becoming (+1) and ceasing to be (−1) subscribers; one of several subscriptions ending is neither.

    A pause counts as staying for 90 days. A customer described differently, or on another plan, leaves one cut and
    enters another; of several plans the one that brings in most is theirs.
    """

    rows = CustomerState.objects.by_subscription
    value = "delta"
    by = (*PLAN_CUTS, cut.COHORT.at("cohort"), *STATE_CUTS)
    leaves_out = "Who is on trial, has paused for more than 90 days, or whose service has ended."


class PayingCustomers(Standing, Measure):
    """Customers beginning (+1) and ceasing (−1) to bring in recurring revenue; a pause brings in none.

    Described differently, or on another plan, they leave one cut and enter another, as active customers do.
    """

    rows = CustomerState.objects.by_payment
    value = "delta"
    by = (*PLAN_CUTS, cut.COHORT.at("cohort"), *STATE_CUTS)
    leaves_out = "Who is on trial, has paused, or whose service has ended."


class ActiveBuyers(Standing, Measure):
    """Customers becoming (+1) and ceasing to be (−1) buyers: each paid order counts for 365 days."""

    rows = CustomerState.objects.by_orders
    value = "delta"
    by = (cut.PLAN.told_by("active_customers"), cut.COHORT.at("cohort"), *STATE_CUTS)
    leaves_out = "Who has no paid order of the last 365 days."


MRR_CUTS = (
    *PLAN_CUTS,
    cut.COHORT.at("cohort"),
    cut.OWNER.at("owner"),
    *cut.PEOPLE,
    *cut.CUSTOMER,
)


class MRRMovements(Measure):
    """Every change of monthly recurring revenue on the day it takes effect, at the exchange rate of that day."""

    rows = MrrMovement.objects.all
    model = Subscription
    told_by = (Subscription, Order)
    record, part = "subscription", "id"
    clock, as_of = "at", "described_at"
    value = Gain("before", "after")
    currency = "currency"
    subject = "customer"
    marks = {
        kind: Q(kind=kind)
        for kind in (
            "new",
            "expansion",
            "contraction",
            "churn",
            "reactivation",
            "pause",
            "resume",
            "transfer",
        )
    }
    by = MRR_CUTS
    leaves_out = "Trials, single charges, tax, discounts that end, and what exchange rates do."


class MRRRevaluations(Measure):
    """What standing MRR in other currencies gained or lost by exchange rates alone, month by month."""

    rows = MrrRevaluation.objects.in_other_currencies
    model = Subscription
    told_by = (Subscription, Order)
    record, part = "subscription", "id"
    clock, as_of = "at", "described_at"
    value = Revaluation("amount", "since")
    currency = "currency"
    subject = "customer"
    by = MRR_CUTS
    leaves_out = "MRR in the reporting currency."
