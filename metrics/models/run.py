"""Runs of the night: the axis of what was known when."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.record import Visible


class Run(Visible):
    """One pass over all measures. Its number is what "as of" means."""

    family = "nights"
    owned_by = ""

    class Kind(models.TextChoices):
        NIGHTLY = "nightly", "Nightly"
        MANUAL = "manual", "By hand"
        REBUILD = "rebuild", "Rebuild"

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Done, with failures"
        BROKEN = "broken", "Broken off"

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NIGHTLY)
    status = models.CharField(max_length=10, choices=Status, default=Status.RUNNING)
    through = models.DateField(help_text="The last day it settled.")
    zone = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    definitions = models.CharField(max_length=64, help_text="A digest of all definitions it read.")
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["status"], condition=Q(status="running"), name="metrics_run_one_at_a_time")
        ]

    def __str__(self) -> str:
        return f"Run {self.pk} through {self.through}"


class RunStep(models.Model):
    """What a run did with one measure, or one KPI it published: how much, how long, and why not."""

    class Kind(models.TextChoices):
        MEASURE = "measure", "Measure"
        KPI = "kpi", "KPI"

    run = models.ForeignKey(Run, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=80)
    opened = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "kind", "key"], name="metrics_runstep_once")]

    def __str__(self) -> str:
        return f"{self.key} in {self.run}"


class Night(models.Model):
    """One business day that is settled, and by which run. A day without a row here is due."""

    day = models.DateField(primary_key=True)
    run = models.ForeignKey(Run, models.PROTECT, related_name="nights")

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day}"
