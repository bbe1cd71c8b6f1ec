"""A key opens the doors its person may open, no further than its scopes, and dies when it should."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from customers.models import ApiToken, User
from customers.tokens import issue_token, revoke_token
from tests.conftest import api_of, staff_of
from tests.makers import PASSWORD, make_customer

HERE = "/api/v1/customers/"


def knock(key: str, scheme: str = "Bearer") -> int:
    return APIClient(headers={"Authorization": f"{scheme} {key}"}).get(HERE).status_code


def test_only_the_digest_of_a_key_is_kept(owner: User) -> None:
    token, key = issue_token(owner, name="ERP")
    kept = str(ApiToken.objects.filter(pk=token.pk).values().get())
    assert key.split("_")[2] not in kept
    assert key.startswith(f"plumb_{token.prefix}_")
    assert knock(key) == knock(key, "bearer") == 200


def test_a_key_dies_by_each_of_five_events(owner: User) -> None:
    def dies(event: object) -> bool:
        user = User.objects.get(pk=owner.pk)
        token, key = issue_token(user, name="x")
        assert knock(key) == 200
        event(user, token)  # type: ignore[operator]
        refused = knock(key) == 401
        User.objects.filter(pk=owner.pk).update(is_active=True)
        return refused and knock(key) == 401

    def leave(user: User, token: ApiToken) -> None:
        user.is_active = False
        user.save()

    def change_password(user: User, token: ApiToken) -> None:
        user.set_password("another-long-secret")
        user.save()

    def expire(user: User, token: ApiToken) -> None:
        ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    assert dies(leave)
    assert dies(change_password)
    assert dies(expire)
    assert dies(lambda user, token: revoke_token(token))
    assert dies(lambda user, token: token.delete())


def test_somebody_shut_out_past_the_house_is_shut_out_at_once(owner: User) -> None:
    _, key = issue_token(owner, name="x")
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert knock(key) == 401


def test_signing_in_ends_no_key(owner: User) -> None:
    _, key = issue_token(owner, name="x")
    assert Client().post("/staff/login/", {"username": "owner", "password": PASSWORD}).status_code == 302
    owner.save()
    assert knock(key) == 200


@pytest.mark.parametrize("key", ["", "x", "plumb_", "plumb_00000000_" + "0" * 40, "plumb_\u00fc", "é" * 50, "a b c"])
def test_a_made_up_key_opens_nothing(db: None, key: str) -> None:
    answer = APIClient().get(HERE, HTTP_AUTHORIZATION=f"Bearer {key}".encode().decode("latin-1"))
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("scopes", "read", "written", "contacts"),
    [
        ([], 200, 201, 200),
        (["customers:read"], 200, 403, 403),
        (["customers:write"], 200, 201, 403),
        (["*:read"], 200, 403, 200),
        (["*:write"], 200, 201, 200),
        (["contacts:read"], 403, 403, 200),
        (["nonsense"], 403, 403, 403),
    ],
)
def test_scopes_open_only_the_doors_they_name(
    owner: User, scopes: list[str], read: int, written: int, contacts: int
) -> None:
    client = api_of(owner, scopes=scopes)
    assert client.get(HERE).status_code == read
    assert client.post(HERE, {"name": "New"}).status_code == written
    assert client.get("/api/v1/contacts/").status_code == contacts


def test_a_scope_never_reaches_further_than_its_person(colleague: User, owner: User) -> None:
    customer = make_customer(owner=owner)
    assert api_of(colleague, scopes=["*:write"]).get(f"{HERE}{customer.pk}/").status_code == 404


def test_use_is_noted_once_a_minute(owner: User, django_assert_num_queries: object) -> None:
    token, key = issue_token(owner, name="x")
    knock(key)
    first = ApiToken.objects.get(pk=token.pk).last_used_at
    assert first is not None
    knock(key)
    assert ApiToken.objects.get(pk=token.pk).last_used_at == first
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=first - timedelta(minutes=2))
    knock(key)
    assert ApiToken.objects.get(pk=token.pk).last_used_at > first - timedelta(minutes=1)


def test_people_make_their_own_keys_and_see_the_secret_once(owner: User, colleague: User) -> None:
    client = staff_of(owner)
    posted = {"name": "Sheet", "user": str(owner.pk), "scopes": "customers:read"}
    page = client.post("/staff/customers/apitoken/add/", posted, follow=True).content.decode()
    token = ApiToken.objects.get()
    key = page.split("not shown again: ")[1][:55].strip()
    assert knock(key) == 200
    assert key not in client.get("/staff/customers/apitoken/").content.decode()
    assert (token.user, token.scopes) == (owner, ["customers:read"])
    for_another = client.post("/staff/customers/apitoken/add/", posted | {"user": str(colleague.pk)})
    assert for_another.status_code == 200
    assert ApiToken.objects.count() == 1


def test_people_end_their_own_keys_and_not_anothers(owner: User, colleague: User) -> None:
    token, _ = issue_token(owner, name="x")
    posted = {"action": "revoke", "_selected_action": str(token.pk)}
    staff_of(colleague).post("/staff/customers/apitoken/", posted)
    assert ApiToken.objects.get().revoked_at is None
    staff_of(owner).post("/staff/customers/apitoken/", posted)
    assert ApiToken.objects.get().revoked_at is not None
