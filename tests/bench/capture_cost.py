"""What it costs writers that the database notes every change: with its triggers on, and with them switched off.

    .venv/bin/python -m tests.bench.capture_cost 100000

Both are tried in turns. Single writers are measured by the work of both processes, six at once by the clock, each on
rows of its own, so that a deadlock could only come from the noting. Everything written is taken back.
"""

import multiprocessing
import random
import statistics
import time
from collections.abc import Callable

import psycopg

from tests.bench import cluster, meter

SAVES, BULK, COPIED = 300, 5_000, 100_000
WRITERS, TRANSACTIONS = 6, 200
TABLES = ("sales_deal", "sales_order", "sales_orderline", "support_ticket", "customers_customer")


def main() -> None:
    parser = cluster.arguments("Weigh what noting changes costs writers.")
    parser.add_argument("--rounds", type=int, default=5)
    said = parser.parse_args()
    cluster.enter(said)
    print(meter.load())
    for title, act in ((f"{SAVES} saves", saves), (f"bulk_create of {BULK:,}", bulk), (f"COPY of {COPIED:,}", copy)):
        with_notes, without = [], []
        for _ in range(said.rounds):
            without.append(taken_back(act, notes=False))
            with_notes.append(taken_back(act, notes=True))
        tell(title, with_notes, without)
    together(said.rounds)


def taken_back(act: Callable[[], None], *, notes: bool) -> float:
    """The work of one try, foreign keys checked; nothing of it stays."""
    from django.db import transaction

    from tests.bench.ledger import sql

    with transaction.atomic():
        switch(notes)

        def act_and_check() -> None:
            act()
            sql("SET CONSTRAINTS ALL IMMEDIATE")

        took = meter.cost(act_and_check)
        transaction.set_rollback(True)
    return took.work


def switch(notes: bool) -> None:
    """Let the triggers that note changes fire, or not."""
    from tests.bench.ledger import sql

    triggers = sql(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
        " WHERE starts_with(tgname, 'metrics_note_') AND tgrelid::regclass::text = ANY (%s)",
        [list(TABLES)],
    )
    for table, trigger in triggers:
        sql(f"ALTER TABLE {table} {'ENABLE' if notes else 'DISABLE'} TRIGGER {trigger}")


def tell(title: str, with_notes: list[float], without: list[float]) -> None:
    on, off = statistics.median(with_notes), statistics.median(without)
    print(f"{title:28}{off * 1000:9.0f} ms without, {on * 1000:9.0f} ms with notes   {on / off:5.2f} x", flush=True)


def saves() -> None:
    from support.models import Ticket

    for ticket in Ticket.objects.order_by("-created_at")[:SAVES]:
        ticket.save()


def bulk() -> None:
    from django.utils import timezone

    from support.models import Ticket

    row = {"subject": "Made at once", "created_at": timezone.now(), "awaited_since": timezone.now()}
    made = [Ticket(**row, customer_id=1 + i % 900, agent_id=121 + i % 120) for i in range(BULK)]
    Ticket.objects.bulk_create(made, batch_size=1_000)


def copy() -> None:
    """Tickets by COPY, in the words PostgreSQL writes them in."""
    from django.db import connection

    names = "subject, customer_id, created_at, agent_id"
    rest = "number, channel, priority, status, product_line, source, external_id"
    zeros = "reopened_count, was_escalated, is_spam, version, added_at, changed_at"
    text = "".join(
        f"Copied {i}\t{1 + i % 900}\t2026-01-01 10:00+00\t{121 + i % 120}\t\temail\tnormal\tnew\tline-1\t\t"
        "\t0\tf\tf\t1\t2026-01-01 10:00+00\t2026-01-01 10:00+00\n"
        for i in range(COPIED)
    )
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY support_ticket ({names}, {rest}, {zeros}) FROM STDIN") as to,
    ):
        to.write(text)


def together(rounds: int) -> None:
    """Several writers at once: transactions a second, and deadlocks."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    address = psycopg.conninfo.make_conninfo(
        host=database["HOST"], port=database["PORT"] or 5432, user=database["USER"], dbname=database["NAME"]
    )
    speeds: dict[bool, list[float]] = {True: [], False: []}
    deadlocks = 0
    for _ in range(rounds):
        for notes in (False, True):
            switch(notes)
            with multiprocessing.get_context("spawn").Pool(WRITERS) as pool:
                found = pool.starmap(writer, [(address, number) for number in range(WRITERS)])
            deadlocks += sum(stuck for _, stuck in found)
            speeds[notes].append(WRITERS * TRANSACTIONS / max(took for took, _ in found))
    switch(True)
    on, off = statistics.median(speeds[True]), statistics.median(speeds[False])
    print(
        f"{WRITERS} writers at once           {off:9.0f} transactions/s without, {on:.0f} with notes"
        f"   {on / off:5.2f} x   {deadlocks} deadlocks"
    )


def writer(address: str, number: int) -> tuple[float, int]:
    """Deals, orders with their lines and tickets changed, many small transactions; how long, and how often stuck."""
    dice, stuck = random.Random(number), 0
    with psycopg.connect(address) as connection:
        ids = {
            table: [row[0] for row in connection.execute(
                f"SELECT id FROM {table} WHERE mod(hashint8(id), {WRITERS}) = {number} LIMIT 5000"
            )]
            for table in ("sales_deal", "sales_orderline", "support_ticket")
        }  # fmt: skip
        connection.commit()
        started = time.perf_counter()
        for _ in range(TRANSACTIONS):
            try:
                with connection.transaction():
                    for table, column in (("sales_deal", "amount"), ("sales_orderline", "net")):
                        connection.execute(
                            f"UPDATE {table} SET {column} = {column} + 0 WHERE id = %s",
                            [dice.choice(ids[table])],
                        )
                    connection.execute(
                        "UPDATE support_ticket SET priority = priority WHERE id = ANY (%s)",
                        [dice.sample(ids["support_ticket"], min(5, len(ids["support_ticket"])))],
                    )
            except psycopg.errors.DeadlockDetected:
                stuck += 1
        return time.perf_counter() - started, stuck


if __name__ == "__main__":
    main()
