"""What everybody in sales shares: products, plans, pipelines, reasons, exchange rates."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.record import Record
from sales.choices import Interval, StageKind
from sales.money import AmountField, CurrencyField, iso_currency, not_negative
from sales.querysets import StageQuerySet


class ProductLine(Record):
    """A family of products. Its code is how tickets and numbers name it."""

    family = "catalogue"
    owned_by = ""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)

    class Meta(Record.Meta):
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Product(Record):
    """Something we sell."""

    family = "catalogue"
    owned_by = ""

    name = models.CharField(max_length=120)
    sku = models.CharField(max_length=60, blank=True)
    line = models.ForeignKey(ProductLine, models.PROTECT, null=True, blank=True, related_name="products")
    unit_price = AmountField(default=0, validators=[not_negative])
    unit_cost = AmountField(null=True, blank=True, validators=[not_negative])
    currency = CurrencyField()

    class Meta(Record.Meta):
        ordering = ["name"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["sku"], condition=~Q(sku=""), name="sales_product_sku_once"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="sales_product_price_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


class Plan(Record):
    """What a subscription is for, and its list price for one interval."""

    family = "catalogue"
    owned_by = ""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="plans")
    interval = models.CharField(max_length=10, choices=Interval, default=Interval.MONTH)
    interval_count = models.PositiveSmallIntegerField(default=1)
    price = AmountField(default=0, validators=[not_negative])
    currency = CurrencyField()

    class Meta(Record.Meta):
        ordering = ["name"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(interval_count__gte=1), name="sales_plan_interval_has_length"),
            models.CheckConstraint(condition=Q(price__gte=0), name="sales_plan_price_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


class Pipeline(Record):
    """A row of stages that deals go through."""

    family = "catalogue"
    owned_by = ""

    name = models.CharField(max_length=80, unique=True)
    is_default = models.BooleanField(default=False)

    class Meta(Record.Meta):
        ordering = ["-is_default", "name"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="sales_pipeline_one_default",
                violation_error_message="Another pipeline is the default.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Stage(Record):
    """One step of a pipeline; every pipeline ends in a won and a lost stage."""

    family = "catalogue"
    owned_by = ""

    pipeline = models.ForeignKey(Pipeline, models.CASCADE, related_name="stages")
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=5, choices=StageKind, default=StageKind.OPEN)
    probability = models.DecimalField(
        max_digits=5, decimal_places=4, default=0, help_text="Chance of winning from here, 0 to 1."
    )
    rot_after_days = models.PositiveSmallIntegerField(default=0, help_text="0: deals may rest here for ever.")

    objects: ClassVar = StageQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["pipeline", "position"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["pipeline", "name"], name="sales_stage_name_once"),
            models.UniqueConstraint(
                fields=["pipeline", "position"],
                name="sales_stage_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["pipeline", "kind"],
                condition=~Q(kind=StageKind.OPEN),
                name="sales_stage_one_won_one_lost",
                violation_error_message="A pipeline has one won and one lost stage.",
            ),
            models.CheckConstraint(
                condition=Q(probability__gte=0, probability__lte=1), name="sales_stage_probability_between_0_and_1"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LostReason(Record):
    """Why deals are lost. One lost as a duplicate never was a chance, and no win rate counts it."""

    family = "catalogue"
    owned_by = ""

    name = models.CharField(max_length=80, unique=True)
    is_duplicate = models.BooleanField(default=False)

    class Meta(Record.Meta):
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FxRate(Record):
    """How much of `quote` one unit of `base` was worth from a day on, until the next rate."""

    family = "catalogue"
    owned_by = ""

    base = models.CharField(max_length=3, validators=[iso_currency])
    quote = CurrencyField()
    on = models.DateField(default=timezone.localdate)
    rate = models.DecimalField(max_digits=18, decimal_places=9)

    class Meta(Record.Meta):
        ordering = ["-on", "base"]
        verbose_name = "exchange rate"
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["base", "quote", "on"], name="sales_fxrate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="sales_fxrate_above_zero"),
        ]

    def __str__(self) -> str:
        return f"1 {self.base} = {self.rate.normalize():f} {self.quote} from {self.on}"
