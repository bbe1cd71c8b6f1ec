"""What we did with a customer, or mean to do."""

from datetime import timedelta
from typing import ClassVar

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.choices import ActivityKind
from customers.models.contact import Contact, refuse_stranger
from customers.models.customer import Customer
from customers.models.user import User
from customers.querysets import ActivityQuerySet
from customers.record import Record


class Activity(Record):
    """A note, call, meeting, task or e-mail. Planned while `done_at` is empty."""

    customer = models.ForeignKey(Customer, models.CASCADE, null=True, blank=True, related_name="activities")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="activities")
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="activities")
    kind = models.CharField(max_length=10, choices=ActivityKind, default=ActivityKind.NOTE)
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    duration = models.DurationField(default=timedelta())
    about_type = models.ForeignKey(ContentType, models.SET_NULL, null=True, blank=True)
    about_id = models.PositiveBigIntegerField(null=True, blank=True)
    about = GenericForeignKey("about_type", "about_id")

    objects: ClassVar = ActivityQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-created_at", "-id"]
        verbose_name_plural = "activities"
        indexes = [
            models.Index(fields=["about_type", "about_id"]),
            models.Index(fields=["owner", "due_at"], condition=Q(done_at=None), name="customers_activity_waiting"),
        ]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(duration__gte=timedelta()), name="customers_activity_duration_not_negative"
            ),
        ]

    def clean(self) -> None:
        super().clean()
        refuse_stranger(self.contact, self.customer)

    def __str__(self) -> str:
        return self.subject
