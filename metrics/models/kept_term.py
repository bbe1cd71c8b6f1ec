"""Terms of formulas that were read before, so that a night need only add what changed."""

from django.db import models


class KeptTerm(models.Model):
    """What a term came to over one stretch of days, as the facts of a run tell it.

    name      a digest of the statement it was read by, so that another one finds nothing
    held      {member: [amount, rows]}, exact; an amount that is no whole number as a fraction in words
    packed    of a spread, whose figures are its members: all the values they are picked from
    read_at   when all its facts were last read; what changed since was added
    """

    name = models.CharField(max_length=64)
    start = models.DateField()
    end = models.DateField()
    run = models.IntegerField(db_index=True)
    held = models.JSONField()
    packed = models.BinaryField(default=b"")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "start", "end"], name="metrics_term_kept_once")]

    def __str__(self) -> str:
        return f"{self.name[:8]} {self.start}/{self.end} in run {self.run}"
