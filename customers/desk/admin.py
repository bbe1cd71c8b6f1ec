"""The list and form of a record for staff, open as far as the table of rights says."""

from typing import Any

from django.contrib.admin import helpers
from django.db.models import Model, QuerySet, URLField
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from customers import access, edge, removal
from customers.desk import filters
from customers.desk.form import RecordForm
from customers.desk.paginator import CappedPaginator
from customers.desk.scope import ScopedChoices, stood_within_reach

LONGEST_SEARCH = 200
MOST_WORDS = 8


class RecordList(ChangeList):
    """A list says how many rows were found only when something was asked of it."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.query and not self.has_active_filters:
            self.full_result_count = self.result_count


class RecordAdmin(ScopedChoices, ModelAdmin):
    """Base of every staff page. `may_add = False` for rows only the verbs write."""

    form: Any = RecordForm
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = False
    list_per_page = 50
    list_max_show_all = 0
    list_editable = ()
    list_filter_submit = True
    compressed_fields = True
    warn_unsaved_form = True
    change_form_before_template: str | None = "desk/version.html"
    may_add = True
    may_change = True

    # --- Rights ---------------------------------------------------------------------------------------------------

    def _may(self, request: HttpRequest, verb: str, obj: Model | None) -> bool:
        if obj is None or obj.pk is None:
            return access.reach(request.user, self.model.family, verb) > access.NONE
        return stood_within_reach(obj, request.user, verb)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and self._may(request, "change", None)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_change and self._may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, "delete", obj)

    # --- Rows -----------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).visible_to(request.user)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model | None:
        """The row; locked while it is being changed, so that two people cannot both be the first."""
        if not object_id.isascii() or not object_id.isdigit() or len(object_id) > 18:
            return None
        rows = self.get_queryset(request)
        if request.method == "POST":
            rows = rows.select_for_update(of=("self",))
        row: Any = rows.filter(pk=object_id).first()
        for verb in access.Grant._fields if row is not None else ():
            stood_within_reach(row, request.user, verb)
        return row

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """Every relation a column shows comes along in one query."""
        if self.list_select_related:
            return self.list_select_related
        relations = {field.name for field in self.model._meta.fields if field.is_relation}
        return [name for name in self.get_list_display(request) if isinstance(name, str) and name in relations]

    def choices(self, queryset: QuerySet) -> QuerySet:
        """The rows to offer where another record is to point at one of these."""
        return queryset

    # --- Lists ----------------------------------------------------------------------------------------------------

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [
            filters.filter_for(self.model, one) if isinstance(one, str) else one
            for one in super().get_list_filter(request)
        ]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the filters ask; anything else could be asked to guess what one may not see."""
        paths = [one if isinstance(one, str) else one[0] for one in self.list_filter if isinstance(one, str | tuple)]
        allowed = {path + suffix for path in [*paths, "id", "pk"] for suffix in filters.suffixes()}
        if self.date_hierarchy:
            allowed |= {f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day", "gte", "lt")}
        custom = {one.parameter_name for one in self.list_filter if hasattr(one, "parameter_name")}
        return lookup in allowed | custom

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        few = " ".join(search_term[:LONGEST_SEARCH].split()[:MOST_WORDS])
        return super().get_search_results(request, queryset, few)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        for name, value in request.GET.items():
            if refusal := far_away(name, str(value)):
                return edge.refused(request, 400, name, refusal)
        return super().changelist_view(request, extra_context)

    def response_action(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        chosen = request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)
        if not all(pk.isascii() and pk.isdigit() and len(pk) < 19 for pk in chosen):
            return edge.refused(request, 400, helpers.ACTION_CHECKBOX_NAME, "Choose rows of the list.")
        return super().response_action(request, queryset)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RecordList

    # --- Forms ----------------------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial = super().get_changeform_initial_data(request)
        owner = self.model.owned_by
        return initial if not owner or "__" in owner else {owner: request.user.pk, **initial}

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What would go with these: rows this person may not see stop the deletion without being named."""
        going = removal.Removal([*objs], request.user)
        lines = [
            format_html("{}: {}", str(kind._meta.verbose_name).capitalize(), row)
            for kind, rows in going.shown.items()
            for row in rows
        ]
        counts = {kind._meta.verbose_name_plural: len(rows) for kind, rows in going.shown.items()}
        lacking = {"other records that go with these"} if going.hidden else set()
        protected: list[str] = [
            format_html("{}: {}", str(row._meta.verbose_name).capitalize(), row) for row in going.protected
        ]
        if going.protected_unseen:
            protected.append("Records you may not see.")
        return lines, counts, lacking, protected


def far_away(name: str, value: str) -> str:
    """What is wrong with a number or day in the address of a list, if anything is."""
    if name in ("q", "_changelist_filters"):
        return ""
    if value.lstrip("+-").isdecimal():
        if name.endswith("__year") and (len(value) > 4 or int(value) not in edge.YEARS):
            return f"The year must be between {edge.YEARS[0]} and {edge.YEARS[-1]}."
        return "This number is too large." if len(value.lstrip("+-")) > 18 else ""
    year = value.split("-")[0]
    if value.count("-") >= 2 and year.isdecimal() and (len(year) > 4 or int(year) not in edge.YEARS):
        return f"The year must be between {edge.YEARS[0]} and {edge.YEARS[-1]}."
    return ""
