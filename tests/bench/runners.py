"""How much sooner a first build is done when two runners share it.

    .venv/bin/python -m tests.bench.runners 100000 --runners 2

The ledger is emptied before each build; builds with one runner and with several take turns. Every runner is a process
of its own, as a worker is. Only where as many cores are free as there are runners does the figure say anything.
"""

import os
import statistics
import sys
import time

from tests.bench import cluster

ROUNDS = 3


def main() -> None:
    parser = cluster.arguments("Build the ledger of a company with one runner, and with several.")
    parser.add_argument("--runners", type=int, default=2, help="how many share the build (2)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"how often ({ROUNDS})")
    said = parser.parse_args()
    cluster.enter(said)
    took: dict[int, list[float]] = {1: [], said.runners: []}
    for _ in range(said.rounds):
        for runners, seconds in took.items():
            load = os.getloadavg()[0]
            seconds.append(build(runners))
            print(f"{runners} runners {seconds[-1]:8.1f} s   {by_kind()}   load before {load:.1f}", flush=True)
    alone, shared = (statistics.median(seconds) for seconds in took.values())
    print(f"medians {alone:.1f} s and {shared:.1f} s: {alone / shared:.2f} x with {said.runners} runners (target 1.7)")


def build(runners: int) -> float:
    """One run over everything, shared by so many processes; the seconds it took."""
    from metrics.models import Run
    from metrics.night import see_through, start
    from tests.bench.ledger import empty_the_ledger

    empty_the_ledger()
    began = time.perf_counter()
    run, _ = start(Run.Kind.MANUAL)
    assert run is not None
    children = [beside(run.pk) for _ in range(runners - 1)]
    run = see_through(run)
    took = time.perf_counter() - began
    for child in children:
        os.waitpid(child, 0)
    if run.status != Run.Status.DONE:
        sys.exit(f"The run failed: {list(run.steps.failed().values_list('key', 'error')[:3])}")
    return took


def beside(number: int) -> int:
    """Another process that takes part in the run."""
    from django.db import connection

    from metrics.models import Run
    from metrics.night import see_through

    connection.close()  # Children must not share it.
    child = os.fork()
    if not child:
        try:
            see_through(Run.objects.get(pk=number))
        finally:
            os._exit(0)
    return child


def by_kind() -> str:
    """How many seconds of work the steps of each kind were."""
    from django.db.models import Sum

    from metrics.models import RunStep

    seconds = RunStep.objects.order_by("kind").values_list("kind").annotate(Sum("seconds"))
    return ", ".join(f"{kind} {total:.1f} s" for kind, total in seconds)


if __name__ == "__main__":
    main()
