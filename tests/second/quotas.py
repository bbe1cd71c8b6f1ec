"""What sellers were asked for, and who sells at all."""

from datetime import date
from fractions import Fraction

from tests.second.book import Counted, over, second
from tests.second.deals import won, won_revenue
from tests.second.records import DAY, Records, Row, Span, walk
from tests.second.shared import day_by_day, money


def days(span: Span) -> list[date]:
    return [span.start + number * DAY for number in range((span.end - span.start).days)]


def is_in(membership: Row, day: date) -> bool:
    return membership.joined_on <= day and (membership.left_on is None or day < membership.left_on)


def asked_for(records: Records, span: Span, basis: str) -> Fraction:
    """The quotas of this basis, spread evenly over their days; a team's if none of its people has their own in it."""
    quotas = [quota for quota in records.quotas if quota.basis == basis and counts(records, quota, span)]
    parts = (part for quota in quotas for part in day_by_day(records, quota, span).values())
    return sum(parts, Fraction(0))


def counts(records: Records, quota: Row, span: Span) -> bool:
    its_days = days(Span(quota.starts_on, quota.ends_on + DAY, span.zone))
    return quota.team_id is None or not any(quota.team_id in with_own(records, quota.basis, day) for day in its_days)


@walk
def with_own(records: Records, basis: str, day: date) -> set[int]:
    """The teams somebody of whom has a quota of their own of this basis that day."""
    quotas = records.of("quotas", "basis")[basis]
    people = {quota.owner_id for quota in quotas if quota.owner_id and quota.starts_on <= day <= quota.ends_on}
    return {one.team_id for one in records.team_memberships if one.user_id in people and is_in(one, day)}


@second("quota_attainment")
def quota_attainment(records: Records, span: Span) -> Counted:
    return over(won_revenue(records, span), asked_for(records, span, "total"))


@second("quota_attainment_first_year")
def quota_attainment_first_year(records: Records, span: Span) -> Counted:
    wins = (
        money(records, deal.amount if deal.first_year_amount is None else deal.first_year_amount, deal.currency, day)
        for deal in won(records, span)
        for day in [span.day(deal.closed_at)]
    )
    return over(sum(wins, Fraction(0)), asked_for(records, span, "first_year"))


@second("sales_productivity")
def sales_productivity(records: Records, span: Span) -> Counted:
    sellers = {deal.owner_id for deal in records.deals}
    selling = [one for one in records.team_memberships if one.user_id in sellers]
    return over(won_revenue(records, span), sum(1 for day in days(span) for one in selling if is_in(one, day)))
