"""A company of any size, five years of it, the same rows every time for the same size and day.

    .venv/bin/python -m tests.bench.company 100000

100,000 customers have about 2.8 million rows in some 40 tables, and about 2.5 million facts. Rows go straight into
the real tables; triggers and foreign keys are off meanwhile, unless `--checked` leaves them on.
"""

import contextlib
from datetime import UTC, date, datetime, time

from tests.bench import cluster


def main() -> None:
    parser = cluster.arguments("Make a company to measure with.")
    parser.add_argument("--until", type=date.fromisoformat, default=datetime.now(UTC).date(), help="its last day")
    parser.add_argument("--checked", action="store_true", help="leave triggers, foreign keys and indexes on")
    said = parser.parse_args()
    cluster.enter(said, fresh=True)
    from tests.bench.filling import say

    say(f"{said.customers:,} customers until {said.until} into {said.into or f'company_{said.customers}'}")
    total = make(said.customers, said.until, checked=said.checked)
    say(f"{total:,} rows; {size()} with indexes")


def make(customers: int, until: date, *, checked: bool = False) -> int:
    """Fill an empty database; how many rows the many tables have."""
    from django.db import connection

    from tests.bench.filling import say

    total = fill(customers, until, checked=checked)
    say("counting", end="\r")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return total


def fill(customers: int, until: date, *, checked: bool) -> int:
    """Write the company into empty tables."""
    from django.db import connection

    from tests.bench.dealings import CUSTOMERS, VISITS
    from tests.bench.filling import bare, dice, go_on_counting, written
    from tests.bench.selling import SELLING
    from tests.bench.serving import SERVING
    from tests.bench.staff import hire_and_name

    hire_and_name(until)
    story = [*CUSTOMERS, *VISITS, *SELLING, *SERVING]
    tables = sorted({rows.model._meta.db_table for rows in story})
    with connection.cursor() as cursor, dice(datetime.combine(until, time(), UTC)):
        # The story tells itself how customers were described; the trigger would tell it twice.
        cursor.execute("ALTER TABLE customers_customer DISABLE TRIGGER customers_customer_inserted")
        with contextlib.nullcontext() if checked else bare(tables):
            total = written(story, n=customers)
        cursor.execute("ALTER TABLE customers_customer ENABLE TRIGGER customers_customer_inserted")
    go_on_counting()
    return total


def size() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        return cursor.fetchone()[0]


if __name__ == "__main__":
    main()
