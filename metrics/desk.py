"""How staff set goals, tell numbers by hand and see the quality of records."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.html import format_html_join
from unfold.decorators import display

from customers.desk import HistoryInline, RecordAdmin
from metrics.models import Goal, GoalReading, ManualMeasure, ManualValue, QualityCheck, RuleSegment
from metrics.quality import RULES, offending

SHOWN = 50


class ValueInline(HistoryInline):
    model = ManualValue
    hide_title = True
    fields = ["starts_on", "ends_on", "value", "note", "told_by"]
    readonly_fields = ["told_by"]


@admin.register(ManualMeasure)
class ManualMeasureAdmin(RecordAdmin):
    """Each is a KPI with a page of its own."""

    list_display = ["title", "key", "unit", "good", "joined"]
    search_fields = ["title", "key"]
    fields = [("title", "key"), "definition", ("unit", "good", "joined"), ("source", "external_id")]
    inlines = [ValueInline]

    def get_readonly_fields(self, request: HttpRequest, obj: ManualMeasure | None = None) -> list[str]:
        return ["key"] if obj else []


@admin.register(RuleSegment)
class RuleSegmentAdmin(RecordAdmin):
    """Who fits is looked up every night, and shown under Analyses."""

    list_display = ["name", "rule", "why", "kept_through"]
    search_fields = ["name", "rule"]
    fields = ["name", "rule", "why", "kept_through", ("source", "external_id")]
    readonly_fields = ["kept_through"]


@admin.register(ManualValue)
class ManualValueAdmin(RecordAdmin):
    list_display = ["measure", "starts_on", "ends_on", "value", "told_by"]
    list_filter = ["measure", "ends_on"]
    search_fields = ["measure__title", "note"]
    fields = ["measure", ("starts_on", "ends_on"), "value", "note", ("source", "external_id")]

    def save_model(self, request: HttpRequest, obj: ManualValue, form: Any, change: bool) -> None:
        obj.told_by = obj.told_by or request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)


class ReadingInline(HistoryInline):
    model = GoalReading
    hide_title = True
    fields = ["on", "actual", "attained", "chance"]


@admin.register(Goal)
class GoalAdmin(RecordAdmin):
    list_display = ["name", "kpi", "target", "ends_on", "owner", "far"]
    list_filter = ["kpi", "owner", "ends_on"]
    search_fields = ["name", "why"]
    list_select_related = ["owner"]
    inlines = [ReadingInline]
    fields = [
        "name",
        ("kpi", "scope"),
        ("baseline", "target"),
        ("starts_on", "ends_on"),
        ("owner", "parent"),
        "why",
        ("source", "external_id"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        last = GoalReading.objects.filter(goal=OuterRef("pk")).order_by("-on").values("attained")[:1]
        return super().get_queryset(request).annotate(so_far=Subquery(last))

    @display(description="So far")
    def far(self, goal: Any) -> str:
        return "–" if goal.so_far is None else f"{goal.so_far / 10_000:.0f} %"


@admin.register(QualityCheck)
class QualityCheckAdmin(RecordAdmin):
    """What each rule found every morning; nobody changes it by hand."""

    may_add = may_change = False
    list_display = ["on", "title", "entity", "owner", "checked", "passed"]
    list_filter = ["entity", "owner", "on"]
    search_fields = ["rule", "entity"]
    fields = ["on", "title", "entity", "owner", ("checked", "passed", "weight"), "broken"]
    readonly_fields = ["on", "title", "entity", "owner", "checked", "passed", "weight", "broken"]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        check: Any = super().get_object(request, object_id, from_field)
        if check:
            check.reader = request.user
        return check

    @display(description="Rule", ordering="rule")
    def title(self, check: QualityCheck) -> str:
        return RULES[check.rule].title if check.rule in RULES else check.rule

    @display(description="Break it now")
    def broken(self, check: Any) -> str:
        """The first records of this owner that break the rule, of those the reader may see."""
        rule = RULES.get(check.rule)
        if rule is None:
            return "–"
        rows = offending(rule, check.reader).filter(**{rule.owner: check.owner}).order_by("pk")[:SHOWN]
        return format_html_join("\n", "<div>{} {}</div>", ((row.pk, row) for row in rows)) or "None."
