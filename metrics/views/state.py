"""How the ledger stands: the last night, what failed in it, and what is filling right now."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

from metrics.language import KPI
from metrics.models import Cell, Run, RunStep
from metrics.models.run import FINISHED
from metrics.watch import Late, late

FILLING = "plumb:filling"


@dataclass(frozen=True)
class State:
    """The last finished run, its failures by key, and what is under way."""

    run: Run | None
    settled: date
    failures: dict[str, str] = field(default_factory=dict)
    progress: dict[str, Any] | None = None
    late: Late | None = None

    @property
    def as_of(self) -> str:
        """As of Sunday 22 November, 02:10; settled to 21 November."""
        if self.run is None or self.run.finished_at is None:
            return ""
        at = timezone.localtime(self.run.finished_at)
        last = self.settled - timedelta(days=1)
        return f"as of {at:%A} {at.day} {at:%B, %H:%M}; settled to {last.day} {last:%B}"

    @property
    def briefly(self) -> str:
        """As of 22 Nov, 02:10."""
        if self.run is None or self.run.finished_at is None:
            return ""
        at = timezone.localtime(self.run.finished_at)
        return f"as of {at.day} {at:%b, %H:%M}"

    def failure(self, kpi: type[KPI]) -> str:
        """Why this KPI has no fresh value, if last night it failed."""
        keys = [kpi.key, *(measure.key for measure in kpi.measures())]
        return next((self.failures[key] for key in keys if key in self.failures), "")


def state_of(settled: date) -> State:
    runs = list(Run.objects.order_by("-pk")[:10])
    last = next((run for run in runs if run.status in FINISHED), None)
    failed = last is not None and last.status == Run.Status.FAILED
    failures = dict(last.steps.failed().values_list("key", "error")) if last and failed else {}
    return State(last, settled, failures, _progress(runs), late(runs))


def is_empty() -> bool:
    """Whether no night has found anything to count yet."""
    return not Cell.objects.exists()


def _progress(runs: list[Run]) -> dict[str, Any] | None:
    try:
        filling = cache.get(FILLING)
    except (RedisError, OSError):
        filling = None
    if filling:
        return _told("Demo data is being written", filling["step"], filling["share"])
    running = next((run for run in runs if run.status == Run.Status.RUNNING), None)
    if running is None:
        return None
    steps = list(RunStep.objects.filter(run=running).values_list("state", "key"))
    waiting = [key.replace("_", " ") for state, key in steps if state == RunStep.State.PENDING]
    share = 1 - len(waiting) / len(steps) if steps else 0
    return _told("The night is being counted", waiting[0] if waiting else "", share)


def _told(what: str, step: str, share: float) -> dict[str, Any]:
    return {"what": what, "step": step, "percent": round(100 * share)}
