"""The diary: what happens by itself is scheduled in settings.CELERY_BEAT_SCHEDULE and runs through this app."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crmsite.settings")

app = Celery("plumb")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
