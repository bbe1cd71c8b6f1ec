"""The ledger: facts, and the daily and monthly totals folded from them. Only `metrics.ledger` writes here."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from metrics.dimensions import DIMENSIONS

FOR_EVER = 2_147_483_647
CURRENT = Q(run_to=FOR_EVER)


class MeasureStateQuerySet(models.QuerySet["MeasureState"]):
    def live(self, run: int | None = None) -> Self:
        """The definitions that stand now, or that stood in a run."""
        if run is None:
            return self.filter(live_from__isnull=False, live_to=FOR_EVER)
        return self.filter(live_from__lte=run, live_to__gt=run)

    def half_built(self) -> Self:
        return self.filter(live_from=None)


class MeasureState(models.Model):
    """One definition of a measure as the ledger knows it: its short number, and how far it has read the changes.

    A new definition gets a number of its own and is built beside the old one; from the run in `live_from` on its
    facts are the measure's. What an earlier run said is still read from the definition that stood then.

    `reads` are the tables its facts come from, and in how many places of its SQL. Every transaction before `read_to`
    has been taken in, as of `read_at`; `compared_at` is when everything was last compared.
    """

    key = models.CharField(max_length=80)
    definition = models.CharField(max_length=64, blank=True)
    reads = models.JSONField(default=dict)
    read_to = models.BigIntegerField(null=True)
    read_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True)
    live_from = models.IntegerField(null=True)
    live_to = models.IntegerField(default=FOR_EVER)

    objects: ClassVar = MeasureStateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(live_from__isnull=False, live_to=FOR_EVER),
                name="metrics_measure_live_once",
            ),
            models.UniqueConstraint(
                fields=["key"], condition=Q(live_from__isnull=True), name="metrics_measure_built_once"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Fact(models.Model):
    """What one record meant to one measure, from the run that first believed it to the run that stopped.

    Values are whole numbers: millionths of the reporting currency, seconds, or 1. A dimension's column holds its
    member as of the event, '' where there is none.
    """

    measure = models.SmallIntegerField()
    record = models.BigIntegerField()
    part = models.BigIntegerField(default=0)
    subject = models.BigIntegerField(null=True)
    day = models.DateField()
    at = models.DateTimeField()
    value = models.BigIntegerField()
    marks = models.SmallIntegerField(default=0)
    rate = models.DecimalField(max_digits=18, decimal_places=9, null=True)
    is_unpriced = models.BooleanField(default=False)
    run_from = models.IntegerField()
    run_to = models.IntegerField(default=FOR_EVER)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "record", "part"], condition=CURRENT, name="metrics_fact_believed_once"
            )
        ]
        indexes = [
            models.Index(fields=["measure", "day"], condition=CURRENT, name="metrics_fact_by_day"),
            models.Index(fields=["measure", "subject"], condition=CURRENT, name="metrics_fact_by_subject"),
            models.Index(fields=["measure", "run_to"], condition=~CURRENT, name="metrics_fact_closed"),
            models.Index(fields=["run_from"], name="metrics_fact_opened"),
        ]

    def __str__(self) -> str:
        return f"{self.measure}:{self.record}:{self.part}"


# A column a dimension: grouped, indexed and compared as what it is. A new dimension is a line there and a migration.
for _key in DIMENSIONS:
    Fact.add_to_class(_key, models.CharField(max_length=120, blank=True, default="", db_default=""))


class Cell(models.Model):
    """How many facts, and their sum, on one day or in one month, in all or for one member of one dimension."""

    class Grain(models.TextChoices):
        DAY = "d", "Day"
        MONTH = "m", "Month"

    measure = models.SmallIntegerField()
    mark = models.SmallIntegerField(default=0, help_text="0: all; else the measure's marks, from 1.")
    dimension = models.SmallIntegerField(default=0, help_text="0: not cut.")
    member = models.CharField(max_length=120, blank=True)
    grain = models.CharField(max_length=1, choices=Grain)
    day = models.DateField()
    n = models.BigIntegerField()
    total = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "mark", "dimension", "grain", "day", "member"], name="metrics_cell_once"
            )
        ]
        # The few a night has emptied are found, and swept, without looking at all others.
        indexes = [models.Index(fields=["measure"], condition=Q(n=0, total=0), name="metrics_cell_empty")]

    def __str__(self) -> str:
        return f"{self.measure}/{self.mark} {self.day}: {self.n}, {self.total}"
