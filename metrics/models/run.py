"""Runs of the night: the axis of what was known when."""

from typing import ClassVar, Self

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
    alarmed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When people were told that no good run had come after it."
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["status"], condition=Q(status="running"), name="metrics_run_one_at_a_time")
        ]

    def __str__(self) -> str:
        return f"Run {self.pk} through {self.through}"


FINISHED = (Run.Status.DONE, Run.Status.FAILED)


class StepQuerySet(models.QuerySet["RunStep"]):
    def waiting(self) -> Self:
        """Steps still to be done, whether somebody is at work at them or not."""
        return self.filter(state=RunStep.State.PENDING)

    def done(self) -> Self:
        return self.filter(state=RunStep.State.DONE)

    def failed(self) -> Self:
        return self.filter(state=RunStep.State.FAILED)


class RunStep(models.Model):
    """One thing a run does, as a measure to settle or a KPI to publish: who took it up, and how it went."""

    class Kind(models.TextChoices):
        """In the order they are done: all steps of one kind before the first of the next."""

        MEASURE = "measure", "Measure"
        SWAP = "swap", "New definitions"
        OUTLOOK = "outlook", "Outlook"
        TERM = "term", "Customers followed"
        KPI = "kpi", "KPI"
        AUDIT = "audit", "Audit"

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    run = models.ForeignKey(Run, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True, help_text="Who took it up last.")
    started_at = models.DateTimeField(null=True, blank=True)
    opened = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    error = models.TextField(blank=True, help_text="What ended the last attempt that did not succeed.")

    objects: ClassVar = StepQuerySet.as_manager()

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
