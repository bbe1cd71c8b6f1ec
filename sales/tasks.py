"""What happens by itself in sales."""

from celery import shared_task

from sales.services.acquisition import acquire_after_trials


@shared_task
def notice_first_payments() -> None:
    """A trial that ended makes a customer of whoever tried."""
    acquire_after_trials()
