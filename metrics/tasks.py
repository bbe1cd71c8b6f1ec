"""What happens by itself: every few minutes somebody looks whether a night is due."""

from celery import shared_task

from metrics.night import NightIsBusyError, settle_nights


@shared_task(expires=270)
def tick() -> str:
    """Settle what is due. Losing a tick, or having two, changes nothing."""
    try:
        run = settle_nights()
    except NightIsBusyError as busy:
        return str(busy)
    return str(run) if run else "Nothing is due."
