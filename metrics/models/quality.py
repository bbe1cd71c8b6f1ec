"""How good the records are, looked over once a day."""

from typing import ClassVar

from django.db import models
from django.db.models import F

from customers.models import User
from customers.record import RecordQuerySet, Visible


class QualityCheckQuerySet(RecordQuerySet["QualityCheck"]):
    def weighed(self) -> "QualityCheckQuerySet":
        """Each check with the records that passed (`held`) and all (`asked`), times the weight of the rule."""
        return self.annotate(looked_over_on=F("on"), held=F("passed") * F("weight"), asked=F("checked") * F("weight"))


class QualityCheck(Visible):
    """How many records of one owner a rule was held against one morning, and how many passed."""

    family = "settings"
    owned_by = ""

    on = models.DateField()
    rule = models.CharField(max_length=80)
    entity = models.CharField(max_length=40)
    weight = models.PositiveSmallIntegerField()
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    checked = models.PositiveIntegerField()
    passed = models.PositiveIntegerField()

    objects: ClassVar = QualityCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "rule"]
        constraints = [
            models.UniqueConstraint(
                fields=["on", "rule", "owner"], nulls_distinct=False, name="metrics_qualitycheck_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.on}: {self.passed} of {self.checked}"
