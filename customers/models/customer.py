"""The company or person we do business with, and how they were described over time."""

from datetime import UTC, datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from customers.choices import Channel, CompanySize, CustomerKind, Gender, Lifecycle
from customers.models.user import User
from customers.querysets import CustomerQuerySet
from customers.record import Record, Visible

BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
FOR_EVER = datetime(9000, 1, 1, tzinfo=UTC)


class Tag(Visible):
    """A word people group customers by."""

    family = "settings"
    owned_by = ""

    name = models.CharField(max_length=40, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Description(models.Model):
    """What KPIs cut customers by. A change is kept with its moment; see `CustomerVersion`."""

    segment = models.CharField(max_length=60, blank=True, db_index=True)
    industry = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="Two letters, as in DE or US.")
    region = models.CharField(max_length=80, blank=True)
    company_size = models.CharField(max_length=20, blank=True, choices=CompanySize)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    gender = models.CharField(max_length=10, blank=True, choices=Gender)
    acquisition_channel = models.CharField(max_length=20, blank=True, choices=Channel)
    acquisition_campaign = models.CharField(max_length=60, blank=True, help_text="The code of the campaign.")
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="%(class)ss")

    class Meta:
        abstract = True


class Customer(Record, Description):
    """A company or person we deal with."""

    kind = models.CharField(max_length=10, choices=CustomerKind, default=CustomerKind.COMPANY)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    website = models.URLField(blank=True, max_length=300)
    lifecycle = models.CharField(max_length=10, choices=Lifecycle, default=Lifecycle.PROSPECT)
    acquired_on = models.DateField(
        null=True,
        blank=True,
        help_text="First day as a paying customer, where no order or subscription here shows it.",
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="customers")
    is_test = models.BooleanField("test record", default=False, help_text="Left out of every number.")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed")

    objects: ClassVar = CustomerQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-id"]
        indexes = [models.Index(fields=["name"]), models.Index(fields=["email"])]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="customers_customer_not_merged_into_itself",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="customers_customer_has_a_name"),
            models.CheckConstraint(
                condition=Q(birth_year=None) | Q(birth_year__gte=1880, birth_year__lte=2100),
                name="customers_customer_birth_year_is_plausible",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CustomerVersion(Description):
    """How a customer was described between two moments. Written by a database trigger, whatever path the change took.

    The first version holds from the beginning of time: history entered later is described as the customer is now.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="versions")
    valid_from = models.DateTimeField(default=BEGINNING)
    valid_to = models.DateTimeField(default=FOR_EVER)

    class Meta:
        ordering = ["customer", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "valid_from"], name="customers_version_once"),
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_to")), name="customers_version_has_length"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} from {self.valid_from:%Y-%m-%d}"


class LifecycleEvent(Visible):
    """A step of a customer's life with us."""

    family = "customers"
    owned_by = "customer__owner"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="lifecycle_events")
    from_lifecycle = models.CharField(max_length=10, choices=Lifecycle, blank=True)
    to_lifecycle = models.CharField(max_length=10, choices=Lifecycle)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_to_lifecycle_display()}"
