"""What everybody in sales shares: products, plans, pipelines, reasons, exchange rates."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from customers.desk import RecordAdmin, RowInline
from sales.admin.show import ORIGIN, chip, money_column
from sales.choices import StageKind
from sales.models import FxRate, LostReason, Pipeline, Plan, Product, ProductLine, Stage
from sales.services.pipelines import complete_pipeline


@admin.register(ProductLine)
class ProductLineAdmin(RecordAdmin):
    list_display = ["name", "code"]
    search_fields = ["name", "code"]
    fieldsets = [(None, {"fields": [("name", "code")]}), ORIGIN]


@admin.register(Product)
class ProductAdmin(RecordAdmin):
    list_display = ["name", "sku", "line", money_column("unit_price"), money_column("unit_cost")]
    list_filter = ["line", "currency", "unit_price"]
    search_fields = ["name", "sku"]
    fieldsets = [
        (None, {"fields": [("name", "sku"), "line", ("unit_price", "unit_cost", "currency")]}),
        ORIGIN,
    ]


@admin.register(Plan)
class PlanAdmin(RecordAdmin):
    list_display = ["name", "code", "product", money_column("price"), "every"]
    list_filter = ["product", "interval", "currency"]
    search_fields = ["name", "code"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("name", "code"),
                    "product",
                    ("price", "currency"),
                    ("interval", "interval_count"),
                ]
            },
        ),
        ORIGIN,
    ]

    @display(description="Every", ordering="interval")
    def every(self, plan: Plan) -> str:
        words = plan.get_interval_display().lower()
        return words if plan.interval_count == 1 else f"{plan.interval_count} {words}s"


class StageInline(RowInline):
    model = Stage
    fields = ["position", "name", "kind", "probability", "rot_after_days"]
    ordering = ["position"]


@admin.register(Pipeline)
class PipelineAdmin(RecordAdmin):
    list_display = ["name", "is_default", "path"]
    list_filter = ["is_default"]
    search_fields = ["name"]
    inlines = [StageInline]
    fieldsets = [(None, {"fields": [("name", "is_default")]}), ORIGIN]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("stages")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        complete_pipeline(form.instance)

    @display(description="Stages")
    def path(self, pipeline: Pipeline) -> str:
        return " → ".join(stage.name for stage in pipeline.stages.all())


@admin.register(Stage)
class StageAdmin(RecordAdmin):
    list_display = [
        "name",
        "pipeline",
        "position",
        chip("kind", "Kind", {"won": "success", "lost": "danger", "open": "info"}, choices=StageKind, ordered=True),
        "probability",
        "rot_after_days",
    ]
    list_select_related = ["pipeline"]
    list_filter = ["pipeline", "kind"]
    search_fields = ["name", "pipeline__name"]
    fieldsets = [
        (
            None,
            {"fields": [("pipeline", "name"), ("position", "kind"), ("probability", "rot_after_days")]},
        ),
        ORIGIN,
    ]


@admin.register(LostReason)
class LostReasonAdmin(RecordAdmin):
    list_display = ["name", "is_duplicate"]
    list_filter = ["is_duplicate"]
    search_fields = ["name"]
    fieldsets = [(None, {"fields": [("name", "is_duplicate")]}), ORIGIN]


@admin.register(FxRate)
class FxRateAdmin(RecordAdmin):
    list_display = ["__str__", "base", "quote", "rate", "on"]
    list_filter = ["base", "quote", "on"]
    search_fields = ["base", "quote"]
    fieldsets = [(None, {"fields": [("base", "quote"), ("on", "rate")]}), ORIGIN]
