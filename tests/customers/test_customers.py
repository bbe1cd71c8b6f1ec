"""What people do with customers: keep, describe, correct, merge, and follow their life with us."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from customers import services
from customers.choices import EndReason, Lifecycle
from customers.models import Activity, Customer, CustomerVersion, LifecycleEvent, Team, User
from sales.models import Order
from tests.conftest import api_of
from tests.makers import (
    make_activity,
    make_contact,
    make_customer,
    make_deal,
    make_email_subscription,
    make_order,
    make_rep,
    make_subscription,
    make_tag,
    make_team,
    make_ticket,
    make_visit,
)

pytestmark = pytest.mark.django_db
MARCH = datetime(2025, 3, 1, 12, tzinfo=UTC)


def described(customer: Customer) -> list[tuple[str, int, int]]:
    """The segments of a customer over time, with the years they held."""
    rows = CustomerVersion.objects.filter(customer=customer).order_by("valid_from")
    return [(row.segment, row.valid_from.year, row.valid_to.year) for row in rows]


def test_a_new_customer_has_a_first_step_and_a_first_description() -> None:
    by = make_rep()
    customer = services.create_customer(Customer(name="Acme", segment="Retail"), at=MARCH, by=by)
    step = LifecycleEvent.objects.get()
    assert (step.from_lifecycle, step.to_lifecycle, step.at, step.by) == ("", Lifecycle.PROSPECT, MARCH, by)
    assert described(customer) == [("Retail", 1900, 9000)]


def test_a_customer_without_a_name_is_refused() -> None:
    with pytest.raises(ValidationError, match="name"):
        services.create_customer(Customer(name=""))
    assert Customer.objects.count() == 0


def test_a_customer_described_anew_was_the_other_until_then() -> None:
    customer = make_customer(segment="Retail")
    services.describe_customer(customer, segment="Trade", at=MARCH)
    assert described(customer) == [("Retail", 1900, 2025), ("Trade", 2025, 9000)]


def test_a_correction_mends_what_was_wrong_all_along() -> None:
    customer = make_customer(segment="Retial")
    services.correct_customer(customer, segment="Retail")
    assert described(customer) == [("Retail", 1900, 9000)]
    services.describe_customer(customer, segment="Trade", at=MARCH)
    assert described(customer) == [("Retail", 1900, 2025), ("Trade", 2025, 9000)], "and is forgotten after"


def test_a_correction_that_fails_is_forgotten_too() -> None:
    customer = make_customer(segment="Retail")
    with pytest.raises(ValidationError):
        services.correct_customer(customer, birth_year=3)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('plumb.correcting', true)")
        assert not cursor.fetchone()[0]


def test_a_customer_is_only_described_by_what_describes_customers() -> None:
    with pytest.raises(ValidationError, match="not described by"):
        services.correct_customer(make_customer(), is_test=True)


def test_a_step_of_life_is_taken_once() -> None:
    customer = services.change_lifecycle(make_customer(), to=Lifecycle.CUSTOMER, at=MARCH)
    assert customer.lifecycle == Lifecycle.CUSTOMER
    with pytest.raises(ValidationError) as refusal:
        services.change_lifecycle(customer, to=Lifecycle.CUSTOMER)
    assert refusal.value.error_dict["to"][0].code == "already-there"
    assert LifecycleEvent.objects.count() == 1


# --- Merging ------------------------------------------------------------------------------------------------------


def test_all_that_points_at_the_absorbed_customer_points_at_the_survivor_after() -> None:
    left, right = make_customer("Acme"), make_customer("ACME Ltd")
    rows = [
        make_contact(customer=right),
        make_activity(customer=right),
        make_email_subscription(customer=right),
        make_visit(customer=right),
        make_deal(customer=right),
        make_order(customer=right),
        make_subscription(customer=right),
        make_ticket(customer=right),
    ]
    about = make_activity(about=right)
    services.merge_customers(left, right)
    for row in rows:
        row.refresh_from_db()
        assert row.customer_id == left.pk, row
        assert row.version == 2, f"{row} has moved on"
    about.refresh_from_db()
    assert about.about == left
    right.refresh_from_db()
    assert right.merged_into == left
    assert [*Customer.objects.real()] == [left]
    assert Order.objects.get().customer == left


def test_a_row_that_has_the_survivors_own_number_comes_along_too() -> None:
    left, right = make_customer(), make_customer()
    contact = make_contact(pk=left.pk, customer=right)
    services.merge_customers(left, right)
    contact.refresh_from_db()
    assert contact.customer == left


def test_the_survivor_learns_what_only_the_absorbed_knew() -> None:
    left = make_customer("Acme", segment="Retail")
    right = make_customer("ACME", segment="Trade", email="a@example.com", acquired_on=date(2025, 1, 1))
    both, one = make_tag(), make_tag()
    left.tags.add(both)
    right.tags.add(both, one)
    services.merge_customers(left, right)
    left.refresh_from_db()
    assert (left.segment, left.email, left.acquired_on) == ("Retail", "a@example.com", date(2025, 1, 1))
    assert {*left.tags.all()} == {both, one}


def test_each_keeps_the_history_of_its_own_description() -> None:
    left, right = make_customer(segment="Retail"), make_customer(segment="Trade")
    services.merge_customers(left, right)
    assert described(left) == [("Retail", 1900, 9000)]
    assert described(right) == [("Trade", 1900, 9000)]


def test_customers_absorbed_before_come_along() -> None:
    first, second, third = make_customer(), make_customer(), make_customer()
    services.merge_customers(second, first)
    services.merge_customers(third, second)
    assert {*third.absorbed.all()} == {first, second}


def test_a_customer_is_merged_once_and_never_into_itself() -> None:
    left, right, other = make_customer(), make_customer(), make_customer()
    with pytest.raises(ValidationError, match="itself"):
        services.merge_customers(left, left)
    services.merge_customers(left, right)
    for survivor, absorbed in (other, right), (right, other):
        with pytest.raises(ValidationError, match="already"):
            services.merge_customers(survivor, absorbed)


def test_a_merge_is_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    left, right = make_customer(), make_customer()
    contact = make_contact(customer=right)

    def fail(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(services, "_fill_gaps", fail)
    with pytest.raises(RuntimeError):
        services.merge_customers(left, right)
    contact.refresh_from_db()
    assert contact.customer == right


def test_nobody_merges_what_they_may_not_see_or_change(owner: User, mate: User, colleague: User) -> None:
    mine, mates, theirs = (make_customer(owner=user) for user in (owner, mate, colleague))
    client = api_of(owner)
    answers = {
        "not seen": client.post(f"/api/v1/customers/{mine.pk}/merge/", {"absorbed": theirs.pk}),
        "no such": client.post(f"/api/v1/customers/{mine.pk}/merge/", {"absorbed": 999_999}),
        "not mine": client.post(f"/api/v1/customers/{mine.pk}/merge/", {"absorbed": mates.pk}),
        "into theirs": client.post(f"/api/v1/customers/{theirs.pk}/merge/", {"absorbed": mine.pk}),
        "into mates": client.post(f"/api/v1/customers/{mates.pk}/merge/", {"absorbed": mine.pk}),
    }
    assert {said: answer.status_code for said, answer in answers.items()} == {
        "not seen": 400,
        "no such": 400,
        "not mine": 403,
        "into theirs": 404,
        "into mates": 403,
    }
    assert Customer.objects.filter(merged_into=None).count() == 3


# --- Activities, lists, teams -------------------------------------------------------------------------------------


def test_what_was_planned_is_done_once() -> None:
    by = make_rep()
    planned = services.plan_activity(make_customer(), subject="Call back", due_at=MARCH, by=by)
    assert [*Activity.objects.waiting()] == [planned]
    done = services.finish_activity(planned, duration=timedelta(minutes=5), at=MARCH)
    assert (done.owner, done.done_at, done.duration) == (by, MARCH, timedelta(minutes=5))
    assert not Activity.objects.waiting().exists()
    with pytest.raises(ValidationError, match="done already"):
        services.finish_activity(done)


def test_what_is_logged_is_done() -> None:
    call = services.log_activity(make_customer(), kind="call", subject="Hello", at=MARCH)
    assert (call.created_at, call.done_at) == (MARCH, MARCH)


def test_an_address_is_on_a_list_once_and_may_return() -> None:
    first = services.subscribe_email("a@example.com", mailing_list="news", at=MARCH)
    with pytest.raises(ValidationError, match="on the list already"):
        services.subscribe_email("a@example.com", mailing_list="news")
    ended = services.end_email(first, reason=EndReason.COMPLAINT, at=MARCH + timedelta(days=1))
    assert (ended.end_reason, ended.ended_at) == (EndReason.COMPLAINT, MARCH + timedelta(days=1))
    with pytest.raises(ValidationError, match="left the list already"):
        services.end_email(first)
    services.subscribe_email("a@example.com", mailing_list="news")


def test_an_address_was_on_a_list_once_at_a_time() -> None:
    first = services.subscribe_email("a@example.com", mailing_list="news", at=MARCH)
    services.end_email(first, at=MARCH + timedelta(days=9))
    with pytest.raises(ValidationError, match="at that time"):
        services.subscribe_email("A@example.com", mailing_list="News", at=MARCH + timedelta(days=8))
    services.subscribe_email("a@example.com", mailing_list="news", at=MARCH + timedelta(days=9))


def test_nobody_leaves_a_list_before_joining_it() -> None:
    row = services.subscribe_email("a@example.com", mailing_list="news", at=MARCH)
    with pytest.raises(ValidationError):
        services.end_email(row, at=MARCH - timedelta(days=1))


def test_who_joins_a_team_leaves_the_other_that_day() -> None:
    user, north, south = make_rep(), make_team("North"), make_team("South")
    services.join_team(user, team=north, on=date(2025, 1, 1))
    services.join_team(user, team=south, on=date(2025, 3, 1))
    stays = [(row.team.name, row.joined_on, row.left_on) for row in user.memberships.order_by("joined_on")]
    assert stays == [("North", date(2025, 1, 1), date(2025, 3, 1)), ("South", date(2025, 3, 1), None)]
    with pytest.raises(ValidationError, match="already"):
        services.join_team(user, team=south, on=date(2025, 4, 1))
    services.leave_team(user.memberships.get(left_on=None), on=date(2025, 5, 1))
    assert not Team.objects.filter(memberships__left_on=None).exists()


def test_what_the_database_promises_is_said_by_its_field(manager: User) -> None:
    client = api_of(manager)
    made = {"name": "A", "source": "erp", "external_id": "7"}
    assert client.post("/api/v1/customers/", made).status_code == 201
    again = client.post("/api/v1/customers/", made).json()
    assert again["errors"] == [
        {
            "field": "source",
            "code": "customers-customer-known-once",
            "message": "A record with this id from this source exists already.",
        }
    ]
    born = client.post("/api/v1/customers/", {"name": "B", "birth_year": 1700})
    assert (born.status_code, born.json()["errors"][0]["field"]) == (400, "birth_year")


def test_what_others_refer_to_is_not_removed(admin: User) -> None:
    customer = make_customer()
    make_deal(customer=customer, amount=Decimal(5))
    answer = api_of(admin).delete(f"/api/v1/customers/{customer.pk}/")
    assert (answer.status_code, answer.json()["code"]) == (409, "in-use")
    assert Customer.objects.exists()
