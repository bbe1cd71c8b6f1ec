"""What staff do at the desk: act on chosen rows, choose, remove; within their rights and told plainly."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from customers.choices import Lifecycle
from customers.models import Activity, Contact, Customer, User
from tests.conftest import staff_of
from tests.forms import filled
from tests.makers import PASSWORD, make_activity, make_campaign, make_contact, make_customer, make_deal, make_touch

LIST = "/staff/customers/customer/"


def act(client: Client, action: str, *rows: Customer, **words: object) -> str:
    """The page after an action on these rows."""
    posted = {"action": action, "_selected_action": [row.pk for row in rows], **words}
    return client.post(LIST, posted, follow=True).content.decode()


def test_people_with_a_role_sign_in_and_others_are_told_why_not(owner: User, stranger: User) -> None:
    client = Client()
    sent = {"username": "owner", "password": PASSWORD}
    assert client.post("/staff/login/?next=/staff/", sent).status_code == 302
    page = client.get("/staff/")
    assert page.status_code == 200
    assert "All records" in page.content.decode()
    refused = Client().post("/staff/login/", sent | {"username": "stranger"})
    assert "no role here yet" in refused.content.decode()


def test_django_s_own_staff_flag_opens_nothing(stranger: User) -> None:
    User.objects.filter(pk=stranger.pk).update(is_staff=True)
    assert staff_of(stranger).get("/staff/").status_code == 302


def test_an_action_asks_for_its_words_and_does_each_row(manager: User) -> None:
    rows = make_customer("Acme"), make_customer("Beta"), make_customer("Gamma", lifecycle=Lifecycle.CUSTOMER)
    client = staff_of(manager)
    asked = act(client, "change_lifecycle", *rows)
    assert "New lifecycle" in asked
    told = act(client, "change_lifecycle", *rows, to=Lifecycle.CUSTOMER, _carry_out="1")
    assert "Done: 2. Not done: 1. Gamma: This customer is there already." in told
    assert Customer.objects.filter(lifecycle=Lifecycle.CUSTOMER).count() == 3
    assert LogEntry.objects.count() == 2


def test_an_action_leaves_alone_what_is_not_ones_own(owner: User, mate: User, colleague: User) -> None:
    mine, mates, theirs = (make_customer(owner=user) for user in (owner, mate, colleague))
    told = act(staff_of(owner), "change_lifecycle", mine, mates, theirs, to=Lifecycle.CUSTOMER, _carry_out="1")
    assert "Done: 1. Left alone, because they are not yours to change: 1." in told
    assert [*Customer.objects.filter(lifecycle=Lifecycle.CUSTOMER)] == [mine]
    assert theirs.name not in told


def test_customers_are_merged_from_the_list(manager: User) -> None:
    keep, gone = make_customer("Acme"), make_customer("ACME")
    contact = make_contact(customer=gone)
    told = act(staff_of(manager), "merge", gone, survivor=keep.pk, _carry_out="1")
    assert "Done: 1." in told
    contact.refresh_from_db()
    assert contact.customer == keep


def test_a_merged_customer_is_no_longer_offered(manager: User) -> None:
    keep = make_customer("Acme one")
    make_customer("Acme two", merged_into=keep)
    question = "app_label=customers&model_name=contact&field_name=customer&term=acme"
    choices = staff_of(manager).get(f"/staff/autocomplete/?{question}").json()["results"]
    assert [choice["text"] for choice in choices] == ["Acme one"]


def test_what_a_record_points_at_already_stays_though_unseen(owner: User, colleague: User) -> None:
    theirs = make_customer(owner=colleague)
    row = make_activity(owner=owner, customer=theirs)
    where = f"/staff/customers/activity/{row.pk}/change/"
    page = staff_of(owner).get(where)
    assert staff_of(owner).post(where, filled(page, subject="New words")).status_code == 302
    row.refresh_from_db()
    assert (row.subject, row.customer) == ("New words", theirs)


def test_a_form_never_points_at_what_one_may_not_see(owner: User, colleague: User) -> None:
    theirs = make_customer(owner=colleague)
    page = staff_of(owner).get("/staff/customers/activity/add/")
    refused = staff_of(owner).post("/staff/customers/activity/add/", filled(page, subject="x", customer=theirs.pk))
    assert refused.status_code == 200
    assert theirs.name not in refused.content.decode()
    assert not Activity.objects.exists()


def test_a_form_never_hands_a_row_to_where_one_has_no_right(owner: User, colleague: User) -> None:
    row = make_customer("Acme", owner=owner)
    where = f"{LIST}{row.pk}/change/"
    page = staff_of(owner).get(where)
    refused = staff_of(owner).post(where, filled(page, owner=colleague.pk))
    assert "Choose yourself or somebody whose records you may change." in refused.content.decode()
    assert Customer.objects.get().owner == owner


def test_a_new_form_names_oneself_as_the_owner(owner: User) -> None:
    page = staff_of(owner).get("/staff/customers/customer/add/")
    assert page.context["adminform"].form["owner"].value() == owner.pk


def test_removing_names_nothing_one_may_not_see(marketer: User, colleague: User) -> None:
    campaign = make_campaign()
    make_touch(campaign=campaign, customer=make_customer("Seen"))
    deal = make_deal(name="Secret deal", owner=colleague, campaign=campaign)
    page = staff_of(marketer).get(f"/staff/customers/customer/{deal.pk}/delete/")
    assert page.status_code in (302, 403)


def test_removing_a_customer_is_refused_while_deals_refer_to_it(admin: User, owner: User) -> None:
    customer = make_customer("Acme", owner=owner)
    make_deal(name="Big deal", owner=owner, customer=customer)
    where = f"{LIST}{customer.pk}/delete/"
    assert "Big deal" in staff_of(admin).get(where).content.decode()
    staff_of(admin).post(where, {"post": "yes"})
    assert Customer.objects.exists()


def test_removing_takes_along_what_belongs_to_it(admin: User) -> None:
    customer = make_customer()
    make_contact(customer=customer)
    where = f"{LIST}{customer.pk}/delete/"
    assert "1" in staff_of(admin).get(where).content.decode()
    assert staff_of(admin).post(where, {"post": "yes"}).status_code == 302
    assert not Customer.objects.exists()
    assert not Contact.objects.exists()


def test_a_long_list_is_not_counted_to_its_end(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("customers.desk.paginator.COUNT_STOPS_AT", 3)
    for _ in range(5):
        make_customer()
    assert "more than 3" in staff_of(manager).get(LIST).content.decode()


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("acquired_on_from=2025-01-02&acquired_on_to=2025-01-03", {"B", "C"}),
        ("acquired_on_to=2025-01-01", {"A"}),
        ("lifecycle__exact=former", {"C"}),
        ("segment__icontains=ret", {"A"}),
    ],
)
def test_lists_are_filtered(manager: User, question: str, names: set[str]) -> None:
    make_customer("A", acquired_on="2025-01-01", segment="Retail")
    make_customer("B", acquired_on="2025-01-02")
    make_customer("C", acquired_on="2025-01-03", lifecycle=Lifecycle.FORMER)
    page = staff_of(manager).get(f"{LIST}?{question}")
    assert {row.name for row in page.context["cl"].result_list} == names


def test_a_moment_is_filtered_by_local_days(manager: User) -> None:
    make_activity(subject="Late", due_at="2025-03-01T22:30Z")  # 23:30 in Berlin
    make_activity(subject="Next day", due_at="2025-03-01T23:30Z")  # half past midnight in Berlin
    page = staff_of(manager).get("/staff/customers/activity/?due_at_from=2025-03-01&due_at_to=2025-03-01")
    assert [row.subject for row in page.context["cl"].result_list] == ["Late"]


def test_a_filter_names_no_customer_one_may_not_see(owner: User, colleague: User) -> None:
    theirs = make_customer("Secret Ltd", owner=colleague)
    page = staff_of(owner).get(f"/staff/customers/contact/?customer__id__exact={theirs.pk}")
    assert "Secret Ltd" not in page.content.decode()


def test_only_administrators_change_people(manager: User, admin: User, owner: User) -> None:
    where = f"/staff/customers/user/{owner.pk}/change/"
    page = staff_of(manager).get(where)
    assert page.status_code == 200
    assert "algorithm" not in page.content.decode()
    assert staff_of(manager).post(where, {"is_superuser": "on"}).status_code == 403
    assert staff_of(manager).get(f"/staff/customers/user/{owner.pk}/password/").status_code == 403
    assert staff_of(admin).get(where).status_code == 200
    owner.refresh_from_db()
    assert not owner.is_superuser
