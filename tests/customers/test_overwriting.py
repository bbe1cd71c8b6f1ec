"""Two people never overwrite each other unseen, whichever door each of them uses."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from customers.models import Contact, Customer, User
from tests.conftest import api_of, staff_of
from tests.forms import filled
from tests.makers import make_contact, make_customer


def path(customer: Customer) -> str:
    return f"/api/v1/customers/{customer.pk}/"


def desk(customer: Customer) -> str:
    return f"/staff/customers/customer/{customer.pk}/change/"


def test_an_answer_carries_the_version_of_the_record(manager: User) -> None:
    customer = make_customer()
    client = api_of(manager)
    assert client.get(path(customer))["ETag"] == '"1"'
    assert client.patch(path(customer), {"segment": "Retail"})["ETag"] == '"2"'


@pytest.mark.parametrize("method", ["patch", "put", "delete", "post"])
def test_a_change_of_what_moved_on_is_refused(admin: User, method: str) -> None:
    customer = make_customer()
    customer.save()
    before = Customer.objects.filter(pk=customer.pk).values().get()
    where = path(customer) + ("change-lifecycle/" if method == "post" else "")
    answer = getattr(api_of(admin), method)(where, {"name": "New"}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    assert Customer.objects.filter(pk=customer.pk).values().get() == before


@pytest.mark.parametrize(("tag", "status"), [('"2"', 200), ('W/"2"', 200), ("*", 200), ('"1", "2"', 200), ("x", 412)])
def test_a_change_of_what_stands_is_taken(manager: User, tag: str, status: int) -> None:
    customer = make_customer()
    customer.save()
    answer = api_of(manager).patch(path(customer), {"segment": "Retail"}, headers={"If-Match": tag})
    assert answer.status_code == status


def test_a_form_opened_before_a_change_is_refused_with_who_and_when(manager: User, admin: User) -> None:
    customer = make_customer("Acme")
    page = staff_of(manager).get(desk(customer))
    assert staff_of(admin).post(desk(customer), filled(page, name="Acme Ltd")).status_code == 302

    refused = staff_of(manager).post(desk(customer), filled(page, segment="Retail"))
    assert refused.status_code == 200
    said = refused.content.decode()
    assert "admin changed this on" in said
    customer.refresh_from_db()
    assert (customer.name, customer.segment, customer.version) == ("Acme Ltd", "", 2)


def test_a_form_opened_before_a_change_over_the_api_is_refused(manager: User, admin: User) -> None:
    customer = make_customer("Acme")
    page = staff_of(manager).get(desk(customer))
    api_of(admin).patch(path(customer), {"segment": "Retail"})
    refused = staff_of(manager).post(desk(customer), filled(page, name="Other"))
    assert "admin changed this on" in refused.content.decode()
    assert Customer.objects.get().name == "Acme"


def test_a_form_without_its_version_is_refused(manager: User) -> None:
    customer = make_customer("Acme")
    sent = filled(staff_of(manager).get(desk(customer)), name="Other")
    sent.pop("record_version")
    assert staff_of(manager).post(desk(customer), sent).status_code == 200
    assert Customer.objects.get().name == "Acme"


def test_rows_inside_a_form_are_guarded_with_it(manager: User) -> None:
    customer = make_customer("Acme")
    contact = make_contact(customer=customer, last_name="Byron")
    page = staff_of(manager).get(desk(customer))
    changed = filled(page, **{"contacts-0-last_name": "King"})
    assert staff_of(manager).post(desk(customer), changed).status_code == 302
    late = filled(page, **{"contacts-0-last_name": "Lovelace"})
    assert staff_of(manager).post(desk(customer), late).status_code == 200
    assert Contact.objects.get(pk=contact.pk).last_name == "King"


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_one_is_first(manager: User) -> None:
    customer = make_customer("Acme")
    client = api_of(manager)

    def change(place: int) -> int:
        try:
            tag = {"If-Match": '"1"'}
            return client.patch(path(customer), {"segment": f"S{place}"}, headers=tag).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as people:
        answers = sorted(people.map(change, range(16)))
    assert answers == [200] + [412] * 15
    assert Customer.objects.get().version == 2
    connection.close()
