"""Customers who fit a rule, and since when: kept night by night, so that yesterday's segment can be read again."""

from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from customers.models import Customer
from customers.record import Record

RULE_HELP = "One condition a line, all of which must hold, as in: mrr at least 100; or: country is DE."


def readable(rule: str) -> None:
    """Raises `ValidationError` naming the line that makes no sense."""
    from metrics.segments import read_rule

    read_rule(rule)


class RuleSegment(Record):
    """A segment people define by a rule. Who fits is looked up every night."""

    family = "settings"
    owned_by = ""

    name = models.CharField(max_length=60, unique=True)
    rule = models.TextField(max_length=2_000, validators=[readable], help_text=RULE_HELP)
    why = models.CharField(max_length=200, blank=True, help_text="What it is good for.")
    kept_through = models.DateField(null=True, blank=True, editable=False, help_text="The last night looked up.")

    class Meta(Record.Meta):
        ordering = ["name"]
        verbose_name = "segment"

    def clean(self) -> None:
        super().clean()
        if not self.name.strip():
            raise ValidationError({"name": "A segment has a name."})

    def __str__(self) -> str:
        return self.name


class SegmentStayQuerySet(models.QuerySet["SegmentStay"]):
    def standing(self) -> Self:
        return self.filter(left_on=None)

    def on(self, day: object) -> Self:
        """Who was in a segment on a night."""
        return self.filter(joined_on__lte=day).filter(Q(left_on=None) | Q(left_on__gt=day))


class SegmentStay(models.Model):
    """A customer in a segment, from the night they first fitted to the night they no longer did."""

    segment = models.ForeignKey(RuleSegment, models.CASCADE, related_name="stays")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="segment_stays")
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True, help_text="The first night they no longer fitted.")

    objects: ClassVar = SegmentStayQuerySet.as_manager()

    class Meta:
        ordering = ["joined_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "customer"], condition=Q(left_on=None), name="metrics_segmentstay_in_it_once"
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gt=models.F("joined_on")), name="metrics_segmentstay_has_length"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} in {self.segment} from {self.joined_on}"
