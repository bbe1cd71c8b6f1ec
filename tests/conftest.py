"""The cast: people with roles and teams, each with a way to the API and to the staff pages; and a real browser."""

import os
import shutil
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connections
from django.test import Client
from rest_framework.test import APIClient

from customers.choices import Role
from customers.models import Team, User
from tests.makers import make_team, make_token, make_user

CAST = ("owner", "mate", "colleague", "lead", "agent", "marketer", "manager", "admin", "stranger")


@pytest.fixture
def roles(db: None) -> None:
    """A flushed database has lost the groups that the migration named."""
    if Group.objects.count() < len(Role):
        for role in Role:
            Group.objects.get_or_create(name=role)


@pytest.fixture
def north(roles: None) -> Team:
    """The team of `owner` and `mate`, led by `lead`."""
    return make_team("North")


@pytest.fixture
def south(roles: None) -> Team:
    return make_team("South")


@pytest.fixture
def owner(north: Team) -> User:
    """A rep."""
    return make_user("owner", Role.REP, team=north)


@pytest.fixture
def mate(north: Team) -> User:
    """A rep of the owner's team."""
    return make_user("mate", Role.REP, team=north)


@pytest.fixture
def colleague(south: Team) -> User:
    """A rep of another team."""
    return make_user("colleague", Role.REP, team=south)


@pytest.fixture
def lead(north: Team) -> User:
    user = make_user("lead", Role.LEAD)
    north.lead = user
    north.save()
    return user


@pytest.fixture
def agent(roles: None) -> User:
    return make_user("agent", Role.AGENT)


@pytest.fixture
def marketer(roles: None) -> User:
    return make_user("marketer", Role.MARKETER)


@pytest.fixture
def manager(roles: None) -> User:
    return make_user("manager", Role.MANAGER)


@pytest.fixture
def admin(roles: None) -> User:
    return make_user("admin", Role.ADMIN)


@pytest.fixture
def stranger(roles: None) -> User:
    """Somebody who can sign in and has no role."""
    return make_user("stranger")


@pytest.fixture
def cast(roles: None, request: pytest.FixtureRequest) -> SimpleNamespace:
    """Everybody."""
    return SimpleNamespace(**{name: request.getfixturevalue(name) for name in CAST})


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A Chromium that is gone afterwards, with every connection that was opened beside it."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("No Chromium is installed.")
    sync_api = pytest.importorskip("playwright.sync_api")
    # The browser's driver runs a loop of its own in this thread, in which Django keeps connections of their own.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_api.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()
        connections.close_all()


@pytest.fixture
def api() -> Callable[[User], APIClient]:
    """`api(owner).get("/api/v1/deals/")`: the API as this person, with a token that may do all they may."""
    return api_of


@pytest.fixture
def staff() -> Callable[[User], Client]:
    """`staff(owner).get("/staff/sales/deal/")`: the staff pages as this person."""
    return staff_of


def api_of(user: User, **token: object) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(user, **token)}")
    return client


def staff_of(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
