"""What the nights did, for those who look after the numbers; nobody changes it by hand."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from customers import access
from customers.desk import RecordAdmin, verb_action
from customers.desk.opening import OpenedByVerb
from customers.desk.paginator import CappedPaginator
from metrics.models import Night, PeriodLock, Run, RunStep, Snapshot
from metrics.services import lift_lock, lock_books


def looks_after(request: HttpRequest) -> bool:
    """Managers and admins: those who see the company's records and may change its settings."""
    return access.reach(request.user, "settings", "change") is access.ALL


class ReadOnly:
    """Rows only the night writes."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return looks_after(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return looks_after(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StepInline(ReadOnly, TabularInline):
    """What the run did with each measure and KPI, failures first."""

    model = RunStep
    fields = ("kind", "key", "opened", "closed", "seconds", "error")
    readonly_fields = fields
    extra = 0
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).order_by("-error", "pk")


@admin.register(Run)
class RunAdmin(ReadOnly, ModelAdmin):
    list_display = ("number", "kind", "state", "through", "started_at", "took", "error")
    list_filter = ("status", "kind")
    fields = ("kind", "status", "through", "zone", "currency", "started_at", "finished_at", "error", "definitions")
    readonly_fields = fields
    inlines = (StepInline,)
    ordering = ("-pk",)
    show_full_result_count = False
    list_per_page = 50

    @display(description="Run", ordering="pk")
    def number(self, run: Run) -> str:
        return f"Run {run.pk}"

    @display(
        description="Status",
        ordering="status",
        label={
            "Done": "success",
            "Running": "info",
            "Done, with failures": "warning",
            "Broken off": "danger",
        },
    )
    def state(self, run: Run) -> str:
        return run.get_status_display()

    @display(description="Took")
    def took(self, run: Run) -> str:
        seconds = ((run.finished_at or timezone.now()) - run.started_at).total_seconds()
        return f"{seconds:,.0f} s" if run.finished_at else "–"


@admin.register(Night)
class NightAdmin(ReadOnly, ModelAdmin):
    list_display = ("day", "run")
    list_select_related = ("run",)
    fields = ("day", "run")
    show_full_result_count = False


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnly, ModelAdmin):
    list_display = ("kpi", "grain", "start", "end", "revision", "value", "n", "status", "run")
    list_filter = ("grain", "is_latest", "status")
    search_fields = ("=kpi",)
    search_help_text = "The key of a KPI, as in win_rate"
    list_select_related = ("run",)
    ordering = ("-pk",)
    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    fields = (
        "kpi",
        "grain",
        "start",
        "end",
        "revision",
        "is_latest",
        "value",
        "numerator",
        "denominator",
        "n",
        "status",
        "reason",
        "run",
    )


@admin.register(PeriodLock)
class PeriodLockAdmin(OpenedByVerb, RecordAdmin):
    """Lock the books up to a day: what is published of those days stays what was reported."""

    list_display = ["through", "note", "locked_by", "locked_at", "run", "lifted_by", "lifted_at"]
    fields = ["through", "note"]
    actions = [verb_action("lift", "Lift the lock", lift_lock)]
    moment = "through"

    def open(self, row: PeriodLock, said: dict[str, Any], *, by: Any) -> PeriodLock:
        return lock_books(row.through, note=row.note, by=by)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.list_display if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.list_display if obj else []
