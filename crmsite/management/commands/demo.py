"""`manage.py demo`: a made-up company's two years to look around in, and the way back."""

from argparse import ArgumentParser
from datetime import date, timedelta
from time import perf_counter
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from crmsite.demo import fill, people, removal


class Command(BaseCommand):
    help = "Fill in demo data, or take exactly it away again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=7, help="The same seed and last day tell the same story.")
        parser.add_argument("--customers", type=int, default=2000)
        parser.add_argument("--months", type=int, default=24)
        parser.add_argument("--until", type=date.fromisoformat, help="The last day, as in 2026-01-31; else yesterday.")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--users", action="store_true", help="Only the roles, their logins and the API token.")
        what.add_argument("--remove", action="store_true", help="Take the demo away, and nothing else.")

    def handle(self, *args: Any, users: bool, remove: bool, **options: Any) -> None:
        if remove:
            self.remove()
            return
        if users or not people.are_here():
            people.open_doors()
        if users:
            self.say("The demo's people can sign in.")
            return
        if fill.is_filled():
            self.say("The demo is here already; nothing was changed.")
            return
        self.fill(**options)

    def fill(self, *, seed: int, customers: int, months: int, until: date | None, **options: Any) -> None:
        if customers < 20 or not 3 <= months <= 120:
            raise CommandError("The demo needs 20 customers or more, and 3 to 120 months.")
        began = perf_counter()
        until = until or timezone.localdate() - timedelta(days=1)
        world = fill.fill(seed=seed, customers=customers, months=months, until=until, say=self.say)
        rows = sum(world.written.values())
        self.say(
            f"The demo is here: {rows:,} rows from {world.days.first} to {until}, {perf_counter() - began:.0f} s."
        )

    def remove(self) -> None:
        counts, kept = removal.remove()
        for name, count in counts.items():
            self.say(f"{name}: {count:,} gone")
        for name, count in kept.items():
            self.say(f"{name}: {count:,} stay, because records of your own use them")
        self.say(
            "The demo is gone. The next night takes it out of the numbers." if counts else "There is no demo here."
        )

    def say(self, line: str) -> None:
        if self.verbosity:
            self.stdout.write(line)
            self.stdout.flush()

    def execute(self, *args: Any, **options: Any) -> str | None:
        self.verbosity = options["verbosity"]
        return super().execute(*args, **options)
