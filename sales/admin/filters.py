"""Filters by what is read from a row's dates."""

from datetime import timedelta
from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter

from sales.choices import LeadStatus, Standing
from sales.querysets import LEAD_STATUS

IDLE = ("14", "30", "60", "90")


class LeadStatusFilter(DropdownFilter):
    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return LeadStatus.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(LEAD_STATUS[LeadStatus(self.value())]) if self.value() in LeadStatus else queryset


class StandingFilter(DropdownFilter):
    title = "standing"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return Standing.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        return queryset.standing(Standing(self.value())) if self.value() in Standing else queryset


class IdleFilter(DropdownFilter):
    """Open deals nothing has happened to for a while."""

    title = "nothing done for"
    parameter_name = "idle"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [(days, f"{days} days") for days in IDLE]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        if self.value() not in IDLE:
            return queryset
        return queryset.idle(since=timezone.now() - timedelta(days=int(self.value() or 0)))
