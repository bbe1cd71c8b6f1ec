"""`manage.py up`: one command, one terminal, and nothing left behind after Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from django.core.management import CommandError

from crmsite.embedded import Embedded
from crmsite.management.commands import up as commands

CHECKOUT = Path(__file__).resolve().parents[2]


def processes_of(home: Path) -> list[str]:
    """Command lines of whatever still runs with this home in its environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"PLUMB_VAR={home}\0" in entry.read_text(errors="replace"):
                found.append((entry.parent / "cmdline").read_text(errors="replace").replace("\0", " "))
        except OSError:
            continue
    return [line for line in found if line]


def read_until(process: subprocess.Popen[str], words: str) -> str:
    seen = []
    assert process.stdout
    for line in process.stdout:
        seen.append(line)
        if words in line:
            return "".join(seen)
    raise AssertionError("".join(seen))


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
def test_ctrl_c_leaves_no_process_and_keeps_what_was_made(tmp_path: Path) -> None:
    home = tmp_path / "var"
    environ = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}} | {
        "PLUMB_VAR": str(home)
    }
    up = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--port", "8470"],
        cwd=CHECKOUT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        watch_it_live(up, home)
    finally:
        up.kill()  # its programs end with it
        up.wait()
        Embedded(home).remove()


def watch_it_live(up: subprocess.Popen[str], home: Path) -> None:
    said = read_until(up, "Ctrl-C stops everything")
    address = said.split("Plumb is ready: ")[1].split()[0]
    with urllib.request.urlopen(f"{address}/healthz") as answer:
        assert answer.read() == b"ok\n"
    with urllib.request.urlopen(f"{address}/staff/login/") as answer:
        assert b"Plumb" in answer.read()

    web = next(pid for pid in children(up.pid) if "gunicorn" in command(pid))
    os.kill(web, signal.SIGKILL)
    read_until(up, "web ended with")
    wait_for(address)

    up.send_signal(signal.SIGINT)
    read_until(up, "| stopping")
    with (home / "up.lock").open("a+") as lock:
        commands.only_one(lock)  # Whoever starts the next one at once waits for this one, and is not refused.
    up.communicate(timeout=60)
    assert up.returncode == 0
    deadline = time.monotonic() + 10
    while processes_of(home) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_of(home) == []


@pytest.fixture
def held(tmp_path: Path) -> Iterator[IO[str]]:
    """The lock of a folder that Plumb runs from."""
    with (tmp_path / "up.lock").open("a+") as lock:
        commands.only_one(lock)
        commands.note(lock, "http://localhost:8000")
        yield lock


def test_a_second_one_is_refused_and_led_to_the_first(held: IO[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "HESITATION", 0)
    with Path(held.name).open("a+") as lock, pytest.raises(CommandError, match=r"already runs.*http://localhost:8000"):
        commands.only_one(lock)


def test_one_that_is_just_stopping_is_waited_for(held: IO[str], monkeypatch: pytest.MonkeyPatch) -> None:
    said, waited = [], []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 1:
            commands.note(held, commands.STOPPING)  # As somebody does who was told to stop.
        if len(waited) == 30:
            held.close()

    monkeypatch.setattr(commands, "HESITATION", 600)  # However slow the machine is.
    monkeypatch.setattr(commands.time, "sleep", wait)
    with Path(held.name).open("a+") as lock:
        commands.only_one(lock, say=said.append)
    assert len(waited) == 30
    assert said == ["The Plumb that ran from this folder is still stopping; waiting for it."]


def test_one_that_never_stops_is_not_waited_for_without_end(held: IO[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "WAIT_FOR_THE_LAST", 0)
    commands.note(held, commands.STOPPING)
    with Path(held.name).open("a+") as lock, pytest.raises(CommandError, match=r"already runs.*stopping"):
        commands.only_one(lock, say=lambda said: None)


def test_logins_are_made_once_and_kept_from_others(tmp_path: Path) -> None:
    kept = tmp_path / "demo-logins.json"
    made = commands.write_logins(kept)
    assert set(made) == {"rep", "agent", "lead", "marketer", "manager", "admin", "token"}
    assert kept.stat().st_mode & 0o777 == 0o600
    assert commands.read_logins(kept) == made == json.loads(kept.read_text())


def test_a_taken_port_gives_way_to_the_next(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert commands.free_port("127.0.0.1", port) > port


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the web process did not come back")
