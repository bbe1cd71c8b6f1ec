"""The PostgreSQL the benchmarks work in: a cluster of their own, kept, one database for each size of company.

It trusts the machine not to fail (no fsync), so what is measured is work, not this disk.
"""

import argparse
import atexit
import os
import sys
from pathlib import Path
from urllib.parse import quote

import psycopg

CHECKOUT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(CHECKOUT))

from crmsite import embedded  # noqa: E402
from crmsite.postgres import NAME, Postgres  # noqa: E402
from crmsite.valkey import Valkey  # noqa: E402

TUNED = {
    "shared_buffers": "2GB",
    "effective_cache_size": "8GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "random_page_cost": "1.1",
    "max_parallel_maintenance_workers": "2",
    "autovacuum_naptime": "1min",
}


class Bench(embedded.Embedded):
    """The embedded services with room to work in."""

    def _servers(self) -> dict[str, Postgres | Valkey]:
        servers = super()._servers()
        servers["DATABASE_URL"].config.update(TUNED)  # type: ignore[union-attr]
        return servers


def arguments(about: str, *, size: bool = True) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=about)
    if size:
        parser.add_argument("customers", type=int, nargs="?", default=100_000, help="how many customers (100000)")
    parser.add_argument("--home", type=Path, default=CHECKOUT / "var" / "bench", help="the folder of the cluster")
    parser.add_argument("--into", metavar="DATABASE", help="the database (company_100000)")
    return parser


def enter(said: argparse.Namespace, *, fresh: bool = False) -> None:
    """Start the cluster and point Django at the database of this size; with `fresh` at an empty one."""
    said.home.mkdir(parents=True, exist_ok=True)
    services = Bench(said.home, careless=True)
    embedded.exit_on_termination()
    addresses = services.enter()
    atexit.register(services.leave)
    name = said.into or f"company_{said.customers}"
    sockets = services._sockets()
    with psycopg.connect(host=str(sockets), user=NAME, dbname="postgres", autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if fresh and known:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        if fresh:
            connection.execute(f'CREATE DATABASE "{name}"')
        if not fresh and not known:
            raise SystemExit(f"There is no {name} yet: python -m tests.bench.company {said.customers} makes it.")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "crmsite.settings",
        "DEBUG": "0",
        "SECRET_KEY": "only-for-benches-" + "k" * 50,
        "PLUMB_VAR": str(said.home),
        "PLUMB_STATIC_FROM_SOURCE": "1",
        "DATABASE_URL": f"postgres://{NAME}@:5432/{quote(name)}?host={quote(str(sockets))}",
        "REDIS_URL": addresses["REDIS_URL"],
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
