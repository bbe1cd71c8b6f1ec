"""Days after which things may be different, marked on every chart."""

from typing import ClassVar

from django.db import models

from customers.record import Record, RecordQuerySet


class MarkedDate(Record):
    """Something that happened on a day, as the day the company began to work with a CRM."""

    family = "settings"
    owned_by = ""

    name = models.CharField(max_length=60, help_text="As it stands on the charts.")
    on = models.DateField("day")
    note = models.TextField(blank=True, help_text="What was done, and what it was hoped to change.")

    objects: ClassVar = RecordQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-on", "name"]

    def __str__(self) -> str:
        return self.name
