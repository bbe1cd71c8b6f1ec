"""`manage.py demo --users` opens the doors, and only them."""

import json
import os
import stat
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError

from customers import tokens
from customers.choices import Role
from customers.models import ApiToken, Customer, User

pytestmark = pytest.mark.django_db


def logins() -> dict[str, str]:
    return json.loads(Path(os.environ["PLUMB_DEMO_LOGINS"]).read_text())


def test_there_is_a_login_for_every_role(tell):
    tell(users=True)
    for role in Role:
        user = User.objects.get(username=role)
        assert user.check_password(logins()[role])
        assert [group.name for group in user.groups.all()] == [role]
    assert not Customer.objects.exists()


def test_the_file_of_logins_is_ours_alone(tell):
    tell(users=True)
    assert stat.S_IMODE(Path(os.environ["PLUMB_DEMO_LOGINS"]).stat().st_mode) == 0o600


def test_the_token_of_the_file_opens_the_api(tell):
    tell(users=True)
    key = logins()["token"]
    assert tokens.SHAPE.match(key)
    assert ApiToken.objects.get().digest == tokens.digest(key)


def test_logins_that_are_there_already_are_kept(tell):
    given = {role: f"word-for-{role}" for role in Role} | {"token": "plumb_0123abcd_" + "0" * 40}
    Path(os.environ["PLUMB_DEMO_LOGINS"]).write_text(json.dumps(given))
    tell(users=True)
    tell(users=True)
    assert User.objects.get(username="rep").check_password("word-for-rep")
    assert (User.objects.count(), ApiToken.objects.count()) == (6, 1)
    assert Group.objects.filter(name__in=Role.values).count() == 6


def test_a_user_of_our_own_is_never_taken_over(tell):
    User.objects.create_user("admin", password="mine-and-only-mine")
    with pytest.raises(CommandError, match="A user named 'admin' is here already"):
        tell(users=True)
    assert User.objects.get().check_password("mine-and-only-mine")
