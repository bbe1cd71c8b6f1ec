"""What happens by itself: every calendar is looked at in the morning."""

from celery import shared_task
from django.conf import settings

from support.services import sample_missed_mornings


@shared_task
def sample_calendars() -> int:
    """Note how far ahead the third open slots lie; running it twice notes nothing twice."""
    if settings.DEMO:  # an invented calendar brings its own samples
        return 0
    return sample_missed_mornings()
