"""Visits to our website, and what visitors did there that matters."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from customers.choices import Channel, Device
from customers.models.customer import Customer
from customers.querysets import VisitQuerySet
from customers.record import Record, Visible


class Visit(Record):
    """One session on the website; it belongs to the day it started."""

    family = "marketing"
    owned_by = "customer__owner"

    visitor_key = models.CharField(max_length=80, db_index=True)
    session_key = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    channel = models.CharField(max_length=20, choices=Channel, blank=True)
    campaign = models.CharField(max_length=60, blank=True, help_text="The code of the campaign.")
    landing = models.CharField(max_length=300, blank=True)
    country = models.CharField(max_length=2, blank=True)
    device = models.CharField(max_length=10, choices=Device, blank=True)
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="visits")
    is_bot = models.BooleanField(default=False)
    has_consent = models.BooleanField(default=True)

    objects: ClassVar = VisitQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-started_at", "-id"]

    def __str__(self) -> str:
        return f"{self.visitor_key} on {self.started_at:%Y-%m-%d}"


class KeyEvent(Visible):
    """Something a visitor did that we hoped for: signed up, downloaded, bought."""

    family = "marketing"
    owned_by = "visit__customer__owner"

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="key_events")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.kind
