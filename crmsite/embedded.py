"""PostgreSQL and Valkey for whoever has none: started by the first who needs them, stopped by the last one out.

Every process that uses them holds a shared lock on `users.lock`. Starting and stopping happen under the exclusive
`start.lock`; whoever leaves and can have `users.lock` for itself alone was the last. The system drops the locks of a
killed process by itself, so nothing has to be cleaned by hand: the next one attaches to what runs.
"""

import contextlib
import json
import os
import shutil
import signal
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import IO

from .postgres import Postgres, Unstartable, is_awkward
from .valkey import Valkey

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

Unavailable = Unstartable

HOME = Path(os.environ.get("PLUMB_VAR") or Path(__file__).resolve().parent.parent / "var")
NEEDS_NOTHING = {"help", "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "makemessages"}
SOCKET_ROOM = 80  # A socket's path may have 103 bytes, of which its own name takes some.


class Embedded:
    """The two servers of one home folder, for as long as this process holds them."""

    def __init__(self, home: Path = HOME, *, careless: bool = False) -> None:
        self.home = home
        self.careless = careless
        self.seat: IO[str] | None = None
        self.owner = os.getpid()

    def enter(self, wants: Sequence[str] = ("DATABASE_URL", "REDIS_URL")) -> dict[str, str]:
        """Take a seat, start what is wanted and does not run; returns the addresses by the names of their settings."""
        if fcntl is None:
            raise Unavailable("This system cannot run the embedded services. Set DATABASE_URL and REDIS_URL.")
        self.home.mkdir(parents=True, exist_ok=True)
        with self._gate():
            self.owner = os.getpid()
            self.seat = (self.home / "users.lock").open("a")
            fcntl.flock(self.seat, fcntl.LOCK_SH)
            try:
                servers = {name: server for name, server in self._servers().items() if name in wants}
                for server in servers.values():
                    server.start()
            except BaseException:
                self._give_up_seat()
                raise
        return {name: server.url for name, server in servers.items()}

    def leave(self) -> None:
        """Give up the seat; the last one out stops the servers. A forked child never leaves for its parent."""
        if self.seat is None or self.owner != os.getpid():
            return
        with self._gate():
            self._give_up_seat()

    def _give_up_seat(self) -> None:
        seat, self.seat = self.seat, None
        if seat is None:
            return
        with seat, contextlib.suppress(BlockingIOError):
            fcntl.flock(seat, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for server in self._servers().values():
                server.stop()
            shutil.rmtree(self._sockets(), ignore_errors=True)

    @contextlib.contextmanager
    def _gate(self) -> Iterator[None]:
        with (self.home / "start.lock").open("a") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield

    def _servers(self) -> dict[str, Postgres | Valkey]:
        sockets = self._sockets()
        return {
            "DATABASE_URL": Postgres(self._cluster_home() / "pg18", sockets, careless=self.careless),
            "REDIS_URL": Valkey(self.home / "valkey", sockets, careless=self.careless),
        }

    def _sockets(self) -> Path:
        """A short folder of our own under the system's temporary one; made again where it was swept away."""
        noted = self._noted("sockets")
        if noted and _is_ours(noted):
            return noted
        if noted:
            with contextlib.suppress(OSError):
                noted.mkdir(mode=0o700)
                return self._opened(noted)
        temporary = Path(tempfile.gettempdir())
        if len(os.fsencode(temporary)) > SOCKET_ROOM:
            temporary = Path("/tmp")  # noqa: S108
        return self._note("sockets", self._opened(Path(tempfile.mkdtemp(prefix="plumb-", dir=temporary))))

    def _cluster_home(self) -> Path:
        """The home folder, or one under /var/tmp where PostgreSQL could not work in it."""
        if not is_awkward(self.home):
            return self.home.resolve()
        noted = self._noted("elsewhere")
        if noted and noted.is_dir() and noted.stat().st_uid == os.geteuid():
            return noted
        made = Path(tempfile.mkdtemp(prefix="plumb-", dir="/var/tmp"))
        made.chmod(0o755 if os.geteuid() == 0 else 0o700)
        return self._note("elsewhere", made)

    @staticmethod
    def _opened(folder: Path) -> Path:
        if os.geteuid() == 0:
            os.chown(folder, 65534, 65534)
        return folder

    def _noted(self, name: str) -> Path | None:
        try:
            return Path(json.loads((self.home / "embedded.json").read_text())[name])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _note(self, name: str, folder: Path) -> Path:
        notes = {key: str(path) for key in ("sockets", "elsewhere") if (path := self._noted(key))} | {
            name: str(folder)
        }
        beside = self.home / "embedded.json.new"
        beside.write_text(json.dumps(notes, indent=1))
        beside.replace(self.home / "embedded.json")
        return folder

    def remove(self) -> bool:
        """Stop the servers and forget everything they kept; refused (False) while somebody uses them."""
        try:
            with self._gate(), (self.home / "users.lock").open("a") as seat:
                return self._remove(seat)
        except FileNotFoundError:
            return True  # There is nothing, or somebody else has just swept it away.

    def _remove(self, seat: IO[str]) -> bool:
        try:
            fcntl.flock(seat, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        for server in self._servers().values():
            server.stop()
        for name in "sockets", "elsewhere":
            if folder := self._noted(name):
                shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)
        return True


@contextlib.contextmanager
def for_command(argv: Sequence[str]) -> Iterator[None]:
    """Give a command the services that its environment does not name, for as long as it runs."""
    wants = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
    word = argv[1] if len(argv) > 1 else "help"
    if not wants or word in NEEDS_NOTHING or {"-h", "--help", "--version"} & set(argv[1:]):
        yield
        return
    services = Embedded()
    exit_on_termination()
    try:
        os.environ.update(services.enter(wants))
        yield
    finally:
        services.leave()


def exit_on_termination() -> None:
    """A plain SIGTERM would skip every `finally`; a command that has its own manners keeps them."""

    def leave(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    if threading.current_thread() is threading.main_thread():
        for number in signal.SIGTERM, signal.SIGHUP:
            if signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, leave)


def _is_ours(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    owners = {os.geteuid(), 65534} if os.geteuid() == 0 else {os.geteuid()}
    return stat.S_ISDIR(found.st_mode) and found.st_uid in owners and not found.st_mode & 0o077


if __name__ == "__main__":
    # `make clean` asks for this before it removes the folder.
    if not Embedded().remove():
        raise SystemExit("plumb: the embedded services are in use; stop what uses them first.")
