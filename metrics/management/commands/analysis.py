"""`manage.py analysis`: any analysis at the command line."""

import csv
import json
import os
import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from customers.importing.formulas import escaped
from metrics.analyses.book import Analysis, all_analyses, analysis_of, answer, ask
from metrics.analyses.learning import learn_all
from metrics.analyses.shape import Result, Table
from metrics.analyses.telling import flat_heads, flat_row, heading, told, told_table, written
from metrics.quality import look_over
from metrics.segments import keep_segments
from metrics.sight import COMPANY
from metrics.wording import in_unit

SHOWN = 20
FORMATS = ("table", "json", "csv")


class Command(BaseCommand):
    help = "Print what an analysis finds, or let all of them learn from the last night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", nargs="?", metavar="KEY", help="the analysis, as in cohorts")
        parser.add_argument("--list", action="store_true", help="print every analysis with its choices, one a line")
        parser.add_argument("--say", metavar="CHOICE=VALUE", action="append", default=[], help="as in who=buyers")
        parser.add_argument("--table", metavar="KEY", help="only this table")
        parser.add_argument("--format", default="table", choices=FORMATS, help="csv is one table with all its rows")
        parser.add_argument("--learn", action="store_true", help="learn from the last night now, anew")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["learn"]:
            return self.learn()
        if options["list"]:
            self.stdout.write("\n".join(_listed(one) for one in all_analyses()))
            return None
        if not options["key"]:
            raise CommandError("KEY: name an analysis; --list shows them.", returncode=2)
        try:
            return self.show(_found(options["key"]), options)
        except BrokenPipeError:  # Whoever reads has seen enough, as `head` does.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None

    def learn(self) -> None:
        for one in learn_all(anew=True):
            self.stdout.write(f"{one.analysis}: {one.refusal or f'learned in {one.seconds:.2f} s'}")
        self.stdout.write(f"records looked over: {look_over():,} checks noted")
        self.stdout.write(f"segments: {keep_segments():,} joined or left")

    def show(self, analysis: type[Analysis], options: dict[str, Any]) -> None:
        said = dict(one.partition("=")[::2] for one in options["say"])
        try:
            asked = ask(analysis, None, said, COMPANY)
            found = answer(analysis, asked)
        except ValidationError as error:
            name, messages = next(iter(error.message_dict.items()))
            raise CommandError(f"--say {name}: {messages[0]}", returncode=2) from error
        tables = [table for table in found.tables if options["table"] in (None, table.key)]
        if options["format"] == "json":
            rows = [told_table(table, 0, len(table.rows)) for table in tables]
            said_all = {**heading(analysis, asked), **told(found), "tables": rows}
            self.stdout.write(json.dumps(said_all, ensure_ascii=False, indent=1))
        elif options["format"] == "csv":
            self.csv(tables)
        else:
            self.table(found, tables)

    def csv(self, tables: list[Table]) -> None:
        if len(tables) != 1:
            raise CommandError("--table: name one of the tables for CSV.", returncode=2)
        writer = csv.writer(self.stdout, lineterminator="")
        writer.writerow(flat_heads(tables[0]))
        for row in tables[0].rows:
            writer.writerow([escaped(cell) if isinstance(cell, str) else cell for cell in flat_row(row)])

    def table(self, found: Result, tables: list[Table]) -> None:
        for line in (found.refusal, f"{found.n:,} {found.of}. {found.honesty}" if found.n else "", *found.remarks):
            if line:
                self.stdout.write(line)
        for figure in found.figures:
            value = "–" if figure.value is None else in_unit(figure.value, figure.unit)
            self.stdout.write(f"  {figure.title}: {value}")
        for table in tables:
            self.stdout.write(f"\n{table.title} ({table.key}, {len(table.rows):,} rows)")
            for line in _lines(table):
                self.stdout.write(f"  {line}")


def _lines(table: Table) -> list[str]:
    """The first rows in columns as wide as they need."""
    heads = [column.title for column in table.columns]
    rows = [
        [written(cell, column.unit) for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows[:SHOWN]
    ]
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [heads, *rows]
    ]


def _listed(analysis: type[Analysis]) -> str:
    asks = [f"{choice.key}={'|'.join(choice.options) or '…'}" for choice in analysis.choices]
    return "  ".join([analysis.key, *asks])


def _found(key: str) -> type[Analysis]:
    try:
        return analysis_of(key)
    except LookupError as error:
        raise CommandError(f"KEY: {error}", returncode=2) from error
