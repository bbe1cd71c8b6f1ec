"""What we promise of our help."""

from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from customers.record import Record, RecordQuerySet
from support.choices import Priority

LONGEST = timedelta(days=365)


class ServiceLevelQuerySet(RecordQuerySet):
    def for_priority(self, priority: str) -> Self:
        """The promise for a priority first, then the one for every other."""
        return self.filter(is_active=True, priority__in=["", priority]).order_by("-priority")


class ServiceLevel(Record):
    """Within what time a ticket of some priority gets its first reply and its solution."""

    family = "settings"
    owned_by = ""

    name = models.CharField(max_length=80, unique=True)
    priority = models.CharField(
        max_length=10, choices=Priority, blank=True, help_text="Empty: every priority without a promise of its own."
    )
    reply_within = models.DurationField(null=True, blank=True, help_text="Hours, minutes and seconds, as in 4:00:00.")
    solve_within = models.DurationField(null=True, blank=True, help_text="As in 2 00:00:00 for two days.")
    in_open_hours = models.BooleanField(
        default=True, help_text="Whether only opening hours count; otherwise every hour does."
    )
    is_active = models.BooleanField(default=True)

    objects: ClassVar = ServiceLevelQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["name"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["priority"],
                condition=Q(is_active=True),
                name="support_servicelevel_one_per_priority",
                violation_error_message="There is a promise for this priority already.",
            ),
            models.CheckConstraint(
                condition=Q(reply_within__isnull=False) | Q(solve_within__isnull=False),
                name="support_servicelevel_promises_something",
                violation_error_message="Promise a reply or a solution.",
            ),
            models.CheckConstraint(
                condition=(Q(reply_within=None) | Q(reply_within__gt=timedelta(), reply_within__lte=LONGEST))
                & (Q(solve_within=None) | Q(solve_within__gt=timedelta(), solve_within__lte=LONGEST)),
                name="support_servicelevel_within_a_year",
                violation_error_message="A promise is kept within a year.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
