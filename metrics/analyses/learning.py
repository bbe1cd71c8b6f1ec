"""What analyses learn once a night, because it takes too long to work out while somebody waits."""

import logging
import time

from django.db import transaction

from metrics import calendar
from metrics.analyses.book import Analysis, all_analyses
from metrics.mathematics.enough import TooFew
from metrics.models import AnalysisResult, Run
from metrics.models.analysis import KEPT

log = logging.getLogger(__name__)


def latest_run() -> Run | None:
    """The last night that is done."""
    return Run.objects.filter(status__in=(Run.Status.DONE, Run.Status.FAILED)).order_by("-pk").first()


def learn_all(*, anew: bool = False) -> list[AnalysisResult]:
    """Let every analysis that learns learn from the last night; one that has already does not, unless `anew`."""
    run = latest_run()
    if run is None:
        return []
    done = set() if anew else set(AnalysisResult.objects.filter(run=run).values_list("analysis", flat=True))
    due = [one for one in all_analyses() if one.learns and one.key not in done]
    return [learned for one in due if (learned := _try_to_learn(one, run))]


def _try_to_learn(analysis: type[Analysis], run: Run) -> AnalysisResult | None:
    """What goes wrong in one is no reason for the others to learn nothing."""
    try:
        return learn(analysis, run)
    except Exception:
        log.exception("%s could not learn from %s.", analysis.key, run)
        return None


@transaction.atomic
def learn(analysis: type[Analysis], run: Run) -> AnalysisResult:
    """What one analysis learns from a night, or why it learns nothing; older nights' are forgotten."""
    began, found, refusal = time.monotonic(), {}, ""
    try:
        found = analysis.learn(calendar.settled_until())
    except TooFew as few:
        refusal = str(few)
    kept, _ = AnalysisResult.objects.update_or_create(
        analysis=analysis.key,
        run=run,
        defaults={"found": found, "refusal": refusal, "seconds": time.monotonic() - began},
    )
    newest = (
        AnalysisResult.objects.filter(analysis=analysis.key).order_by("-run_id").values_list("pk", flat=True)[:KEPT]
    )
    AnalysisResult.objects.filter(analysis=analysis.key).exclude(pk__in=list(newest)).delete()
    return kept
