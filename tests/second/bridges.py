"""Recurring revenue seen from both ends of a stretch of days: what each customer had, and has."""

from fractions import Fraction

from tests.second.book import Counted, over, second
from tests.second.records import Records, Span
from tests.second.recurring import standing, steps


def both_ends(records: Records, span: Span) -> dict[int, tuple[Fraction, Fraction]]:
    """What each customer had when these days began, and has when they end."""
    opening, closing = standing(records, span.before()), standing(records, span)
    nothing = Fraction(0)
    return {one: (opening.get(one, nothing), closing.get(one, nothing)) for one in opening.keys() | closing.keys()}


@second("nrr")
def nrr(records: Records, span: Span) -> Counted:
    pairs = both_ends(records, span).values()
    return over(sum(end for start, end in pairs if start), sum(start for start, _ in pairs))


@second("grr")
def grr(records: Records, span: Span) -> Counted:
    pairs = both_ends(records, span).values()
    return over(sum(min(pair) for pair in pairs), sum(start for start, _ in pairs))


def had_before(records: Records, span: Span) -> set[int]:
    """Who ever had recurring revenue before these days."""
    return {step.customer for step in steps(records) if step.after and span.before().holds(step.at)}


@second("bridge_new")
def bridge_new(records: Records, span: Span) -> Counted:
    known = had_before(records, span)
    return sum(end for one, (start, end) in both_ends(records, span).items() if not start and one not in known)


@second("bridge_reactivation")
def bridge_reactivation(records: Records, span: Span) -> Counted:
    known = had_before(records, span)
    return sum(end for one, (start, end) in both_ends(records, span).items() if not start and one in known)


@second("bridge_expansion")
def bridge_expansion(records: Records, span: Span) -> Counted:
    return sum(end - start for start, end in both_ends(records, span).values() if start and end > start)


@second("bridge_contraction")
def bridge_contraction(records: Records, span: Span) -> Counted:
    return sum(start - end for start, end in both_ends(records, span).values() if end and end < start)


@second("bridge_churn")
def bridge_churn(records: Records, span: Span) -> Counted:
    return sum(start for start, end in both_ends(records, span).values() if not end)
