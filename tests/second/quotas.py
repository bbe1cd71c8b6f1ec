"""What sellers were asked for, and who sells at all."""

from datetime import date
from fractions import Fraction

from tests.second.book import Counted, over, second
from tests.second.deals import won, won_revenue
from tests.second.records import DAY, Records, Row, Span
from tests.second.shared import money


def days(span: Span) -> list[date]:
    return [span.start + number * DAY for number in range((span.end - span.start).days)]


def is_in(membership: Row, day: date) -> bool:
    return membership.joined_on <= day and (membership.left_on is None or day < membership.left_on)


def asked_for(records: Records, span: Span, basis: str) -> Fraction:
    """The quotas of this basis, spread evenly over their days; a team's where none of its people has their own."""
    quotas = [quota for quota in records.quotas if quota.basis == basis]
    return sum((asked_on(records, quotas, day) for day in days(span)), Fraction(0))


def asked_on(records: Records, quotas: list[Row], day: date) -> Fraction:
    mine = [quota for quota in quotas if quota.starts_on <= day <= quota.ends_on]
    with_own = {quota.owner_id for quota in mine if quota.owner_id}
    teams = {one.team_id for one in records.team_memberships if one.user_id in with_own and is_in(one, day)}
    return sum((a_day(records, quota, day) for quota in mine if quota.team_id not in teams), Fraction(0))


def a_day(records: Records, quota: Row, day: date) -> Fraction:
    return money(records, quota.amount, quota.currency, day) / ((quota.ends_on - quota.starts_on).days + 1)


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
