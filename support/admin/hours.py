"""How staff see opening hours and what we promise."""

from django.contrib import admin

from customers.desk import RecordAdmin, RowInline
from support.models import Holiday, OpeningHours, Schedule, ServiceLevel


class OpeningHoursInline(RowInline):
    model = OpeningHours
    hide_title = True
    fields = ["weekday", "opens", "closes"]


class HolidayInline(RowInline):
    model = Holiday
    hide_title = True
    fields = ["on", "name"]


@admin.register(Schedule)
class ScheduleAdmin(RecordAdmin):
    """A ticket is measured by these hours whenever something happens to it."""

    list_display = ["name", "is_default"]
    search_fields = ["name"]
    fields = [("name", "is_default"), ("source", "external_id")]
    inlines = [OpeningHoursInline, HolidayInline]


@admin.register(OpeningHours)
class OpeningHoursAdmin(RecordAdmin):
    list_display = ["schedule", "weekday", "opens", "closes"]
    list_filter = ["schedule", "weekday"]
    search_fields = ["schedule__name"]


@admin.register(Holiday)
class HolidayAdmin(RecordAdmin):
    list_display = ["on", "name", "schedule"]
    list_filter = ["schedule", "on"]
    search_fields = ["name", "schedule__name"]


@admin.register(ServiceLevel)
class ServiceLevelAdmin(RecordAdmin):
    """A promise binds the tickets opened after it was made."""

    list_display = ["name", "priority", "reply_within", "solve_within", "in_open_hours", "is_active"]
    search_fields = ["name"]
    fields = [
        ("name", "priority"),
        ("reply_within", "solve_within"),
        ("in_open_hours", "is_active"),
        ("source", "external_id"),
    ]
