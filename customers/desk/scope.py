"""Choices in a form: found by typing, and only of what this person may see."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelect, AutocompleteSelectMultiple
from django.http import HttpRequest

from customers import access


def stood_within_reach(row: Any, user: Any, verb: str) -> bool:
    """Whether this row was the person's to `verb` when it was first asked: a refused form leaves it changed."""
    answers = row.__dict__.setdefault("_stood", {})
    if verb not in answers:
        answers[verb] = access.within_reach(row, user, verb)
    return answers[verb]


class OnlyIds(AutocompleteMixin):
    """Mixed into an autocomplete: what was posted and is no id is not looked up when the form is shown again."""

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> Any:
        ids = [one for one in value if str(one).isascii() and str(one).isdigit() and len(str(one)) < 19]
        return super().optgroups(name, ids, attrs)


class Choice(OnlyIds, AutocompleteSelect):
    pass


class Choices(OnlyIds, AutocompleteSelectMultiple):
    pass


class ScopedChoices:
    """Mixed into an admin class: every relation is an autocomplete of visible rows."""

    model: Any
    admin_site: Any

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Every relation whose other end has a page that can be searched."""
        fields = [*self.model._meta.fields, *self.model._meta.many_to_many]
        return [
            field.name for field in fields if field.is_relation and field.editable and self._searchable(field, request)
        ]

    def _searchable(self, field: Any, request: HttpRequest) -> bool:
        other = field.remote_field.model
        return self.admin_site.is_registered(other) and bool(self.admin_site._registry[other].search_fields)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        self._scope(db_field, request, kwargs)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Choice(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        self._scope(db_field, request, kwargs)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Choices(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def _scope(self, db_field: Any, request: HttpRequest, kwargs: dict[str, Any]) -> None:
        other = db_field.remote_field.model
        if hasattr(other, "family"):
            kwargs.setdefault("queryset", other._default_manager.visible_to(request.user))
