"""`make run`: everything a demo or a small team needs, in one terminal, until Ctrl-C."""

import fcntl
import json
import os
import secrets
import socket
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command, get_commands

from crmsite.supervisor import Program, Supervisor

ROLES = ("rep", "agent", "lead", "marketer", "manager", "admin")
PORTS_TO_TRY = 50
WAIT_FOR_WEB = 120.0  # seconds
WAIT_FOR_THE_LAST = 90.0  # seconds for the one before to stop, its programs one after the other
HESITATION = 2.0  # seconds in which the one before may still say that it stops
STOPPING = "stopping"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class Command(BaseCommand):
    help = "Start the database, the web server and the worker together, and stop them together."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument("--host", default=os.environ.get("HOST_ADDRESS") or "127.0.0.1")
        parser.add_argument("--no-demo", action="store_true", help="Leave an empty database empty.")

    def handle(self, *args: Any, port: int, host: str, no_demo: bool, **options: Any) -> None:
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        with (settings.VAR_DIR / "up.lock").open("a+") as lock:
            only_one(lock, say=self.stdout.write)
            port = free_port(host, port)
            address = f"http://localhost:{port}"
            os.environ.setdefault("PLUMB_SITE_URL", address)
            note(lock, address)
            try:
                self.run(lock, address, host, port, wants_demo=settings.DEMO and not no_demo)
            finally:
                note(lock, "")

    def run(self, lock: IO[str], address: str, host: str, port: int, *, wants_demo: bool) -> None:
        supervisor = Supervisor()
        supervisor.listen_for_the_end()
        began = time.monotonic()
        try:
            supervisor.say("preparing the database")
            call_command("migrate", verbosity=0, interactive=False)
            logins = self.first_people(supervisor) if wants_demo else {}
            front = web(host, port)
            supervisor.start(front)

            def settled() -> bool:
                return answers(address) or front.crashes > 2 or time.monotonic() - began > WAIT_FOR_WEB

            if not supervisor.watch(until=settled):
                return
            if not answers(address):
                raise CommandError("The web server does not answer; its lines above say why.")
            self.welcome(supervisor, address, logins, time.monotonic() - began)
            # The worker only now, so that the first page need not share the processor.
            if logins and not filled().exists():
                supervisor.say("writing the demo's records in the background; the pages fill as it goes")
                supervisor.start(demo(supervisor))
            else:
                supervisor.start(worker())
            supervisor.watch()
        finally:
            note(lock, STOPPING)
            supervisor.say("stopping")
            supervisor.stop()

    def first_people(self, supervisor: Supervisor) -> dict[str, str]:
        """The demo's logins: made on the first run, kept; a database that holds other records gets none."""
        kept = settings.VAR_DIR / "demo-logins.json"
        if "demo" not in get_commands():
            supervisor.say("this checkout has no 'demo' command yet; the database stays empty")
            return {}
        if not kept.exists() and apps.get_model("customers", "Customer").objects.exists():
            supervisor.say("the database holds records of its own; no demo is written into it")
            return {}
        os.environ["PLUMB_DEMO_LOGINS"] = str(kept)
        logins = read_logins(kept) or write_logins(kept)
        call_command("demo", users=True, verbosity=0)
        return logins

    def welcome(self, supervisor: Supervisor, address: str, logins: dict[str, str], seconds: float) -> None:
        lines = ["", f"Plumb is ready: {address}", ""]
        if logins:
            lines += ["Sign in as one of", *(f"  {role:<10}{logins[role]}" for role in ROLES if role in logins), ""]
            lines += [f"API token   {logins['token']}", ""] if "token" in logins else []
        lines += [f"Started in {seconds:.0f} s. Ctrl-C stops everything.", ""]
        for line in lines:
            supervisor.say(line)


def web(host: str, port: int) -> Program:
    workers = os.environ.get("WEB_CONCURRENCY") or "2"
    words = ["gunicorn", "crmsite.wsgi", "--bind", f"{host}:{port}", "--worker-class", "gthread", "--threads", "4"]
    words += ["--workers", workers, "--preload", "--no-control-socket", "--log-level", "warning"]
    words += ["--graceful-timeout", "5"]
    return Program("web", [sys.executable, "-m", *words], {"PLUMB_STATEMENT_TIMEOUT_MS": "5000"})


def worker() -> Program:
    """The worker with the clock inside; right for one worker only."""
    words = ["celery", "-A", "crmsite", "--quiet", "worker", "-P", "threads", "-c", "2", "-B", "-l", "WARNING"]
    words += ["--without-gossip", "--without-mingle", "-s", str(settings.VAR_DIR / "beat-schedule")]
    # As root in a container it would say so at every start; nothing of ours is unpickled.
    return Program("worker", [sys.executable, "-m", *words], {"PYTHONWARNINGS": "ignore:You're running the worker"})


def demo(supervisor: Supervisor) -> Program:
    def then(code: int) -> None:
        # Its clock would settle days of which the records are just being written: it finds none, and plans for none.
        supervisor.start(worker())
        if code != 0:
            supervisor.say("the demo could not be written; see above")
            return
        filled().touch()
        supervisor.say("the demo's records are written; the first night settles them")
        supervisor.start(night(supervisor))

    return Program("demo", manage("demo"), once=True, then=then)


def night(supervisor: Supervisor) -> Program:
    """A run by hand: the clock may have settled the days already while they were empty."""

    def then(code: int) -> None:
        supervisor.say("the numbers are ready" if code == 0 else "the first night could not finish; see above")
        if code == 0:
            supervisor.start(Program("learn", manage("analysis", "--learn"), once=True))

    return Program("night", manage("nightly", "--wait", "--runners", "2"), once=True, then=then)


def manage(*words: str) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *words]


def filled() -> Path:
    """Stands once the demo is written to its end; a demo cut short is taken up again by the next start."""
    return Path(settings.VAR_DIR / "demo-filled")


def read_logins(kept: Path) -> dict[str, str]:
    try:
        return {str(name): str(word) for name, word in json.loads(kept.read_text()).items()}
    except (OSError, ValueError, AttributeError):
        return {}


def write_logins(kept: Path) -> dict[str, str]:
    logins = {role: "-".join(spell(4) for _ in range(3)) for role in ROLES}
    logins["token"] = f"plumb_{secrets.token_hex(4)}_{secrets.token_hex(20)}"
    beside = kept.with_suffix(".new")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    beside.write_text(json.dumps(logins, indent=1))
    beside.replace(kept)
    return logins


def spell(letters: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(letters))


def free_port(host: str, wanted: int) -> int:
    """The port asked for, or the next one that nobody listens on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(wanted, min(wanted + PORTS_TO_TRY, 65536)):
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise CommandError(f"No free port from {wanted} on. Set PORT to another one.")


def only_one(lock: IO[str], say: Callable[[str], None] = print) -> None:
    """Be the only Plumb of this folder; one that is stopping, which takes it some seconds, is waited for."""
    began, patience, said = time.monotonic(), HESITATION, ""
    while not locked(lock):
        said = Path(lock.name).read_text() or said
        if said == STOPPING and patience == HESITATION:
            say("The Plumb that ran from this folder is still stopping; waiting for it.")
            patience = WAIT_FOR_THE_LAST
        if time.monotonic() - began > patience:
            raise CommandError(f"Plumb already runs from this folder: {said or 'just starting'}")
        time.sleep(0.1)


def locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def note(lock: IO[str], address: str) -> None:
    lock.truncate(0)
    lock.write(address)
    lock.flush()


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
