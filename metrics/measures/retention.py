"""Contract terms and offers to customers as facts."""

from datetime import timedelta

from django.db.models import F, Q

from metrics import dimensions as cut
from metrics.language import Measure
from sales.models import Offer, Term
from sales.querysets import GRACE, RENEWED

TERM_CUTS = (
    cut.PLAN.at("subscription__plan"),
    cut.OWNER.at("subscription__owner"),
    *cut.PEOPLE,
    *cut.CUSTOMER,
)
TERM_GRACE = GRACE
ANSWER_WINDOW = timedelta(days=30)


class TermsEnding(Measure):
    """Contract terms on the day they end, at the MRR they ran at; one that is renewed early counts on its end too."""

    rows = Term.objects.contracted
    clock = "ends_on"
    value = "mrr"
    currency = "subscription__currency"
    subject = "subscription__customer"
    marks = {"renewed": RENEWED}
    by = TERM_CUTS
    leaves_out = "Terms of a month or less: who pays from month to month has nothing to renew."


class MRRKept(Measure):
    """The MRR that renewed terms go on with, at most what they had, dated the day the old term ended."""

    rows = Term.objects.renewed_in_time
    clock = "ends_on"
    value = "kept"
    currency = "subscription__currency"
    subject = "subscription__customer"
    hangs_on = ("renewed_by__mrr",)
    by = TERM_CUTS
    leaves_out = "Terms not renewed within 30 days of their end, and what a renewal added."


class MRRRenewed(Measure):
    """The MRR that renewed terms go on with, growth included, dated the day the old term ended."""

    rows = Term.objects.renewed_in_time
    clock = "ends_on"
    value = "renewed_by__mrr"
    currency = "subscription__currency"
    subject = "subscription__customer"
    hangs_on = ("renewed_by__mrr",)
    by = TERM_CUTS
    leaves_out = "Terms not renewed within 30 days of their end."


class OffersMade(Measure):
    """Offers of something more to customers, dated the local day each was made."""

    rows = Offer.objects.all
    clock = "made_at"
    subject = "customer"
    marks = {
        "accepted": Q(accepted_at__lt=F("made_at") + ANSWER_WINDOW),
        "upsell": Q(kind="upsell"),
        "cross_sell": Q(kind="cross_sell"),
    }
    by = (
        cut.OWNER.at("owner"),
        *cut.PEOPLE,
        cut.LINE.at("product__line__code"),
        cut.PRODUCT.at("product"),
        cut.KIND.at("kind"),
        *cut.CUSTOMER,
    )
