"""What the nights did, for those who look after the numbers; nobody changes it by hand."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin
from unfold.decorators import display

from customers import access
from customers.desk import RecordAdmin, verb_action
from customers.desk.opening import OpenedByVerb
from customers.desk.paginator import CappedPaginator
from metrics import desk, marking  # noqa: F401 - goals, numbers told by hand, marked days, quality of records
from metrics.models import Night, PeriodLock, Run, RunStep, Snapshot
from metrics.services import lift_lock, lock_books
from metrics.views.run import run_page, took


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


@admin.register(Run)
class RunAdmin(ReadOnly, ModelAdmin):
    list_display = ("number", "kind", "state", "through", "started_at", "took", "steps", "again", "error")
    list_filter = ("status", "kind")
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
        return took(run)

    @display(description="Steps")
    def steps(self, run: Any) -> str:
        return f"{run.behind:,} of {run.of:,}" if run.behind < run.of else f"{run.of:,}"

    @display(description="Tried again")
    def again(self, run: Any) -> str:
        return f"{run.again:,}" if run.again else "–"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        behind, again = ~Q(steps__state=RunStep.State.PENDING), F("steps__attempts") - 1
        return (
            super()
            .get_queryset(request)
            .annotate(
                of=Count("steps"),
                behind=Count("steps", filter=behind),
                again=Coalesce(Sum(again, filter=Q(steps__attempts__gt=1)), 0),
            )
        )

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """A page of its own: nothing here is changed by hand."""
        if not self.has_view_permission(request) or request.method != "GET":
            raise PermissionDenied
        run = self.get_object(request, unquote(object_id))
        return run_page(request, run) if run else self._get_obj_does_not_exist_redirect(request, self.opts, object_id)


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
