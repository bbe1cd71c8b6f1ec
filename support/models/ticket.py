"""A customer's request for help, and everything that happened to it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from customers.models import Contact, Customer, Team, User
from customers.models.contact import refuse_stranger
from customers.record import Record, Visible
from support.choices import Author, Priority, Status, TicketChannel, TicketEventKind
from support.models.hours import Schedule
from support.querysets import TicketQuerySet


class Ticket(Record):
    """A request for help. Its dates are set by the verbs; durations in business time are kept beside them."""

    family = "support"
    owned_by = "agent"

    number = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=300)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="tickets")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="tickets")
    channel = models.CharField(max_length=10, choices=TicketChannel, blank=True)
    priority = models.CharField(max_length=10, choices=Priority, blank=True, default=Priority.NORMAL)
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    product_line = models.CharField(max_length=60, blank=True, help_text="The code of the product line.")
    agent = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="tickets")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="tickets")
    first_agent = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+", help_text="Who held it first."
    )
    first_team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    schedule = models.ForeignKey(Schedule, models.SET_NULL, null=True, blank=True, related_name="tickets")
    created_at = models.DateTimeField(default=timezone.now)
    awaited_since = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Creation or last reopening: when the wait for a reply began."
    )
    replied_at = models.DateTimeField(
        "first reply", null=True, blank=True, help_text="First reply of a person since then."
    )
    replied_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    first_solved_at = models.DateTimeField(null=True, blank=True)
    solved_at = models.DateTimeField("last solved", null=True, blank=True)
    solved_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    reopened_count = models.PositiveSmallIntegerField(default=0, editable=False)
    reply_count = models.PositiveSmallIntegerField(
        null=True, blank=True, editable=False, help_text="Replies of a person, from creation on."
    )
    was_escalated = models.BooleanField(default=False)
    waited_on_customer = models.DurationField(null=True, blank=True, editable=False)
    waited_on_customer_business = models.DurationField(null=True, blank=True, editable=False)
    reply_delay_business = models.DurationField(null=True, blank=True, editable=False)
    first_resolution_business = models.DurationField(null=True, blank=True, editable=False)
    resolution_business = models.DurationField(null=True, blank=True, editable=False)
    reply_due_at = models.DateTimeField(null=True, blank=True)
    solve_due_at = models.DateTimeField(null=True, blank=True)
    is_spam = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed")

    objects: ClassVar = TicketQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["agent", "-created_at"]),
            models.Index(fields=["status", "-created_at"]),
            models.Index(fields=["customer", "-created_at"]),
        ]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="support_ticket_not_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(solved_at=None) | Q(solved_at__gte=F("created_at")),
                name="support_ticket_solved_after_creation",
                violation_error_message="A ticket is solved after it was created.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.SOLVED, Status.CLOSED]) | Q(solved_at__isnull=False),
                name="support_ticket_solved_at_a_moment",
                violation_error_message="A solved ticket has the moment it was solved.",
            ),
            models.CheckConstraint(
                condition=Q(replied_at=None) | Q(replied_at__gte=F("created_at")),
                name="support_ticket_replied_after_creation",
                violation_error_message="A ticket is answered after it was created.",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        refuse_stranger(self.contact, self.customer)

    def __str__(self) -> str:
        return self.subject

    def save(self, *args, **kwargs) -> None:
        if self.awaited_since is None:
            self.awaited_since = self.created_at
        self.note_first_hands()
        super().save(*args, **kwargs)

    def note_first_hands(self) -> None:
        """Who holds a ticket that nobody held before is the first."""
        if self.first_agent_id is None:
            self.first_agent_id, self.first_team_id = self.agent_id, self.first_team_id or self.team_id


class TicketEvent(Visible):
    """Something that happened to a ticket, when, and through whom."""

    family = "support"
    owned_by = "ticket__agent"

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20, choices=TicketEventKind)
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    agent = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", help_text="Whom the ticket was given to."
    )
    team = models.ForeignKey(
        Team, models.SET_NULL, null=True, blank=True, related_name="+", help_text="The team they were in then."
    )

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["ticket", "at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"


class Message(Visible):
    """Words in a ticket; a private one is a note among ourselves."""

    family = "support"
    owned_by = "ticket__agent"

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages")
    author_kind = models.CharField(max_length=10, choices=Author, default=Author.AGENT)
    author = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    body = models.TextField()
    is_public = models.BooleanField(default=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.body[:60]
