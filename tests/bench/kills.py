"""Runners killed at failpoints and at random while they settle nights: nothing lost, nothing doubled, nothing wrong.

    .venv/bin/python -m tests.bench.kills --kills 500 --nights 30 --runners 3 --restarts 10

A small company changes between the nights. One copy of it is settled in peace; in the other, runners are killed with
`kill -9`, replaced, and killed again, and the database is restarted under them. Then both are compared: every fact
with the runs that believed it, every total, every published revision, every step and night.
"""

import argparse
import os
import random
import sys
import time
import traceback
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import time_machine

FIRST = datetime(2026, 3, 25, 0, 10, tzinfo=UTC)  # a month ends among the nights
DAY = timedelta(days=1)
SMALL = {"customers": 30, "months": 4}
PERFECT, FAILED, CUT_OFF = 0, 1, 3


@dataclass
class Siege:
    """What is done to the runners of one copy, and what was done so far."""

    kills: int
    runners: int = 3
    restarts: int = 0
    restart: Callable[[], None] = lambda: None
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    at_points: dict[str, int] = field(default_factory=dict)
    at_random: int = 0
    restarted: int = 0

    @property
    def killed(self) -> int:
        return sum(self.at_points.values()) + self.at_random


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill runners while they settle nights, and compare.")
    parser.add_argument("--every", type=int, default=1, help="only every n-th measure, and the KPIs over those (1)")
    for name, number in (("kills", 500), ("nights", 30), ("runners", 3), ("restarts", 10), ("seed", 7)):
        parser.add_argument(f"--{name}", type=int, default=number, help=f"({number})")
    said = parser.parse_args()
    from tests import services

    services.prepare()
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    keep_every(said.every)
    siege = Siege(said.kills, said.runners, said.restarts, restart_the_database, random.Random(said.seed))
    began = time.perf_counter()
    wrong = run(connection.settings_dict["NAME"], siege, nights=said.nights, say=partial(print, flush=True))
    print(f"{time.perf_counter() - began:.0f} s with {said.runners} runners, load {os.getloadavg()[0]:.1f}")
    sys.exit(1 if wrong else 0)


def keep_every(n: int) -> None:
    """Forget the other measures, and the KPIs that read them."""
    from metrics.language import KPIS, MEASURES
    from metrics.registry import all_measures

    for measure in set(all_measures()) - set(all_measures()[::n]):
        del MEASURES[measure.key]
    for key, kpi in list(KPIS.items()):
        if not {measure.key for measure in kpi.measures()} <= MEASURES.keys():
            del KPIS[key]


def run(base: str, siege: Siege, *, nights: int, say: Callable[..., None] = lambda *words: None) -> int:
    """Settle the same nights twice, once in peace and once under siege; how many rows differ."""
    from django.core.management import call_command

    from tests.bench.twins import compare, copy_of

    with copy_of(base) as quiet:
        with using(quiet):
            call_command("demo", until=(FIRST - 2 * DAY).date(), verbosity=0, stdout=StringIO(), **SMALL)
        with copy_of(quiet) as besieged:
            keep_what_was_committed(besieged)
            seconds = live_through(quiet, nights, settle_in_peace)
            say(f"{nights} nights in peace, the median in {sorted(seconds)[nights // 2]:.2f} s")
            left = iter(range(nights, 0, -1))
            live_through(besieged, nights, lambda: settle_under(siege, nights_left=next(left)))
            say(f"{siege.killed} kills: {siege.at_random} at random, {sum(siege.at_points.values())} at failpoints")
            say(", ".join(f"{point} {n}" for point, n in siege.at_points.items()))
            say(f"{siege.restarted} restarts of the database")
            found = compare(quiet, besieged)
            for line in found.told(10):
                say(line)
            say(f"of {found.rows:,} rows: lost={found.lost} duplicate={found.duplicate} wrong={found.wrong}")
            return found.lost + found.duplicate + found.wrong


