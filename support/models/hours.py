"""When support is open."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from customers.record import Record, Visible
from support.choices import Weekday


class Schedule(Record):
    """A week of opening hours, with its holidays."""

    family = "settings"
    owned_by = ""

    name = models.CharField(max_length=80, unique=True)
    is_default = models.BooleanField(default=False)

    class Meta(Record.Meta):
        ordering = ["-is_default", "name"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="support_schedule_one_default",
                violation_error_message="Another schedule is the default.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OpeningHours(Visible):
    """A stretch of one weekday during which support is open."""

    family = "settings"
    owned_by = ""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday", "opens"]
        verbose_name_plural = "opening hours"
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="support_openinghours_close_after_opening",
                violation_error_message="Closing comes after opening.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M} to {self.closes:%H:%M}"


class Holiday(Visible):
    """A day on which support is closed."""

    family = "settings"
    owned_by = ""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="holidays")
    on = models.DateField(default=timezone.localdate)
    name = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["schedule", "on"], name="support_holiday_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.on}".strip()
