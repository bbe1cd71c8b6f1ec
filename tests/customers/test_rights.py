"""Who may see, change and delete whose rows: the whole table, counted by hand, and the same at every door."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db.models import Model

from customers import access
from customers.models import Customer, Tag, User
from sales.models import Campaign, Cost, Deal, Lead, Product
from support.models import Ticket
from surveys.models import Invitation
from tests.conftest import api_of, staff_of
from tests.makers import MAKERS, make_contact, make_customer, owned_row

ALL = {"own", "mates", "others", "nobodys"}
TEAM = {"own", "mates"}
OWN = {"own"}
NONE: set[str] = set()

# Seen by: the rep who owns the row, the lead of their team, an agent, a marketer, a manager, an administrator, and
# somebody without a role. After the dot: changed by; after the second: deleted by.
TABLE: dict[type[Model], dict[str, tuple[set[str], set[str], set[str]]]] = {
    Customer: {
        "owner": (TEAM, OWN, NONE),
        "lead": (TEAM, TEAM, NONE),
        "agent": (ALL, NONE, NONE),
        "marketer": (ALL, NONE, NONE),
        "manager": (ALL, ALL, NONE),
        "admin": (ALL, ALL, ALL),
        "stranger": (NONE, NONE, NONE),
    },
    Deal: {
        "owner": (OWN, OWN, NONE),
        "lead": (TEAM, TEAM, NONE),
        "agent": (NONE, NONE, NONE),
        "marketer": (NONE, NONE, NONE),
        "manager": (ALL, ALL, NONE),
        "admin": (ALL, ALL, ALL),
        "stranger": (NONE, NONE, NONE),
    },
    Lead: {
        "owner": (OWN, OWN, NONE),
        "lead": (TEAM, TEAM, NONE),
        "agent": (NONE, NONE, NONE),
        "marketer": (ALL, ALL, NONE),
        "manager": (ALL, ALL, NONE),
        "admin": (ALL, ALL, ALL),
        "stranger": (NONE, NONE, NONE),
    },
    Campaign: {
        "owner": (ALL, NONE, NONE),
        "lead": (ALL, NONE, NONE),
        "agent": (NONE, NONE, NONE),
        "marketer": (ALL, ALL, ALL),
        "manager": (ALL, ALL, NONE),
        "admin": (ALL, ALL, ALL),
        "stranger": (NONE, NONE, NONE),
    },
    Ticket: {
        "owner": (NONE, NONE, NONE),
        "lead": (TEAM, TEAM, NONE),
        "agent": (ALL, ALL, NONE),
        "marketer": (NONE, NONE, NONE),
        "manager": (ALL, ALL, NONE),
        "admin": (ALL, ALL, ALL),
        "stranger": (NONE, NONE, NONE),
    },
    Invitation: {
        "owner": (NONE, NONE, NONE),
        "lead": (TEAM, NONE, NONE),
        "agent": (NONE, NONE, NONE),
        "marketer": (ALL, ALL, NONE),
        "manager": (ALL, ALL, NONE),
        "admin": (ALL, ALL, ALL),
        "stranger": (NONE, NONE, NONE),
    },
    Cost: {
        "owner": (NONE, NONE, NONE),
        "lead": (NONE, NONE, NONE),
        "agent": (NONE, NONE, NONE),
        "marketer": (ALL, ALL, NONE),
        "manager": (ALL, ALL, NONE),
        "admin": (ALL, ALL, ALL),
        "stranger": (NONE, NONE, NONE),
    },
}


@pytest.mark.parametrize("model", TABLE, ids=lambda model: model.__name__)
def test_each_role_reaches_exactly_these_rows(model: type[Model], cast: SimpleNamespace) -> None:
    rows = {
        "own": owned_row(model, cast.owner),
        "mates": owned_row(model, cast.mate),
        "others": owned_row(model, cast.colleague),
        "nobodys": MAKERS[model](),
    }
    for name, expected in TABLE[model].items():
        user = User.objects.get(username=name)
        for word, verb, names in zip(
            ("visible_to", "changeable_by", "deletable_by"), ("view", "change", "delete"), expected, strict=True
        ):
            reached = {*getattr(model._default_manager.all(), word)(user)}
            assert reached == {rows[whose] for whose in names}, (name, word)
            assert {whose for whose, row in rows.items() if access.within_reach(row, user, verb)} == names, name


@pytest.mark.parametrize(
    ("model", "seen_by", "changed_by"),
    [
        (Product, "owner mate colleague lead agent marketer manager admin", "manager admin"),
        (Tag, "owner mate colleague lead agent marketer manager admin", "manager admin"),
        (User, "owner mate colleague lead agent marketer manager admin", "admin"),
    ],
)
def test_what_nobody_owns_is_seen_by_all_who_look(
    model: type[Model], seen_by: str, changed_by: str, cast: SimpleNamespace
) -> None:
    row = MAKERS[model]()
    people = {name: User.objects.get(username=name) for name in vars(cast)}
    manager = model._default_manager
    assert {n for n, user in people.items() if row in manager.visible_to(user)} == {*seen_by.split()}
    assert {n for n, user in people.items() if row in manager.changeable_by(user)} == {*changed_by.split()}


def test_rights_add_up_over_roles(owner: User, cast: SimpleNamespace) -> None:
    owner.groups.set([*cast.marketer.groups.all(), *owner.groups.all()])
    assert access.reach(User.objects.get(pk=owner.pk), "leads", "view") is access.ALL
    assert access.reach(User.objects.get(pk=owner.pk), "sales", "view") is access.OWN


def test_a_superuser_reaches_all_and_somebody_inactive_nothing(stranger: User, admin: User) -> None:
    stranger.is_superuser = True
    assert access.reach(stranger, "costs", "delete") is access.ALL
    admin.is_active = False
    assert access.reach(admin, "costs", "view") is access.NONE
    assert access.reach(None, "costs", "view") is access.NONE


def test_an_agent_keeps_their_own_calls_with_anybodys_customer(agent: User, colleague: User) -> None:
    customer = make_customer(owner=colleague)
    answer = api_of(agent).post("/api/v1/activities/", {"customer": customer.pk, "subject": "Called back"})
    assert (answer.status_code, answer.json()["owner"]) == (201, agent.pk)


# --- The same answer at every door ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("owner", {"Ours own", "Ours mates"}),
        ("colleague", {"Ours others"}),
        ("lead", {"Ours own", "Ours mates"}),
        ("agent", {"Ours own", "Ours mates", "Ours others"}),
        ("stranger", set()),
    ],
)
def test_list_detail_search_and_choices_agree(name: str, sees: set[str], cast: SimpleNamespace) -> None:
    make_customer("Ours own", owner=cast.owner)
    make_customer("Ours mates", owner=cast.mate)
    make_customer("Ours others", owner=cast.colleague)
    api, staff = api_of(getattr(cast, name)), staff_of(getattr(cast, name))

    listed = {row["name"] for row in api.get("/api/v1/customers/").json()["results"]}
    found = {row["name"] for row in api.get("/api/v1/customers/?search=ours").json()["results"]}
    counted = api.get("/api/v1/customers/?count=exact").json()["count"]
    opened = {row.name for row in Customer.objects.all() if api.get(f"/api/v1/customers/{row.pk}/").status_code == 200}
    assert listed == found == opened == sees
    assert counted == len(sees)
    if name == "stranger":
        return
    page = staff.get("/staff/customers/customer/?q=ours").content.decode()
    assert {customer for customer in ("Ours own", "Ours mates", "Ours others") if customer in page} == sees
    question = "app_label=customers&model_name=contact&field_name=customer&term=ours"
    choices = staff.get(f"/staff/autocomplete/?{question}").json()["results"]
    assert {choice["text"] for choice in choices} == sees


def test_what_one_may_not_see_cannot_be_pointed_at(owner: User, colleague: User) -> None:
    theirs, none = make_customer(owner=colleague), 999_999
    answers = [api_of(owner).post("/api/v1/activities/", {"customer": pk, "subject": "x"}) for pk in (theirs.pk, none)]
    said = [answer.json()["errors"][0] | {"message": ""} for answer in answers]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert said[0] == said[1] == {"field": "customer", "code": "does-not-exist", "message": ""}


def test_a_row_is_not_handed_to_where_one_has_no_right(owner: User, colleague: User) -> None:
    mine = make_customer(owner=owner)
    answer = api_of(owner).patch(f"/api/v1/customers/{mine.pk}/", {"owner": colleague.pk})
    assert (answer.status_code, answer.json()["code"]) == (400, "out-of-reach")
    contact = make_contact(customer=mine)
    mates = make_customer(owner=None)
    answer = api_of(owner).patch(f"/api/v1/contacts/{contact.pk}/", {"customer": mates.pk})
    assert answer.status_code == 400
    contact.refresh_from_db()
    assert contact.customer_id == mine.pk


def test_a_lead_hands_work_on_within_the_team(lead: User, owner: User, mate: User, colleague: User) -> None:
    row = make_customer(owner=owner)
    assert api_of(lead).patch(f"/api/v1/customers/{row.pk}/", {"owner": mate.pk}).status_code == 200
    assert api_of(lead).patch(f"/api/v1/customers/{row.pk}/", {"owner": colleague.pk}).status_code == 400


def test_a_new_row_is_ones_own_unless_one_may_change_all(owner: User, manager: User) -> None:
    assert api_of(owner).post("/api/v1/customers/", {"name": "Mine"}).json()["owner"] == owner.pk
    assert api_of(manager).post("/api/v1/customers/", {"name": "Nobody's"}).json()["owner"] is None


def test_what_only_we_set_cannot_be_set_from_outside(owner: User) -> None:
    row = make_customer(owner=owner)
    before = Customer.objects.filter(pk=row.pk).values().get()
    privileged = {"id": 7, "version": 9, "added_at": "2020-01-01T00:00Z", "changed_at": "2020-01-01T00:00Z"}
    privileged |= {"lifecycle": "customer", "merged_into": row.pk, "is_staff": True, "is_superuser": True, "pk": 7}
    for name, value in privileged.items():
        answer = api_of(owner).patch(f"/api/v1/customers/{row.pk}/", {name: value})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, name)
    assert Customer.objects.filter(pk=row.pk).values().get() == before


def test_a_record_may_be_sent_back_as_it_was_read(owner: User) -> None:
    row = make_customer(owner=owner, segment="Retail")
    read = api_of(owner).get(f"/api/v1/customers/{row.pk}/").json()
    answer = api_of(owner).put(f"/api/v1/customers/{row.pk}/", read | {"segment": "Trade"})
    assert (answer.status_code, answer.json()["segment"], answer.json()["version"]) == (200, "Trade", 2)


@pytest.mark.django_db
def test_django_s_own_permissions_open_nothing_and_cost_nothing(manager: User, django_assert_num_queries: Any) -> None:
    manager.user_permissions.add(Permission.objects.get(codename="delete_customer"))
    with django_assert_num_queries(0):
        assert not manager.has_perm("customers.delete_customer")
        assert not manager.has_module_perms("customers")
    manager.is_superuser = True
    assert manager.has_perm("customers.delete_customer")
    manager.is_active = False
    assert not manager.has_perm("customers.delete_customer")
