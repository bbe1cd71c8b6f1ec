"""What an analysis learned in a night."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from metrics.models.run import Run

KEPT = 3  # nights


class AnalysisResultQuerySet(models.QuerySet["AnalysisResult"]):
    def latest_of(self, analysis: str) -> "AnalysisResult | None":
        return self.filter(analysis=analysis).order_by("-run_id").select_related("run").first()


class AnalysisResult(models.Model):
    """What one analysis learned from all of the company's records, as of a run; or why it learned nothing."""

    analysis = models.CharField(max_length=80)
    run = models.ForeignKey(Run, models.CASCADE, related_name="+")
    found = models.JSONField(default=dict)
    refusal = models.TextField(blank=True)
    seconds = models.FloatField(default=0)
    learned_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar = AnalysisResultQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["analysis", "run"], name="metrics_analysisresult_once_a_run")]

    def __str__(self) -> str:
        return f"{self.analysis} in {self.run}"
