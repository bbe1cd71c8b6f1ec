"""The first build by one worker process, then by two.

    .venv/bin/python -m tests.bench.two_workers 20000

Only the clock can tell, so it says something only where two cores are free: the load is printed.
"""

import statistics
import subprocess
import sys
import time

from tests.bench import cluster, meter


def main() -> None:
    parser = cluster.arguments("Build with one worker, then with two.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--help-with", type=int, metavar="RUN", help="take part in this run (for the bench itself)")
    said = parser.parse_args()
    cluster.enter(said)
    if said.help_with:
        return see_through(said.help_with)
    print(meter.load())
    took: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(said.rounds):
        for workers in took:
            took[workers].append(first_build(workers, sys.argv[1:]))
            print(
                f"{workers} worker{'s' if workers > 1 else ' '} {took[workers][-1]:8.1f} s   {meter.load()}",
                flush=True,
            )
    one, two = (statistics.median(took[workers]) for workers in (1, 2))
    print(f"one ÷ two = {one / two:.2f} (target 1.7)")
    return None


def first_build(workers: int, words: list[str]) -> float:
    """The seconds until an empty ledger is built; each worker is a process of its own."""
    from django.db import connection

    from metrics.night import start
    from tests.bench.ledger import empty_the_ledger

    empty_the_ledger()
    run, _ = start("manual")
    if run is None:
        raise SystemExit("Nothing is due.")
    connection.close()
    started = time.perf_counter()
    command = [sys.executable, "-m", "tests.bench.two_workers", *words, "--help-with", str(run.pk)]
    helpers = [subprocess.Popen(command) for _ in range(workers)]
    ends = [helper.wait() for helper in helpers]
    if any(ends):
        raise SystemExit("A worker failed.")
    return time.perf_counter() - started


def see_through(number: int) -> None:
    from metrics import night
    from metrics.models import Run

    night.see_through(Run.objects.get(pk=number))


if __name__ == "__main__":
    main()
