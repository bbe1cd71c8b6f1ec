"""Every door of the house × everybody of the cast: what one may not see is not there, and nothing denied is done."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.messages.storage.base import BaseStorage
from django.db import connection, transaction
from django.db.models import Model
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from rest_framework.test import APIClient

from crmsite.api import router
from customers import access
from customers.models import User
from tests.conftest import CAST, api_of, staff_of
from tests.makers import MAKERS, owned_row

ROOMS = ("customers", "sales", "support", "surveys")
NOBODY = 999_999_999
# A mate is a rep like the owner, and a colleague meets the owner's row as the owner meets theirs.
WALKERS = [name for name in CAST if name not in ("mate", "colleague")]
# Not records: a customer's past descriptions are read by the numbers only, a key is shown once.
NOT_RECORDS = {"CustomerVersion", "ApiToken"}
RECORDS = [
    model
    for room in ROOMS
    for model in apps.get_app_config(room).get_models()
    if model._meta.managed and model.__name__ not in NOT_RECORDS
]
RESOURCES = [
    pytest.param(prefix, viewset, id=prefix)
    for prefix, viewset, _ in router.registry
    if getattr(viewset, "queryset", None) is not None and viewset.queryset.model in MAKERS
]
PAGES = [
    pytest.param(model, id=model._meta.label)
    for model in admin.site._registry
    if model._meta.app_label in ROOMS and model in MAKERS
]


# --- The table ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", RECORDS)
def test_every_record_has_a_door_and_a_line_in_the_table_of_rights(model: type[Model]) -> None:
    assert model.family in access.RIGHTS
    assert hasattr(model._default_manager, "visible_to")
    step = model
    for name in filter(None, model.owned_by.split("__")):
        step = step._meta.get_field(name).remote_field.model
    assert step is (User if model.owned_by else model)


@pytest.mark.parametrize("model", RECORDS)
def test_every_record_has_a_page_for_staff_and_a_maker_for_these_tests(model: type[Model]) -> None:
    inside_another = {"StageChange"}
    assert model in admin.site._registry or model.__name__ in inside_another
    assert model in MAKERS


# --- The API ------------------------------------------------------------------------------------------------------


def rows_of(model: type[Model], cast: SimpleNamespace) -> dict[str, Model]:
    """A row that is the owner's, and one that belongs to somebody of another team."""
    return {"own": owned_row(model, cast.owner), "other": owned_row(model, cast.colleague)}


def may(row: Model, user: User, word: str) -> bool:
    return getattr(type(row)._default_manager.all(), word)(user).filter(pk=row.pk).exists()


def everything(model: type[Model]) -> list[Any]:
    return [*model._default_manager.order_by("pk").values()]


@pytest.fixture
def doors(cast: SimpleNamespace) -> Iterator[tuple[str, User, APIClient]]:
    def walk() -> Iterator[tuple[str, User, APIClient]]:
        for name in WALKERS:
            client = APIClient(raise_request_exception=False)
            client.force_authenticate(User.objects.get(username=name))
            yield name, getattr(cast, name), client

    return walk


@pytest.mark.parametrize(("prefix", "viewset"), RESOURCES)
def test_a_resource_shows_each_person_what_they_may_see(prefix: str, viewset: Any, cast: Any, doors: Any) -> None:
    rows = rows_of(viewset.queryset.model, cast)
    for name, user, client in doors():
        listed = client.get(f"/api/v1/{prefix}/", {"page_size": 200})
        assert listed.status_code == 200, (name, listed.content)
        seen = {row["id"] for row in listed.json()["results"]}
        assert seen == {*viewset.queryset.model._default_manager.visible_to(user).values_list("pk", flat=True)}, name
        nothing = client.get(f"/api/v1/{prefix}/{NOBODY}/")
        assert nothing.status_code == 404
        for whose, row in rows.items():
            answer = client.get(f"/api/v1/{prefix}/{row.pk}/")
            if may(row, user, "visible_to"):
                assert answer.status_code == 200, (name, whose, answer.content)
                continue
            assert (answer.status_code, answer.content) == (404, nothing.content), (name, whose)


@pytest.mark.parametrize(("prefix", "viewset"), RESOURCES)
def test_a_resource_lets_each_person_write_what_they_may_change(
    prefix: str, viewset: Any, cast: Any, doors: Any
) -> None:
    model = viewset.queryset.model
    rows = rows_of(model, cast)
    verbs = [("patch", "")] if hasattr(viewset, "partial_update") else []
    verbs += [("delete", "")] if hasattr(viewset, "destroy") else []
    verbs += [("post", f"{one.url_path}/") for one in viewset.get_extra_actions() if one.detail]
    before = everything(model)
    for name, user, client in doors():
        for row in rows.values():
            for method, path in verbs:
                allowed = may(row, user, "deletable_by" if method == "delete" else "changeable_by")
                if allowed and name not in ("owner", "admin"):
                    continue  # What is allowed is tried by two; what is denied, by everybody.
                with transaction.atomic():
                    answer = getattr(client, method)(f"/api/v1/{prefix}/{row.pk}/{path}", {})
                    told = (name, method, path, answer.status_code, answer.content[:300])
                    if answer.status_code == 405:  # changed by verbs alone
                        continue
                    if not may_be_seen(row, user):
                        assert answer.status_code == 404, told
                    elif not allowed:
                        assert answer.status_code == 403, told
                        assert everything(model) == before, told
                    else:
                        assert answer.status_code in (200, 201, 204, 400, 409), told
                    transaction.set_rollback(True)


