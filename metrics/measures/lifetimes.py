"""What customers are expected to bring in, as facts."""

from customers.models import Customer
from metrics import dimensions as cut
from metrics.language import Measure
from metrics.measures.lifecycle import STATE_CUTS
from metrics.models.lifetime import LifetimeEstimate


class LifetimesExpected(Measure):
    """What the purchases to come of each customer who ever bought were worth at each month's end, as expected then."""

    rows = LifetimeEstimate.objects.with_cohort
    model = Customer
    told_by = (LifetimeEstimate,)
    record, part = "customer", "pk"
    clock = "estimated_on"
    value = "worth"
    currency = "currency"
    subject = "customer"
    by = (*STATE_CUTS, cut.CHANNEL.at("described.acquisition_channel"), cut.COHORT.at("cohort"))
    leaves_out = "Who never placed a paid order, and months in which too few had to learn from."
