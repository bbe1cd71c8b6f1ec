"""What happens by itself: every few minutes somebody looks whether a night is due, and calls others to help."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from metrics.analyses.learning import learn_all
from metrics.models import QualityCheck, Run
from metrics.night import NightIsBusyError, see_through, start
from metrics.quality import look_over
from metrics.segments import keep_segments
from metrics.steps import at_work
from metrics.watch import raise_alarm

A_DAY = 24 * 60 * 60


@shared_task(expires=270)
def tick() -> str:
    """Begin what is due, and see that enough work at it. Losing a tick, or having two, changes nothing."""
    try:
        run, _ = start()
    except NightIsBusyError as busy:
        return str(busy)
    finally:
        raise_alarm()
    if run is None:
        return "Nothing is due."
    for _ in range(settings.NIGHT_RUNNERS - len(set(at_work().values()))):
        work.delay(run.pk)
    return f"{run} is at work."


# The database cuts a step that hangs, and the next tick calls others for one that is lost: no clock of Celery's, and
# no message kept until it is done.
@shared_task(expires=270, acks_late=False, time_limit=A_DAY, soft_time_limit=A_DAY)
def work(number: int) -> str:
    """Take part in a run until it is finished."""
    return str(see_through(Run.objects.get(pk=number)))


@shared_task
def look_over_records() -> int:
    """Hold every rule against every record, once a day."""
    if QualityCheck.objects.filter(on=timezone.localdate()).exists():
        return 0
    return look_over()


@shared_task
def learn_from_the_night() -> int:
    """Let the analyses learn what takes long, and note who is in which segment, once for every night."""
    return len(learn_all()) + keep_segments()
