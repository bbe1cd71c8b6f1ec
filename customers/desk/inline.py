"""Rows inside the form of the record they belong to."""

from typing import Any

from django.db.models import ForeignKey, Model, QuerySet
from django.forms.models import _get_foreign_key
from django.http import HttpRequest
from unfold.admin import TabularInline

from customers import access
from customers.desk.form import RecordForm
from customers.desk.scope import ScopedChoices, stood_within_reach

MOST_ROWS = 100


class RowForm(RecordForm):
    """A row is guarded by the version of the record it stands in."""

    record_version = None  # type: ignore[assignment]  # Django's way to leave a field out.


class RowInline(ScopedChoices, TabularInline):
    """Rows one may see with the record they belong to, and change if one may change it."""

    form = RowForm
    extra = 0
    per_page = 20
    hide_title = True
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """What one may see, with the records its columns name."""
        shown = self.get_fields(request)
        relations = [field.name for field in self.model._meta.fields if field.is_relation and field.name in shown]
        return super().get_queryset(request).visible_to(request.user).select_related(*relations)

    def reach(self, request: HttpRequest, verb: str) -> access.Reach:
        return access.reach(request.user, self.model.family, verb)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.reach(request, "view") > access.NONE

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Rows owned through this record follow it; others are changed in their own place."""
        far = self.reach(request, "change")
        if far is access.NONE or far is access.ALL:
            return far is access.ALL
        through: ForeignKey = _get_foreign_key(self.parent_model, self.model, fk_name=self.fk_name)
        owned_here = self.model.owned_by.startswith(f"{through.name}__")
        return owned_here and (obj is None or stood_within_reach(obj, request.user, "change"))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, **kwargs)


class HistoryInline(RowInline):
    """Rows the verbs wrote: to be read."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
