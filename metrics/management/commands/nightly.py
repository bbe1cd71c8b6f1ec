"""`manage.py nightly`: settle every due night by hand."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from metrics.models import Run
from metrics.night import NightIsBusyError, settle_nights


class Command(BaseCommand):
    help = "Compare all records with the ledger, keep the differences, and publish what changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="Also fold all totals anew from the facts.")
        parser.add_argument("--wait", action="store_true", help="Help a run that is at work, then begin another.")
        parser.add_argument("--runners", type=int, default=1, help="How many work at it side by side (1).")
        parser.add_argument("--if-due", action="store_true", help="Do nothing where no day is due, as the clock does.")

    def handle(self, *args: Any, **options: Any) -> None:
        kind = Run.Kind.REBUILD if options["rebuild"] else Run.Kind.MANUAL
        try:
            kind = Run.Kind.NIGHTLY if options["if_due"] else kind
            wait = options["wait"] or kind == Run.Kind.REBUILD
            run = settle_nights(kind=kind, progress=self._show, wait=wait, runners=options["runners"])
        except NightIsBusyError as busy:
            self.stdout.write(str(busy))
            return
        if run is None:
            self.stdout.write("Nothing is due.")
            return
        self._sum_up(run)

    def _show(self, step: str, done: int, of: int) -> None:
        share = done * 100 // of
        if self.stderr.isatty():
            self.stderr.write(f"\r{share:3d} %  {step:<40}", ending="" if done < of else "\n")
        elif share // 20 > (done - 1) * 100 // of // 20:
            self.stderr.write(f"{share} %")

    def _sum_up(self, run: Run) -> None:
        took = ((run.finished_at or run.started_at) - run.started_at).total_seconds()
        steps = list(run.steps.all())
        opened = sum(s.opened for s in steps if s.kind == "measure")
        closed = sum(s.closed for s in steps)
        published = sum(s.opened for s in steps if s.kind == "kpi")
        self.stdout.write(
            f"Run {run.pk}, through {run.through}: {opened:,} facts opened, {closed:,} closed,"
            f" {published:,} values published, {took:.1f} s."
        )
        for step in steps:
            if step.state == step.State.FAILED:
                self.stderr.write(f"  {step.key}: {step.error}")
        if run.status != Run.Status.DONE:
            raise CommandError(run.error)
