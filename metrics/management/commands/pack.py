"""`manage.py pack`: which trade's boards come first."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from customers.models import User
from metrics.models import PackChoice
from metrics.packs import PACKS
from metrics.services import choose_pack


class Command(BaseCommand):
    help = "Show the packs of boards a company can start with, or choose one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pack", nargs="?", metavar="PACK", help=", ".join(PACKS))
        parser.add_argument("--by", default="", metavar="USERNAME", help="who chooses")

    def handle(self, *args: Any, pack: str | None, by: str, **options: Any) -> None:
        if pack is not None:
            self.choose(pack, by)
        in_force = PackChoice.objects.in_force()
        for one in PACKS.values():
            boards = ", ".join(board.title for board in one.boards)
            self.stdout.write(f"{'*' if one.key == in_force else ' '} {one.key:<20}{boards}")

    def choose(self, pack: str, by: str) -> None:
        person = User.objects.filter(username=by).first() if by else None
        if by and person is None:
            raise CommandError(f"--by: nobody here is called {by}.")
        try:
            choose_pack(pack, by=person)
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from None
