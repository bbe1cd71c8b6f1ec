"""The healthcare pack: appointments, treatments, and the medicine handed out."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from customers.models import Customer, User
from customers.record import Record
from support.choices import AppointmentStatus
from support.querysets import AccessSampleQuerySet, AppointmentQuerySet


class Appointment(Record):
    """A slot in somebody's calendar, booked or not."""

    family = "support"
    owned_by = "customer__owner"

    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="appointments")
    clinic = models.CharField(max_length=80, blank=True)
    provider = models.CharField(max_length=80, blank=True)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    offered_at = models.DateTimeField(default=timezone.now)
    booked_at = models.DateTimeField(null=True, blank=True)
    booked_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was recorded as attended, missed or cancelled."
    )
    settled_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=10, choices=AppointmentStatus, default=AppointmentStatus.OFFERED)

    objects: ClassVar = AppointmentQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-starts_at", "-id"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="support_appointment_has_length"),
        ]

    def __str__(self) -> str:
        return f"{self.clinic} {self.starts_at:%Y-%m-%d %H:%M}".strip()


class AccessSample(Record):
    """How many days ahead the third open slot of a calendar lay, as it stood one morning."""

    family = "support"
    owned_by = ""

    on = models.DateField()
    clinic = models.CharField(max_length=80, blank=True)
    provider = models.CharField(max_length=80, blank=True)
    days = models.PositiveSmallIntegerField()

    objects: ClassVar = AccessSampleQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-on", "clinic", "provider"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["on", "clinic", "provider"], name="support_accesssample_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.provider or self.clinic} {self.on}: {self.days} days"


class Treatment(Record):
    """A medicine somebody is to take over a stretch of days."""

    family = "support"
    owned_by = "customer__owner"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="treatments")
    name = models.CharField(max_length=120)
    clinic = models.CharField(max_length=80, blank=True)
    provider = models.CharField(max_length=80, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The first day no longer covered.")

    class Meta(Record.Meta):
        ordering = ["-starts_on", "-id"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="support_treatment_has_length"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} for {self.customer}"


class Fill(Record):
    """Medicine handed out, and for how many days."""

    family = "support"
    owned_by = "treatment__customer__owner"

    treatment = models.ForeignKey(Treatment, models.CASCADE, related_name="fills")
    filled_on = models.DateField(default=timezone.localdate)
    days = models.PositiveSmallIntegerField()

    class Meta(Record.Meta):
        ordering = ["filled_on", "id"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=730), name="support_fill_days_are_plausible"),
        ]

    def __str__(self) -> str:
        return f"{self.days} days from {self.filled_on}"
