"""What the events of tickets and treatments amount to, read through database views; nothing here is stored."""

from typing import ClassVar

from django.db import models

from customers.models import User
from customers.record import RecordQuerySet, Visible
from support.models.care import Treatment
from support.models.ticket import Ticket


class TicketMovement(Visible):
    """A ticket becoming open (+1) and ceasing to be (-1), or passing from one person to another (-1 and +1)."""

    family = "support"
    owned_by = "agent"

    ticket = models.ForeignKey(Ticket, models.DO_NOTHING, related_name="+")
    part = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    held_since_at = models.DateTimeField()
    delta = models.SmallIntegerField()
    agent = models.ForeignKey(User, models.DO_NOTHING, null=True, related_name="+")

    objects: ClassVar = RecordQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "support_ticketmovement"


class TreatmentDay(Visible):
    """A past day of a treatment, and whether medicine was at hand; what was fetched early is used up first."""

    family = "support"
    owned_by = "treatment__customer__owner"

    treatment = models.ForeignKey(Treatment, models.DO_NOTHING, related_name="+")
    part = models.IntegerField()
    counted_on = models.DateField()
    is_covered = models.BooleanField()

    objects: ClassVar = RecordQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "support_treatmentday"
