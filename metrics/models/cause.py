"""Why facts moved: what was changed in the records, by whom and when, kept when the log of changes is dropped."""

from django.db import models

from metrics.models.run import Run


class Cause(models.Model):
    """A change of a record that made facts of the past move in a run.

    `record` is the one whose facts moved, to `measure`; `relation` and `touched` tell what was changed: mostly that
    record itself, else what it points at, such as its customer; no `touched` says several of them. Written in the
    transaction that moved the facts.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="causes", db_index=False)
    measure = models.SmallIntegerField()
    record = models.BigIntegerField()
    relation = models.CharField(max_length=63)
    touched = models.BigIntegerField(null=True)
    actor = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["measure", "record", "run"], name="metrics_cause_of_record")]

    def __str__(self) -> str:
        return f"{self.relation} {self.touched} moved {self.measure}:{self.record} in run {self.run_id}"
