"""What the nightly audit looked at, and what it found."""

from django.db import models
from django.utils import timezone

from metrics.models.run import Run


class Finding(models.Model):
    """Something an audit found wrong: with a measure's facts, put right at once, or with a KPI's numbers."""

    class Kind(models.TextChoices):
        DAY = "day", "Looked at again: one day"
        WEEKLY = "weekly", "Looked at again: everything"
        INVARIANT = "invariant", "Numbers that do not agree"

    run = models.ForeignKey(Run, models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=10, choices=Kind)
    about = models.CharField(max_length=80, help_text="The key of the measure or KPI.")
    cell = models.CharField(max_length=200, blank=True, help_text="Which period, cut and member.")
    words = models.TextField(help_text="What is wrong.")
    rows = models.JSONField(default=list, help_text="The first records behind it.")
    is_repaired = models.BooleanField(default=False)
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.about}: {self.words}"


class Audit(models.Model):
    """One self-audit, done at the end of a run: how many promises it held the numbers to."""

    run = models.OneToOneField(Run, models.CASCADE, related_name="audit")
    checked = models.PositiveIntegerField()
    broken = models.PositiveIntegerField()
    finished_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Audit of {self.run}: {self.broken} of {self.checked} broken"