def may_be_seen(row: Model, user: User) -> bool:
    return access.within_reach(row, user, "view") or (not row.owned_by and access.reach(user, row.family, "view") > 0)


@pytest.mark.parametrize(("prefix", "viewset"), RESOURCES)
def test_only_who_may_change_such_rows_may_add_one(prefix: str, viewset: Any, doors: Any) -> None:
    model = viewset.queryset.model
    if not hasattr(viewset, "create"):
        pytest.skip("These are written by verbs.")
    before = everything(model)
    for name, user, client in doors():
        with transaction.atomic():
            answer = client.post(f"/api/v1/{prefix}/", {"no_such_field": 1})
            expected = 400 if access.reach(user, model.family, "change") else 403
            assert answer.status_code == expected, (name, answer.content)
            assert everything(model) == before
            transaction.set_rollback(True)


@pytest.mark.parametrize(("prefix", "viewset"), RESOURCES)
def test_nobody_gets_in_without_a_name(prefix: str, viewset: Any, db: None) -> None:
    for method in "get", "post":
        assert getattr(APIClient(), method)(f"/api/v1/{prefix}/").status_code == 401


@pytest.mark.parametrize(("prefix", "viewset"), RESOURCES)
def test_a_list_of_the_api_costs_the_same_however_long(prefix: str, viewset: Any, admin: User) -> None:
    client = api_of(admin)
    model = viewset.queryset.model
    counts = []
    for rows in 2, 18:
        for _ in range(rows):
            owned_row(model, admin)
        client.get(f"/api/v1/{prefix}/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(f"/api/v1/{prefix}/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8, asked.captured_queries


# --- The staff pages ----------------------------------------------------------------------------------------------


class Heard(BaseStorage):
    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Any], bool]:
        return [], True

    def _store(self, messages: Any, response: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return []


def answer_of(user: User, path: str, posted: dict[str, str] | None = None) -> Any:
    """The answer of a staff page before it is drawn, which takes most of the time."""
    factory = RequestFactory()
    request = factory.get(path) if posted is None else factory.post(path, posted)
    request.user, request.session, request._dont_enforce_csrf_checks = user, {}, True
    request._messages = Heard(request)
    match = resolve(path)
    from django.core.exceptions import PermissionDenied

    try:
        return match.func(request, *match.args, **match.kwargs).status_code
    except PermissionDenied:
        return 403


def page(model: type[Model], name: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


@pytest.mark.parametrize("model", PAGES)
def test_a_page_opens_to_who_may_see_it(model: type[Model], cast: Any) -> None:
    rows = rows_of(model, cast)
    for name in WALKERS:
        user = User.objects.get(username=name)
        if name == "stranger":
            assert answer_of(user, page(model, "changelist")) == 302, "to the door where one signs in"
            continue
        seen = access.reach(user, model.family, "view") > access.NONE
        assert answer_of(user, page(model, "changelist")) == (200 if seen else 403), name
        for view in ("change", "history", "delete") if name == "owner" else ("change", "delete"):
            nothing = answer_of(user, page(model, view, NOBODY))
            assert nothing in (302, 403), (name, view)
            for whose, row in rows.items():
                answer = answer_of(user, page(model, view, row.pk))
                told = (name, view, whose)
                if not may(row, user, "visible_to"):
                    assert answer == nothing, told
                elif view == "delete" and not may(row, user, "deletable_by"):
                    assert answer == 403, told
                else:
                    assert answer == 200, told


@pytest.mark.parametrize("model", PAGES)
def test_a_page_takes_nothing_from_who_may_not_give(model: type[Model], cast: Any) -> None:
    rows = rows_of(model, cast)
    before = everything(model)
    for name in WALKERS:
        user = User.objects.get(username=name)
        for row in rows.values():
            for view, word in ("change", "changeable_by"), ("delete", "deletable_by"):
                if may(row, user, word):
                    continue
                answer = answer_of(user, page(model, view, row.pk), {"post": "yes"})
                assert answer in (302, 403), (name, view)
                assert everything(model) == before, (name, view)
        if access.reach(user, model.family, "change") is access.NONE:
            assert answer_of(user, page(model, "add"), {}) in (302, 403), name
            assert everything(model) == before, name


@pytest.mark.parametrize("model", PAGES)
def test_every_page_of_a_record_can_be_drawn(model: type[Model], admin: User) -> None:
    row = owned_row(model, admin)
    paths = [page(model, "change", row.pk), page(model, "history", row.pk), page(model, "delete", row.pk)]
    client = staff_of(admin)
    for path in paths:
        assert client.get(path).status_code == 200, path
    assert client.get(page(model, "add")).status_code in (200, 403)


@pytest.mark.parametrize("model", PAGES)
def test_a_list_of_the_staff_costs_the_same_however_long(model: type[Model], admin: User) -> None:
    client = staff_of(admin)
    client.get("/staff/customers/tag/")  # The session and the kinds of content are known from here on.
    counts = []
    for rows in 2, 18:
        for _ in range(rows):
            owned_row(model, admin)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page(model, "changelist") + "?q=a").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 14, [one["sql"][:150] for one in asked.captured_queries]