def keep_what_was_committed(database: str) -> None:
    """Services for tests may forget the last moments before a crash; a database for work does not."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {connection.ops.quote_name(database)} SET synchronous_commit = on")
        # Until a checkpoint a crash takes a sequence that was copied with its database back to where it stood then.
        cursor.execute("CHECKPOINT")


@contextmanager
def using(database: str) -> Iterator[None]:
    """Everything asked of the database meanwhile goes to this one."""
    from django.db import connection

    connection.close()
    before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def live_through(database: str, nights: int, settle: Callable[[], Any]) -> list[float]:
    """Change the company by day and settle it by night; the seconds of the nights."""
    from tests.bench.twins import change

    seconds = []
    with using(database):
        for number in range(nights):
            midnight = FIRST + number * DAY
            with time_machine.travel(midnight - DAY / 2, tick=False):
                change(random.Random(number))
            with time_machine.travel(midnight):
                began = time.perf_counter()
                settle()
            seconds.append(time.perf_counter() - began)
    return seconds


def settle_in_peace() -> None:
    from metrics.models import Run
    from metrics.night import settle_nights

    run = settle_nights()
    assert run is not None
    assert run.status == Run.Status.DONE, list(run.steps.failed().values_list("key", "error"))


def settle_under(siege: Siege, *, nights_left: int) -> None:
    """Keep runners at work until the night is done, and kill this night's share of them."""
    from django.db import connection

    connection.close()  # Children must not share it.
    killed_before, kills = siege.killed, -(-(siege.kills - siege.killed) // nights_left)
    restarts = -(-(siege.restarts - siege.restarted) // nights_left)
    living: dict[int, str] = {}
    while True:
        may_kill = siege.killed - killed_before < kills
        while len(living) < siege.runners:
            point = aim(siege, living.values()) if may_kill and siege.dice.random() < 0.6 else ""
            living[start_runner(point)] = point
        if reap(living, siege):
            break
        time.sleep(siege.dice.uniform(0, 0.05))
        if living and may_kill and siege.at_random < siege.kills * 0.4 and siege.dice.random() < 0.3:
            os.kill(siege.dice.choice(sorted(living)), 9)
        if restarts and siege.dice.random() < 0.02:
            restarts, siege.restarted = restarts - 1, siege.restarted + 1
            siege.restart()
    while living:
        reap(living, siege)
        time.sleep(0.01)


def aim(siege: Siege, aimed: Collection[str]) -> str:
    """Where the next runner dies: at a point where none has died yet, in the order they are passed; then anywhere."""
    from metrics.failpoint import POINTS

    for point in POINTS:
        if point not in siege.at_points and f"{point}=kill" not in aimed:
            return f"{point}=kill"
    return f"{siege.dice.choice(list(POINTS))}=kill:{siege.dice.randint(1, 8)}"


def start_runner(point: str) -> int:
    """A process of its own that takes part in the night, and ends when the night is over; its number."""
    from django.conf import settings
    from django.db import OperationalError

    from metrics import failpoint
    from metrics.night import settle_nights

    child = os.fork()
    if child:
        return child
    ended = FAILED
    try:
        failpoint.arm(point)
        settings.NIGHT_ATTEMPTS = 10_000  # It is the runner that dies here, not the step that is ill.
        settle_nights()
        ended = PERFECT
    except OperationalError:
        ended = CUT_OFF
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(ended)


def reap(living: dict[int, str], siege: Siege) -> bool:
    """Bury the dead; whether one of them had seen the night to its end."""
    is_over = False
    for child, point in list(living.items()):
        number, status = os.waitpid(child, os.WNOHANG)
        if not number:
            continue
        del living[child]
        code = os.waitstatus_to_exitcode(status)
        if code == -9 and point:
            name = point.split("=")[0]
            siege.at_points[name] = siege.at_points.get(name, 0) + 1
        elif code == -9:
            siege.at_random += 1
        elif code == FAILED:
            raise AssertionError("A runner failed; its words are above.")
        is_over |= code == PERFECT
    return is_over


def restart_the_database() -> None:
    """As a crash of the server: nothing is closed, everybody is thrown out."""
    from crmsite.embedded import Embedded

    server: Any = Embedded(Path(os.environ["PLUMB_VAR"]), careless=True)._servers()["DATABASE_URL"]
    server.programs = server._reachable_programs()
    server._run("pg_ctl", "restart", "-D", str(server.cluster), "-m", "immediate", "-s", "-w", "-l", os.devnull)


if __name__ == "__main__":
    main()
