"""Which quotas count: everybody's own, and a team's where nobody of it has one of their own meanwhile."""

from datetime import date
from decimal import Decimal

import pytest

from customers.models import Team
from sales.models import Quota
from tests.makers import make_membership, make_quota, make_team, make_user

pytestmark = pytest.mark.django_db

YEAR = {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 12, 31)}
SPRING = {"starts_on": date(2025, 4, 1), "ends_on": date(2025, 6, 30)}


@pytest.fixture
def team() -> Team:
    """A team with a quota of 100 for the year."""
    team = make_team()
    make_quota(team=team, amount=Decimal(100), **YEAR)
    return team


def asked_for() -> list[int]:
    return sorted(int(quota.amount) for quota in Quota.objects.binding())


def test_a_teams_quota_gives_way_to_that_of_one_of_its_people(team: Team) -> None:
    ana = make_user()
    make_membership(user=ana, team=team, joined_on=date(2025, 1, 1))
    make_quota(owner=ana, amount=Decimal(30), **SPRING)
    assert asked_for() == [30]


def test_what_somebody_is_asked_for_after_leaving_the_team_is_not_the_teams(team: Team) -> None:
    ana = make_user()
    make_membership(user=ana, team=team, joined_on=date(2025, 1, 1), left_on=date(2025, 3, 1))
    make_quota(owner=ana, amount=Decimal(30), **SPRING)
    assert asked_for() == [30, 100]


def test_what_somebody_was_asked_for_before_joining_the_team_is_not_the_teams(team: Team) -> None:
    ana = make_user()
    make_membership(user=ana, team=team, joined_on=date(2025, 7, 1))
    make_quota(owner=ana, amount=Decimal(30), **SPRING)
    assert asked_for() == [30, 100]
