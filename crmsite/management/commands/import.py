# ruff: noqa: N999 - the name is the word people type
"""`manage.py import`: bring records from a CSV file or workbook, all of them or none."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from customers.byline import at_work
from customers.importing.formulas import escaped
from customers.importing.mapping import Map, meant, read_map
from customers.importing.problems import Problem, Refused, shown
from customers.importing.resources import Resource
from customers.importing.run import CREATE, MODES, Result, run_import
from customers.imports import IMPORTS as OF_CUSTOMERS
from customers.models import User
from metrics.imports import IMPORTS as OF_METRICS
from sales.imports import IMPORTS as OF_SALES
from support.imports import IMPORTS as OF_SUPPORT
from surveys.imports import IMPORTS as OF_SURVEYS

RESOURCES: dict[str, type[Resource]] = {
    resource.name: resource for resource in [*OF_CUSTOMERS, *OF_SALES, *OF_SUPPORT, *OF_SURVEYS, *OF_METRICS]
}
PRINTED = 100  # problems; the rest is in the file that --errors names


class Command(BaseCommand):
    help = "Import records from a CSV file or an Excel workbook: all of the file, or nothing of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("resource", metavar="RESOURCE", help=", ".join(RESOURCES))
        parser.add_argument("file", metavar="FILE", type=Path, help="a .csv or .xlsx file")
        parser.add_argument("--map", type=Path, help="a JSON file that says what the columns mean")
        parser.add_argument("--mode", choices=MODES, default=CREATE, help="what may happen to records (create)")
        parser.add_argument("--match", default="", metavar="FIELD", help="what records are known by (external_id)")
        parser.add_argument("--by", default="", metavar="USERNAME", help="whose work this is")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--errors", type=Path, metavar="FILE", help="where to write the bad rows, as CSV")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["resource"]
        if name not in RESOURCES:
            raise CommandError(f"There is nothing called {shown(name)} to import.{meant(name, list(RESOURCES))}")
        try:
            with at_work(person_called(options["by"])):
                result = run_import(
                    RESOURCES[name](),
                    options["file"],
                    told=read_map(options["map"]) if options["map"] else Map(),
                    mode=options["mode"],
                    match=options["match"],
                    dry_run=options["dry_run"],
                    progress=lambda said: self.stderr.write(f"  {said}"),
                )
        except Refused as refusal:
            self.report(refusal, options["errors"])
            raise CommandError(self.verdict(refusal)) from None
        self.tell(name, result, dry_run=options["dry_run"])

    def tell(self, name: str, result: Result, *, dry_run: bool) -> None:
        for said in result.noticed:
            self.stderr.write(f"  {said}")
        would = "would be " if dry_run else ""
        self.stdout.write(
            f"{name}: {result.read:,} rows; {result.created:,} {would}created, {result.changed:,} {would}changed, "
            f"{result.unchanged:,} unchanged."
        )
        if dry_run:
            self.stdout.write("Nothing was written: this was a dry run.")

    def report(self, refusal: Refused, errors: Path | None) -> None:
        """What is wrong, as a table, and the bad rows as a file that can be mended and brought again."""
        table = [("row", "column", "value", "reason"), *map(cells, refusal.problems[:PRINTED])]
        widths = [max(len(row[place]) for row in table) for place in range(3)]
        for row in table:
            self.stderr.write(
                "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]])
            )
        if errors and refusal.cells:
            write_errors(errors, refusal)

    def verdict(self, refusal: Refused) -> str:
        rows = {problem.row for problem in refusal.problems if problem.row}
        if not rows:
            return f"Nothing was imported. {refusal}"
        more = len(refusal.problems) - PRINTED
        bad = "1 bad row" if len(rows) == 1 else f"{len(rows):,} bad rows"
        return f"Nothing was imported: {bad}{f', {more:,} more problems' if more > 0 else ''}."


def person_called(username: str) -> User | None:
    if not username:
        return None
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"--by: nobody here is called {shown(username)}.")
    return user


def cells(problem: Problem) -> tuple[str, str, str, str]:
    return str(problem.row or ""), problem.column, problem.value, problem.reason


def write_errors(path: Path, refusal: Refused) -> None:
    reasons: dict[int, list[str]] = {}
    for problem in refusal.problems:
        if problem.row in refusal.cells:
            reasons.setdefault(problem.row, []).append(f"{problem.column}: {problem.reason}")  # type: ignore[arg-type]
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow([*refusal.columns, "error"])
        for row, said in reasons.items():
            values = [escaped(str("" if cell is None else cell)) for cell in refusal.cells[row]]
            writer.writerow([*values, " ".join(said)])
