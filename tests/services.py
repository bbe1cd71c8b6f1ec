"""A PostgreSQL and a Valkey of the test run's own, started before Django reads its settings and thrown away after.

TEST_DATABASE_URL and TEST_REDIS_URL name servers to use instead. PLUMB_TEST_SERVICES=keep leaves ours running for the
next run of the same checkout, which saves some seconds; such runs must not overlap.
"""

import atexit
import hashlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

from crmsite import embedded  # noqa: E402

PREFIX = "plumb-test-"
OURS = {"PLUMB_TEST_SERVICES", "PLUMB_STORIES"}  # said to the tests, not to Plumb
SETTLED = 60  # seconds after which a run that holds no lock is a dead one


def pytest_configure() -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Every client of a test begins with the whole chain of middleware, which would list all static files.
    settings.WHITENOISE_AUTOREFRESH = True


def prepare() -> None:
    """Point the environment at the services of this run; nothing of the developer's own settings leaks in."""
    for name in [name for name in os.environ if name.startswith("PLUMB_") and name not in OURS]:
        del os.environ[name]
    kept = os.environ.get("PLUMB_TEST_SERVICES") == "keep"
    home = kept_home() if kept else Path(tempfile.mkdtemp(prefix=PREFIX))
    home.chmod(0o711)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "crmsite.settings",
        "DEBUG": "0",
        "SECRET_KEY": "only-for-tests-" + "k" * 50,
        "PLUMB_VAR": str(home),
        "PLUMB_STATIC_FROM_SOURCE": "1",
        "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
        "REDIS_URL": os.environ.get("TEST_REDIS_URL", ""),
    }
    wants = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ[name]]
    sweep()
    embedded.exit_on_termination()
    services = embedded.Embedded(home, careless=True)
    if not kept:
        atexit.register(throw_away, services)
    if wants:
        os.environ |= services.enter(wants)


def throw_away(services: embedded.Embedded) -> None:
    if services.owner == os.getpid():
        services.leave()
        services.remove()


def kept_home() -> Path:
    name = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:8]
    home = Path(tempfile.gettempdir()) / f"plumb-kept-{os.geteuid()}-{name}"
    home.mkdir(mode=0o711, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != os.geteuid():
        raise SystemExit(f"{home} belongs to somebody else.")
    return home


def sweep() -> None:
    """Throw away what killed runs left behind."""
    for home in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            mine = home.is_dir() and not home.is_symlink() and home.stat().st_uid == os.geteuid()
            if mine and time.time() - home.stat().st_mtime > SETTLED and not embedded.Embedded(home).remove():
                continue
        except OSError:
            shutil.rmtree(home, ignore_errors=True)


if "PYTEST_XDIST_WORKER" not in os.environ:  # a worker inherits the environment
    prepare()
