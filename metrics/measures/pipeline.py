"""Deals under way as facts: what is open, in which stage, and how far each one came."""

from django.db.models import Q

from metrics import dimensions as cut
from metrics.language import Measure, Revaluation
from metrics.measures.sales import DEAL_CUTS
from sales.models import Deal, StageChange, StayAmount, StayValuation
from sales.querysets import OPEN


class DealsBegun(Measure):
    """Deals on the day they were opened, +1 each; with those ended they make what is open."""

    rows = Deal.objects.with_credit().with_steps().genuine
    clock = "created_at"
    value = "one_more"
    subject = "customer"
    by = DEAL_CUTS
    leaves_out = "Deals lost as duplicates of others."


class DealsEnded(Measure):
    """Deals on the day they closed, −1 each, in the cuts they were opened in."""

    rows = Deal.objects.with_credit().with_steps().closed
    clock, as_of = "closed_at", "created_at"
    value = "one_less"
    subject = "customer"
    by = DEAL_CUTS
    leaves_out = "Deals lost as duplicates of others."


STAY_CUTS = (
    cut.STAGE.at("to_stage"),
    cut.OWNER.at("owner"),
    *cut.PEOPLE,
    cut.LINE.at("deal__product__line__code"),
    cut.SOURCE.at("deal__lead_source"),
    *cut.CUSTOMER,
)


class StagesEntered(Measure):
    """Deals entering an open stage, on the day each one did; a deal that comes back enters again."""

    rows = StageChange.objects.genuine().working
    model = Deal
    record, part = "deal", "pk"
    clock = "at"
    subject = "deal__customer"
    by = STAY_CUTS
    leaves_out = "Deals lost as duplicates of others."


# In the cuts of the stay, and of the day its deal came to stand at this amount.
AMOUNT_CUTS = (
    cut.STAGE.at("stay__to_stage"),
    cut.OWNER.at("stay__owner"),
    *cut.PEOPLE,
    cut.LINE.at("stay__deal__product__line__code"),
    cut.SOURCE.at("stay__deal__lead_source"),
    *cut.CUSTOMER,
)


class ValueEntered(Measure):
    """The amounts of deals entering an open stage, or changed to while in it, on the day of each."""

    rows = StayAmount.objects.of_chances().with_worth
    model = Deal
    alone = True
    record, part = "deal", "pk"
    clock = "since_at"
    value = "worth"
    currency = "stay__deal__currency"
    subject = "stay__deal__customer"
    by = AMOUNT_CUTS
    leaves_out = "Stages of won and lost, and deals lost as duplicates."


class ValueLeft(Measure):
    """The amounts of deals leaving an open stage, or changed from while in it, less than 0, on the day of each."""

    rows = StayAmount.objects.of_chances().over().with_worth
    model = Deal
    alone = True
    record, part = "deal", "pk"
    clock, as_of = "until_at", "since_at"
    value = "worth_gone"
    currency = "stay__deal__currency"
    subject = "stay__deal__customer"
    by = AMOUNT_CUTS
    leaves_out = "Stages of won and lost, and deals lost as duplicates."


class ValueRevalued(Measure):
    """What the amounts of deals in other currencies gained by exchange rates alone, month by month in each stage."""

    rows = StayValuation.objects.of_chances().in_other_currencies().with_worth
    model = Deal
    alone = True
    record, part = "deal", "pk"
    clock, as_of = "at", "begun_at"
    value = Revaluation("worth", "since")
    currency = "stay__deal__currency"
    subject = "stay__deal__customer"
    by = AMOUNT_CUTS
    leaves_out = "Amounts in the reporting currency."


class LikelyValueEntered(Measure):
    """The amounts of deals entering an open stage, or changed to while in it, times the chance of winning there."""

    rows = StayAmount.objects.of_chances().with_worth
    model = Deal
    alone = True
    record, part = "deal", "pk"
    clock = "since_at"
    value = "likely"
    currency = "stay__deal__currency"
    subject = "stay__deal__customer"
    by = AMOUNT_CUTS
    leaves_out = "Stages of won and lost, and deals lost as duplicates."


class LikelyValueLeft(Measure):
    """The amounts of deals leaving an open stage, or changed from, times the chance of winning there, less than 0."""

    rows = StayAmount.objects.of_chances().over().with_worth
    model = Deal
    alone = True
    record, part = "deal", "pk"
    clock, as_of = "until_at", "since_at"
    value = "likely_gone"
    currency = "stay__deal__currency"
    subject = "stay__deal__customer"
    by = AMOUNT_CUTS
    leaves_out = "Stages of won and lost, and deals lost as duplicates."


class LikelyValueRevalued(Measure):
    """What the weighted amounts of deals in other currencies gained by exchange rates alone, month by month."""

    rows = StayValuation.objects.of_chances().in_other_currencies().with_worth
    model = Deal
    alone = True
    record, part = "deal", "pk"
    clock, as_of = "at", "begun_at"
    value = Revaluation("likely", "since")
    currency = "stay__deal__currency"
    subject = "stay__deal__customer"
    by = AMOUNT_CUTS
    leaves_out = "Amounts in the reporting currency."


class StagesReached(Measure):
    """Open stages each deal reached or passed, dated the day the deal was opened; a won deal passed all of them."""

    rows = Deal.objects.with_credit().genuine().by_stage_reached
    record, part = "pk", "reached"
    clock = "created_at"
    subject = "customer"
    marks = {"moved_on": Q(moved_on=True), "open": OPEN}
    by = (cut.STAGE.at("reached"), *DEAL_CUTS)
    leaves_out = "Deals lost as duplicates of others, and stages of another pipeline they were in before."
