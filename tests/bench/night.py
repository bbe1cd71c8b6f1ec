"""How long the nights on the demo data take: the first build, a night after 500 changed records, one with no change.

    .venv/bin/python -m tests.bench.night

It runs on services of its own, thrown away afterwards. Quote medians and the ratio, not single times.
"""

import io
import os
import statistics
import sys
import time

from tests import services

ROUNDS = 5
CHANGES = 500


def main() -> None:
    services.prepare()
    import django

    django.setup()
    from django.core.management import call_command

    from metrics.models import Cell, Fact, Run

    call_command("migrate", verbosity=0)
    call_command("demo", stdout=io.StringIO())
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    first = timed()
    print(f"first build      {first:7.2f} s   {Fact.objects.count():,} facts, {Cell.objects.count():,} cells")
    changed = []
    for round_number in range(ROUNDS):
        change(round_number)
        changed.append(timed())
        steps = Run.objects.latest("pk").steps.filter(kind="measure")
        print(
            f"{CHANGES} changes      {changed[-1]:7.2f} s   {sum(s.opened for s in steps):,} facts opened,"
            f" {sum(s.closed for s in steps):,} closed"
        )
    quiet = [timed() for _ in range(ROUNDS)]
    print(f"median after {CHANGES} changes {statistics.median(changed):.2f} s (target 5 s)")
    print(f"median without change    {statistics.median(quiet):.2f} s")
    print(f"first build ÷ night      {first / statistics.median(changed):.1f}")


def timed() -> float:
    from metrics.models import Run
    from metrics.night import settle_nights

    started = time.perf_counter()
    run = settle_nights(kind=Run.Kind.MANUAL)
    took = time.perf_counter() - started
    if run is None or run.status != Run.Status.DONE:
        sys.exit(f"The night failed: {run and run.error}")
    return took


def change(round_number: int) -> None:
    """500 records of five kinds, old and new ones, by plain updates."""
    from django.db.models import F

    from sales.models import Deal, Lead, OrderLine
    from support.models import Ticket
    from surveys.models import Answer

    share = CHANGES // 5
    for model, field, value in (
        (Deal, "amount", F("amount") + 1),
        (Lead, "lead_source", f"Source {round_number}"),
        (OrderLine, "net", F("net") + 1),
        (Ticket, "priority", ["low", "normal", "high", "urgent"][round_number % 4]),
        (Answer, "channel", ["email", "chat", "web"][round_number % 3]),
    ):
        picked = list(model.objects.order_by("pk").values_list("pk", flat=True)[round_number::7][:share])
        model.objects.filter(pk__in=picked).update(**{field: value})


if __name__ == "__main__":
    main()
