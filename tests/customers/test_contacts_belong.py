"""A contact stands beside their own customer only, at every door."""

import pytest
from django.core.exceptions import ValidationError

from customers.models import Activity, User
from sales.models import Deal
from support.models import Ticket
from tests.makers import make_contact, make_customer, make_pipeline

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Activity, Deal, Ticket])
def test_no_record_takes_the_contact_of_another_customer(model) -> None:
    stranger, customer = make_contact(), make_customer()
    with pytest.raises(ValidationError) as refused:
        model(customer=customer, contact=stranger).clean()
    assert list(refused.value.message_dict) == ["contact"]
    model(customer=stranger.customer, contact=stranger).clean()
    model(customer=customer).clean()


def test_the_api_says_so_at_the_contact(owner: User, api) -> None:
    make_pipeline(is_default=True)
    customer, stranger = make_customer(owner=owner), make_contact(customer=make_customer(owner=owner))
    answer = api(owner).post("/api/v1/deals/", {"name": "x", "customer": customer.pk, "contact": stranger.pk})
    assert answer.status_code == 400
    assert "contact" in {error["field"] for error in answer.json()["errors"]}
