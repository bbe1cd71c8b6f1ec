"""Numbers no record knows, told by a person, period by period."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Cast

from customers.models import User
from customers.record import Record, RecordQuerySet

FINE = 1_000_000
KEY = RegexValidator(r"\A[a-z][a-z0-9_]*\Z", "Small letters, digits and _, beginning with a letter.")


class ManualMeasure(Record):
    """Something people measure by hand, as the engagement of colleagues or the cost of running the office."""

    family = "settings"
    owned_by = ""

    class Unit(models.TextChoices):
        NUMBER = "number", "Number"
        COUNT = "count", "Count"
        MONEY = "money", "Money"
        PERCENT = "percent", "Percent"
        DAYS = "days", "Days"

    class Good(models.TextChoices):
        UP = "up", "More is better"
        DOWN = "down", "Less is better"
        TARGET = "target", "Best near a value"

    class Joined(models.TextChoices):
        SUM = "sum", "Added up"
        MEAN = "mean", "Averaged"

    key = models.CharField(max_length=40, unique=True, validators=[KEY], help_text="As in employee_engagement.")
    title = models.CharField(max_length=80)
    definition = models.TextField(help_text="What is measured, by whom and how, in whole sentences.")
    unit = models.CharField(max_length=10, choices=Unit, default=Unit.NUMBER)
    good = models.CharField(max_length=10, choices=Good, default=Good.UP)
    joined = models.CharField(
        max_length=10, choices=Joined, default=Joined.SUM, help_text="How the values of several periods become one."
    )

    class Meta(Record.Meta):
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class ManualValueQuerySet(RecordQuerySet["ManualValue"]):
    def exactly(self) -> "ManualValueQuerySet":
        """Each value in millionths of what KPIs reckon in, as a whole number: percent as shares, days as seconds."""
        unit = Case(
            When(measure__unit=ManualMeasure.Unit.PERCENT, then=Value(FINE // 100)),
            When(measure__unit=ManualMeasure.Unit.DAYS, then=Value(FINE * 86_400)),
            default=Value(FINE),
        )
        return self.annotate(fine=Cast(F("value") * unit, models.BigIntegerField()))


class ManualValue(Record):
    """What somebody measured for a stretch of days; it counts on the last of them. Percent are told as 7.5."""

    family = "settings"
    owned_by = ""

    measure = models.ForeignKey(ManualMeasure, models.CASCADE, related_name="values")
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day")
    value = models.DecimalField(max_digits=16, decimal_places=4)
    note = models.CharField(max_length=300, blank=True)
    told_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False)

    objects: ClassVar = ManualValueQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-ends_on", "-id"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["measure", "starts_on", "ends_on"],
                name="metrics_manualvalue_once_a_period",
                violation_error_message="There is a value for these days already; change that one.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="metrics_manualvalue_has_days",
                violation_error_message="The last day is not before the first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.starts_on} to {self.ends_on}"
