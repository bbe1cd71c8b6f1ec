"""`manage.py kpi`: any number at the command line, and the rows behind it."""

import os
import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from metrics.asking import Question, ask, conditions, run_of
from metrics.printing import FORMATS, Format
from metrics.registry import every_kpi, kpi_of
from metrics.restated import Comparison, compare


class Command(BaseCommand):
    help = "Print a KPI for some days, in steps, cut or opened to its rows."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", nargs="?", metavar="KEY", help="the KPI, as in win_rate")
        parser.add_argument("--list", action="store_true", help="print the key of every KPI, one a line")
        parser.add_argument("--start", metavar="DAY", help="the first local day, as in 2026-01-01")
        parser.add_argument("--end", metavar="DAY", help="the local day after the last")
        parser.add_argument("--grain", help="one number for each day, week, month, quarter, year or fiscal_year")
        parser.add_argument("--by", metavar="DIM", help="one number for each member of a dimension, as in segment")
        parser.add_argument(
            "--where", metavar="DIM=VALUE", action="append", default=[], help="keep one member; may be repeated"
        )
        parser.add_argument(
            "--as-of", metavar="RUN", help="as was known after this run, up to a day, or when the days were reported"
        )
        parser.add_argument("--revisions", action="store_true", help="print everything published for these days")
        parser.add_argument(
            "--since", metavar="RUN", help="print what changed since this run, or since the days were reported"
        )
        parser.add_argument("--rows", action="store_true", help="print the rows behind the number")
        parser.add_argument("--format", default="table", metavar="|".join(FORMATS), help="table unless told otherwise")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            self.stdout.write("\n".join(kpi.key for kpi in every_kpi()))
            return
        printed = FORMATS.get(options["format"])
        if printed is None:
            raise refused("--format", f"choose one of {', '.join(FORMATS)}.")
        question = self.question(options)
        try:
            self.print(question, printed, options)
        except BrokenPipeError:  # Whoever reads has seen enough, as `head` does.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except DatabaseError as error:
            raise CommandError(f"The ledger cannot be read: {str(error).splitlines()[0]}") from error

    def print(self, question: Question, printed: Format, options: dict[str, Any]) -> None:
        if options["revisions"]:
            printed.revisions(question, self.stdout)
        elif options["since"]:
            printed.changes(self.comparison(question, options["since"]), self.stdout)
        else:
            (printed.rows if options["rows"] else printed.cells)(question, self.stdout)

    def comparison(self, question: Question, since: str) -> Comparison:
        try:
            return compare(question, run_of("since", since, question.kpi, question.period))
        except ValidationError as error:
            raise refused("--since", next(iter(error.message_dict.values()))[0]) from error

    def question(self, options: dict[str, Any]) -> Question:
        if not options["key"]:
            raise refused("KEY", "name a KPI; --list shows them.")
        try:
            kpi = kpi_of(options["key"])
        except LookupError as error:
            raise refused("KEY", str(error)) from error
        words = {name: options[name] for name in ("start", "end", "grain", "by", "as_of")}
        try:
            return ask(kpi, where=conditions(options["where"]), **words)
        except ValidationError as error:
            name, messages = next(iter(error.message_dict.items()))
            raise refused(f"--{name.replace('_', '-')}", messages[0]) from error


def refused(option: str, why: str) -> CommandError:
    """One line that names the option at fault."""
    return CommandError(f"{option}: {why}", returncode=2)
