"""What a person may not see moves none of their numbers, and what is no customer nobody's."""

from datetime import UTC, datetime

import pytest

from customers.models import User
from metrics.measures.marketing import LeadsCreated
from metrics.measures.sales import LinesOfOrders
from metrics.registry import all_kpis, kpi_of
from metrics.sight import sight_of, sights_of, visible_kpis
from tests.makers import make_customer, make_lead, make_order
from tests.metrics.asked import number, question, settle

pytestmark = pytest.mark.django_db

MAY = ("2025-05-01", "2025-06-01")


def at(day: int) -> datetime:
    return datetime(2025, 5, day, 12, tzinfo=UTC)


def test_a_sale_of_a_colleague_repeats_nothing_for_oneself(owner: User, colleague: User, manager: User) -> None:
    """One customer bought from both: once for each of them, twice for the company."""
    customer = make_customer(owner=owner)
    for seller, day in ((colleague, 2), (owner, 9)):
        make_order(10, customer=customer, owner=seller, placed_at=at(day))
    settle(LinesOfOrders)
    for person, rate in ((owner, 0), (manager, 1)):
        sight = sight_of(person, kpi_of("repeat_rate"))
        assert number("repeat_rate", *MAY, sight=sight) == rate
        asked = question("repeat_rate", *MAY, sight=sight)
        assert len(asked.rows(asked.components()[0])) == rate


def test_a_lead_of_a_test_customer_does_not_count() -> None:
    make_lead(created_at=at(1), customer=make_customer(is_test=True))
    make_lead(created_at=at(1), customer=make_customer())
    make_lead(created_at=at(1))
    settle(LeadsCreated)
    assert number("leads", *MAY) == 2


@pytest.mark.parametrize("who", ["owner", "lead", "agent", "marketer", "manager"])
def test_asked_of_all_numbers_at_once_one_sees_the_same(who: str, request: pytest.FixtureRequest) -> None:
    user = request.getfixturevalue(who)
    each = {kpi: sight for kpi in all_kpis() if (sight := sight_of(user, kpi))}
    assert sights_of(user, all_kpis()) == each
    assert visible_kpis(user, all_kpis()) == list(each)
