"""Published values, each with the run it was true in."""

from django.db import models

from metrics.models.run import Run


class Snapshot(models.Model):
    """What a KPI was said to be for one period. A changed value is a new revision; none is ever overwritten."""

    kpi = models.CharField(max_length=80)
    grain = models.CharField(max_length=12)
    start = models.DateField()
    end = models.DateField()
    revision = models.PositiveIntegerField(default=1)
    is_latest = models.BooleanField(default=True)
    numerator = models.DecimalField(max_digits=40, decimal_places=12, null=True)
    denominator = models.DecimalField(max_digits=40, decimal_places=12, null=True)
    value = models.DecimalField(max_digits=40, decimal_places=12, null=True)
    n = models.BigIntegerField(default=0)
    status = models.CharField(max_length=12)
    reason = models.CharField(max_length=20, blank=True)
    run = models.ForeignKey(Run, models.PROTECT, related_name="snapshots")

    class Meta:
        ordering = ["kpi", "grain", "start", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "grain", "start", "revision"], name="metrics_snapshot_revision_once"
            ),
            models.UniqueConstraint(
                fields=["kpi", "grain", "start"],
                condition=models.Q(is_latest=True),
                name="metrics_snapshot_one_latest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} {self.start} r{self.revision}: {self.value}"
