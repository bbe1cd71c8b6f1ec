"""One small telling of the demo, shared by the tests that only look at it."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.worlds import world

UNTIL = date(2026, 3, 31)
CUSTOMERS = 300


@pytest.fixture
def tell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Run `manage.py demo`, small, with logins kept in a folder of the test's own."""
    monkeypatch.setenv("PLUMB_DEMO_LOGINS", str(tmp_path / "logins.json"))

    def run(**options) -> None:
        call_command("demo", **{"customers": 40, "until": UNTIL, "verbosity": 0, **options})

    return run


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[None]:
    """The demo stands in the database for all tests of the module, and is rolled back after them."""
    with world(django_db_blocker), pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLUMB_DEMO_LOGINS", str(tmp_path_factory.mktemp("demo") / "logins.json"))
        call_command("demo", customers=CUSTOMERS, until=UNTIL, verbosity=0)
        yield
