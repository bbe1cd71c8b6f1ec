"""The people at a customer, and the mailing lists they are on."""

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.utils import timezone

from customers.choices import EndReason
from customers.models.customer import Customer
from customers.querysets import EmailSubscriptionQuerySet
from customers.record import Record


class Contact(Record):
    """A person at a customer."""

    owned_by = "customer__owner"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80)
    email = models.EmailField(blank=True, db_index=True)
    phone = models.CharField(max_length=40, blank=True)
    job_title = models.CharField(max_length=120, blank=True)
    is_primary = models.BooleanField(default=False)
    do_not_survey = models.BooleanField(default=False)

    class Meta(Record.Meta):
        ordering = ["last_name", "first_name", "id"]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


def refuse_stranger(contact: Contact | None, customer: Customer | None) -> None:
    """A contact stands beside their own customer only. Raises `ValidationError` at the contact."""
    if contact and customer and contact.customer_id != customer.pk:
        raise ValidationError({"contact": f"{contact} is not a contact of {customer}."}, code="other-customer")


class Stretch(Func):
    """The half-open stretch of time between two moments; without an end, or with one before its start, it lasts."""

    arity = 2
    output_field = DateTimeRangeField()

    def as_sql(
        self,
        compiler: Any,
        connection: Any,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, tuple[str | int, ...]]:
        (start, starting), (end, ending) = map(compiler.compile, self.source_expressions)
        until = f"CASE WHEN {end}::timestamptz >= {start} THEN {end}::timestamptz END"
        return f"tstzrange({start}, {until})", (*starting, *ending, *starting, *ending)


class EmailSubscription(Record):
    """One address on one mailing list, from joining to leaving."""

    family = "marketing"
    owned_by = "customer__owner"

    customer = models.ForeignKey(Customer, models.CASCADE, null=True, blank=True, related_name="email_subscriptions")
    email = models.EmailField(db_index=True)
    mailing_list = models.CharField(max_length=80)
    campaign = models.CharField(max_length=60, blank=True, help_text="The code of the campaign.")
    subscribed_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True)

    objects: ClassVar = EmailSubscriptionQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-subscribed_at", "-id"]
        constraints = [
            *Record.Meta.constraints,
            # Once at a time, in whatever case it is written, so that counting rows counts addresses.
            ExclusionConstraint(
                name="customers_emailsubscription_on_a_list_once",
                expressions=[
                    (Lower("email"), RangeOperators.EQUAL),
                    (Lower("mailing_list"), RangeOperators.EQUAL),
                    (Stretch("subscribed_at", "ended_at"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="This address is on the list already at that time.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("subscribed_at")),
                name="customers_emailsubscription_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end_reason="") | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="customers_emailsubscription_end_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} on {self.mailing_list}"
