"""The house around the rooms: settings, addresses, the diary of tasks, the page frame."""

from .celery import app as celery_app

__all__ = ["celery_app"]
