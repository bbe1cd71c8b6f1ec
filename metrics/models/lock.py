"""The books, locked up to a day: what was reported of the days before stays what was reported."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.record import RecordQuerySet, Visible
from metrics.models.run import Run


class PeriodLockQuerySet(RecordQuerySet["PeriodLock"]):
    def standing(self) -> "PeriodLockQuerySet":
        """Locks nobody has lifted, in the order of their days."""
        return self.filter(lifted_at=None).order_by("through")


class PeriodLock(Visible):
    """Days up to and with `through` are closed: their values as of `run` are the reported ones.

    What changes afterwards is an adjustment, shown beside the reported value. A lifted lock is kept for the record.
    """

    family = "settings"
    owned_by = ""

    through = models.DateField("up to", help_text="The last day that is locked.")
    run = models.ForeignKey(Run, models.PROTECT, related_name="locks", editable=False)
    note = models.CharField(max_length=200, blank=True, help_text="Why, for those who ask later.")
    locked_at = models.DateTimeField(default=timezone.now, editable=False)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    lifted_at = models.DateTimeField(null=True, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )

    objects: ClassVar = PeriodLockQuerySet.as_manager()

    class Meta:
        ordering = ["-through", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["through"], condition=Q(lifted_at=None), name="metrics_periodlock_once")
        ]

    def __str__(self) -> str:
        return f"Locked up to {self.through.day} {self.through:%B %Y}"
