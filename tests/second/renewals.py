"""Contract terms that end, and offers of something more."""

from datetime import timedelta
from fractions import Fraction

from tests.second.book import Counted, over, second, share
from tests.second.records import Records, Row, Span
from tests.second.shared import is_real, money
from tests.second.ways import within

GRACE = timedelta(days=30)


def ending(records: Records, span: Span) -> list[Row]:
    """The terms that end in these days, but for those of a month or less: who pays monthly has nothing to renew."""
    found = []
    for term in records.terms:
        of = records.by_id("subscriptions")[term.subscription_id]
        if span.holds(term.ends_on) and is_long(term) and is_real(records, of.customer_id):
            found.append(Row(**{**vars(term), "currency": of.currency}))
    return found


def is_long(term: Row) -> bool:
    """Longer than any month."""
    return (term.ends_on - term.starts_on).days > 31


def is_renewed(term: Row, span: Span) -> bool:
    return term.renewed_by_id is not None and span.day(term.renewed_at) <= term.ends_on + GRACE


def goes_on(records: Records, term: Row, span: Span) -> Fraction:
    """What a term is worth a month once it is renewed; nothing where it is not."""
    if not is_renewed(term, span):
        return Fraction(0)
    return Fraction(records.by_id("terms")[term.renewed_by_id].mrr)


def of_value(records: Records, span: Span, *, capped: bool) -> Fraction | None:
    terms = ending(records, span)
    kept = before = Fraction(0)
    for term in terms:
        after = goes_on(records, term, span)
        kept += money(records, min(after, Fraction(term.mrr)) if capped else after, term.currency, term.ends_on)
        before += money(records, term.mrr, term.currency, term.ends_on)
    return over(kept, before)


@second("renewal_rate")
def renewal_rate(records: Records, span: Span) -> Counted:
    return share(ending(records, span), lambda term: is_renewed(term, span))


@second("renewal_rate_value")
def renewal_rate_value(records: Records, span: Span) -> Counted:
    return of_value(records, span, capped=True)


@second("renewal_rate_net")
def renewal_rate_net(records: Records, span: Span) -> Counted:
    return of_value(records, span, capped=False)


@second("offer_acceptance")
def offer_acceptance(records: Records, span: Span) -> Counted:
    made = [offer for offer in records.offers if span.holds(offer.made_at) and is_real(records, offer.customer_id)]
    return share(made, lambda offer: within(GRACE, offer.made_at, offer.accepted_at))
