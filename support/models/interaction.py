"""One handled call, chat or mail, and the time it took."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.models import Customer, Team, User
from customers.record import Record
from support.choices import InteractionKind, Purpose
from support.models.ticket import Ticket
from support.querysets import InteractionQuerySet


class Interaction(Record):
    """An agent's own leg of a call, chat or mail; it counts on the day its wrap-up ended."""

    family = "support"
    owned_by = "agent"

    kind = models.CharField(max_length=10, choices=InteractionKind, default=InteractionKind.CALL)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.SUPPORT)
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, blank=True, related_name="interactions")
    deal_id = models.PositiveBigIntegerField(null=True, blank=True, help_text="For sales calls.")
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="interactions")
    agent = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="interactions")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="interactions")
    talk_seconds = models.PositiveIntegerField(default=0)
    hold_seconds = models.PositiveIntegerField(default=0)
    wrap_seconds = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(default=timezone.now, help_text="End of the wrap-up.")
    was_abandoned = models.BooleanField(default=False, help_text="Hung up before an answer.")

    objects: ClassVar = InteractionQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-ended_at", "-id"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(talk_seconds__lte=604800, hold_seconds__lte=604800, wrap_seconds__lte=604800),
                name="support_interaction_under_a_week",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.ended_at:%Y-%m-%d %H:%M}"
