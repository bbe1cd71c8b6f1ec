"""What one run did: how far it is, what it changed, who worked at it, and what went wrong."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from metrics.models import Run, RunStep
from metrics.registry import all_measures, every_kpi
from metrics.steps import at_work
from metrics.views.frame import show, url_of

# Where to look first comes first.
ORDER = ("failed", "at work", "waiting", "done")


@dataclass(frozen=True)
class Line:
    """One step as people read it."""

    step: RunStep
    title: str
    url: str
    state: str

    @property
    def words(self) -> str:
        """Failed after 3 attempts."""
        if self.step.attempts > 1:
            return f"{self.state}, attempt {self.step.attempts}" if self.is_open else self._after_attempts
        return self.state

    @property
    def _after_attempts(self) -> str:
        return f"{self.state} {'at' if self.state == 'done' else 'after'} attempt {self.step.attempts}"

    @property
    def is_open(self) -> bool:
        return self.state in ("at work", "waiting")

    @property
    def changes(self) -> str:
        """+12 −3 for facts, 12 for anything else that came."""
        if self.step.kind == RunStep.Kind.MEASURE and (self.step.opened or self.step.closed):
            return f"+{self.step.opened:,} −{self.step.closed:,}"
        return f"{self.step.opened:,}" if self.step.opened else ""


def run_page(request: HttpRequest, run: Run) -> HttpResponse:
    lines = _lines(run)
    behind = sum(not line.is_open for line in lines)
    return show(
        request,
        "metrics/run.html",
        f"Run {run.pk}",
        run=run,
        took=took(run),
        lines=lines,
        behind=behind,
        percent=100 * behind // max(1, len(lines)),
        state={"late": None},
        opened=sum(line.step.opened for line in lines if line.step.kind == RunStep.Kind.MEASURE),
        closed=sum(line.step.closed for line in lines if line.step.kind == RunStep.Kind.MEASURE),
        published=sum(line.step.opened for line in lines if line.step.kind == RunStep.Kind.KPI),
        again=sum(max(0, line.step.attempts - 1) for line in lines),
        workers=Counter(line.step.worker for line in lines if line.step.worker).most_common(),
        busy=sum(line.state == "at work" for line in lines),
    )


def took(run: Run, now: datetime | None = None) -> str:
    seconds = ((run.finished_at or now or timezone.now()) - run.started_at).total_seconds()
    if seconds < 90:
        return f"{seconds:.1f}\N{NO-BREAK SPACE}s"
    return f"{seconds // 60:.0f} min {seconds % 60:.0f} s" if seconds < 5400 else f"{seconds / 3600:.1f} hours"


def _lines(run: Run) -> list[Line]:
    kpis = {kpi.key: kpi for kpi in every_kpi()}
    titles = {measure.key: measure.title for measure in all_measures()} | {k: kpi.title for k, kpi in kpis.items()}
    held = at_work() if run.status == Run.Status.RUNNING else {}
    lines = []
    for step in run.steps.all():
        state = step.get_state_display().lower()
        url = url_of(kpis[step.key]) if step.kind == RunStep.Kind.KPI and step.key in kpis else ""
        title = titles.get(step.key) or step.key.replace("_", " ").capitalize()
        lines.append(Line(step, title, url, "at work" if step.pk in held and state == "waiting" else state))
    return sorted(lines, key=lambda line: (ORDER.index(line.state), not line.step.error, line.step.pk))
