"""Which trade's boards the company has chosen to start with."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class PackChoiceQuerySet(models.QuerySet["PackChoice"]):
    def in_force(self) -> str:
        """The key of the pack chosen last; before anybody chose, the one this installation starts with."""
        chosen = self.order_by("-chosen_at", "-pk").values_list("pack", flat=True).first()
        return chosen or settings.PACK


class PackChoice(models.Model):
    """A pack somebody chose, and when; the last one holds."""

    pack = models.CharField(max_length=40)
    chosen_at = models.DateTimeField(default=timezone.now)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects: ClassVar = PackChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-chosen_at", "-id"]

    def __str__(self) -> str:
        return self.pack
