"""`manage.py handbook`: write the handbook's committed text from the declarations."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from metrics.handbook.text import files


class Command(BaseCommand):
    help = "Write docs/handbook from the declarations of measures and KPIs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether the text there is fresh")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "docs" / "handbook"
        wanted = files()
        there = {path.name: path.read_text() for path in folder.glob("*.md")}
        stale = sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))
        if options["check"]:
            if stale:
                raise CommandError(f"Not as the declarations say: {', '.join(stale)}. Run manage.py handbook.")
            self.stdout.write("The handbook is fresh.")
            return
        folder.mkdir(parents=True, exist_ok=True)
        for name in there.keys() - wanted.keys():
            (folder / name).unlink()
        for name, text in wanted.items():
            (folder / name).write_text(text)
        self.stdout.write(f"{len(wanted)} files, {len(stale)} changed.")
