"""What somebody wants a number to be, by when and why."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from customers.models import User
from customers.record import Record, RecordQuerySet, Visible
from metrics.models.day_number import DayNumber

FINE = 1_000_000


class Goal(Record):
    """A KPI, within a scope, is to reach a target between two days."""

    family = "settings"
    owned_by = ""

    name = models.CharField(max_length=120)
    kpi = models.CharField(max_length=80, help_text="The key of the KPI, as in win_rate.")
    scope = models.TextField(
        blank=True, help_text="What counts, one dimension=member a line, as in segment=enterprise. Empty: everything."
    )
    baseline = models.DecimalField(
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="Where it started, for a goal to move a number; empty for one to reach a total.",
    )
    target = models.DecimalField(max_digits=20, decimal_places=6, help_text="In the KPI's unit; 0.25 for 25 %.")
    starts_on = models.DateField("first day")
    ends_on = models.DateField("due", help_text="The last day that counts.")
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="goals")
    why = models.TextField(help_text="What it is good for.")
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="parts")

    class Meta(Record.Meta):
        ordering = ["ends_on", "name"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="metrics_goal_has_days",
                violation_error_message="A goal is due on its first day or later.",
            ),
            models.CheckConstraint(
                condition=Q(baseline=None) | ~Q(baseline=F("target")),
                name="metrics_goal_moves_something",
                violation_error_message="The target is another than where it started.",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="metrics_goal_not_its_own_part"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The KPI exists, and the scope is one it can be asked in; a goal is no part of its own parts."""
        from metrics.goals import scope_of

        super().clean()
        scope_of(self)
        above, seen = self.parent, {self.pk}
        while above is not None:
            if above.pk in seen and above.pk is not None:
                raise ValidationError(
                    {"parent": ValidationError("A goal is no part of its own parts.", code="circle")}
                )
            seen.add(above.pk)
            above = above.parent


class GoalReadingQuerySet(RecordQuerySet["GoalReading"]):
    def with_a_chance(self) -> "GoalReadingQuerySet":
        """Readings of goals still running of which the past says how likely they are reached."""
        return self.filter(chance__isnull=False, on__lt=F("goal__ends_on")).annotate(
            read_on=F("on"), day_number=DayNumber("on")
        )

    def at_the_end(self) -> "GoalReadingQuerySet":
        """The last reading of each goal that is due, from the last day that counts on."""
        last = self.model.objects.filter(goal=OuterRef("goal")).order_by("-on").values("pk")[:1]
        due = Q(on__gte=F("goal__ends_on"), attained__isnull=False)
        return self.filter(due, pk=Subquery(last)).annotate(due_on=F("goal__ends_on"))


class GoalReading(Visible):
    """How far a goal was after a day: its number, and in millionths the way done and the chance to reach it."""

    family = "settings"
    owned_by = ""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="readings")
    on = models.DateField()
    actual = models.DecimalField(max_digits=40, decimal_places=12, null=True)
    attained = models.BigIntegerField(null=True)
    chance = models.IntegerField(null=True)

    objects: ClassVar = GoalReadingQuerySet.as_manager()

    class Meta:
        ordering = ["-on"]
        constraints = [models.UniqueConstraint(fields=["goal", "on"], name="metrics_goalreading_once_a_day")]

    def __str__(self) -> str:
        return f"{self.goal} {self.on}"
