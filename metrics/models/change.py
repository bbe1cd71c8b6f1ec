"""What changed in the records since the last night, as the database itself noted it."""

from django.db import models


class Change(models.Model):
    """A record touched by a transaction. Written by triggers, read by `metrics.changes`, dropped when read by all.

    `relation` is the record's table; no `record` says that all of it changed (TRUNCATE).
    """

    relation = models.CharField(max_length=63)
    record = models.BigIntegerField(null=True)
    customer = models.BigIntegerField(null=True)
    actor = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    transaction = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.relation} {self.record} at {self.at}"
