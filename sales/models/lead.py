"""Somebody who may become a customer."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from customers.choices import Channel
from customers.models import Customer, User
from customers.record import Record
from sales.choices import LeadStatus
from sales.models.campaign import Campaign
from sales.querysets import LeadQuerySet


class Lead(Record):
    """An inquiry or prospect, from its first sign to conversion. Each step keeps its moment."""

    family = "leads"

    name = models.CharField(max_length=200)
    company = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True, db_index=True)
    phone = models.CharField(max_length=40, blank=True)
    lead_source = models.CharField(max_length=60, blank=True, help_text="Where it came from, as you name it.")
    channel = models.CharField(max_length=20, choices=Channel, blank=True)
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, blank=True, related_name="leads")
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="leads")
    segment = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=2, blank=True)
    entered_by_staff = models.BooleanField(default=False, help_text="Nobody was waiting for an answer.")
    created_at = models.DateTimeField(default=timezone.now)
    first_contacted_at = models.DateTimeField(null=True, blank=True)
    contacted_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    qualified_at = models.DateTimeField(null=True, blank=True)
    qualified_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    disqualified_at = models.DateTimeField(null=True, blank=True)
    disqualified_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    converted_at = models.DateTimeField(null=True, blank=True, help_text="The moment of the first payment.")
    converted_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="leads")
    is_spam = models.BooleanField(default=False)
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates")
    was_customer = models.BooleanField(
        default=False, editable=False, help_text="Joined to a customer who was one already; not a conversion."
    )
    note = models.TextField(blank=True)

    objects: ClassVar = LeadQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["owner", "-created_at"])]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=~Q(name=""), name="sales_lead_has_a_name"),
            models.CheckConstraint(
                condition=Q(duplicate_of=None) | ~Q(duplicate_of=F("id")), name="sales_lead_not_its_own_duplicate"
            ),
            models.CheckConstraint(
                condition=Q(first_contacted_at=None) | Q(first_contacted_at__gte=F("created_at")),
                name="sales_lead_contacted_after_creation",
                violation_error_message="A lead is contacted after it was created.",
            ),
            models.CheckConstraint(
                condition=Q(converted_at=None) | Q(converted_at__gte=F("created_at"), customer__isnull=False),
                name="sales_lead_converted_into_a_customer",
                violation_error_message="A converted lead has a customer, and converts after it was created.",
            ),
            models.CheckConstraint(
                condition=Q(converted_at=None) | Q(disqualified_at=None),
                name="sales_lead_not_converted_and_disqualified",
                violation_error_message="A lead is converted or disqualified, not both.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def status(self) -> LeadStatus:
        if self.converted_at:
            return LeadStatus.CONVERTED
        if self.disqualified_at:
            return LeadStatus.DISQUALIFIED
        if self.qualified_at:
            return LeadStatus.QUALIFIED
        return LeadStatus.CONTACTED if self.first_contacted_at else LeadStatus.NEW
