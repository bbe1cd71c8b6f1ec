"""What a KPI meant, and from when on."""

from django.db import models

from metrics.models.run import Run


class Definition(models.Model):
    """One version of a KPI's definition: everything that decides its numbers but the records."""

    kpi = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    formula = models.TextField()
    zone = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    fiscal_start = models.PositiveSmallIntegerField()
    because = models.TextField(blank=True, help_text="What is other than in the version before.")
    run = models.ForeignKey(Run, models.PROTECT, related_name="definitions_begun")

    class Meta:
        ordering = ["kpi", "-version"]
        constraints = [models.UniqueConstraint(fields=["kpi", "version"], name="metrics_definition_version_once")]

    def __str__(self) -> str:
        return f"{self.kpi}, definition {self.version}"
