"""Work measured: seconds by the clock, and processor time here and in PostgreSQL, which no busy machine bends."""

import os
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

TICK = os.sysconf("SC_CLK_TCK")


class Cost(NamedTuple):
    """What something took: by the clock, of the processor in this process, and in its database connection."""

    clock: float
    python: float
    postgres: float

    @property
    def work(self) -> float:
        return self.python + self.postgres

    def __str__(self) -> str:
        return (
            f"{self.clock:7.2f} s   work {self.work:7.2f} s (Python {self.python:.2f}, PostgreSQL {self.postgres:.2f})"
        )


def cost(act: Callable[[], object]) -> Cost:
    """Do it once; what it took. Parallel workers of PostgreSQL are not counted: set them to none."""
    before = _now()
    act()
    return Cost(*(after - start for after, start in zip(_now(), before, strict=True)))


def _now() -> tuple[float, float, float]:
    return time.perf_counter(), time.process_time(), _backend()


def _backend() -> float:
    """Processor seconds of the PostgreSQL process behind our connection; 0 where it cannot be looked at."""
    from django.db import connection

    connection.ensure_connection()
    try:
        stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(stat[11]) + int(stat[12])) / TICK


def share(values: Sequence[float], part: float) -> float:
    """The value that this part of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(part * (len(ordered) - 1)))]


def median(costs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(values) for values in zip(*costs, strict=True)))


def memory() -> str:
    """The most this process ever held."""
    return f"peak memory of the Python process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"


def load() -> str:
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
