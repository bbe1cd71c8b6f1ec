"""What a list can be asked, the same way everywhere: `field`, `field__in`, `field__gte`, `field__isnull`, `search`."""

from functools import reduce
from operator import and_, or_
from typing import Any

import django_filters
from django import forms
from django.db import models
from django.db.models import Model, Q, QuerySet

from customers import edge
from customers.doors.paging import KeysetPagination

RANGE = ["exact", "gte", "gt", "lte", "lt"]
ALWAYS = ("added_at", "changed_at", "source", "external_id")
PAGING = {*KeysetPagination.asked, "format"}
MOST_WORDS = 8
LONGEST_SEARCH = 200


def operators(model: type[Model], *names: str) -> dict[str, list[str]]:
    """Each of these fields with the operators its type has; ids, origin and dates of the record are always there."""
    known = {field.name for field in model._meta.get_fields()}
    wanted = ["id", *names, *(name for name in ALWAYS if name in known)]
    return {name: _operators_of(model._meta.get_field(name)) for name in dict.fromkeys(wanted)}


def _operators_of(field: Any) -> list[str]:
    empty = ["isnull"] if field.null else []
    if isinstance(field, models.BooleanField):
        return ["exact"]
    if field.is_relation or field.choices or isinstance(field, models.CharField) or field.primary_key:
        return ["exact", "in", *empty]
    if isinstance(field, models.TextField):
        return ["exact"]
    return [*RANGE, *empty]


class EdgeFilterForm(edge.EdgeForm, forms.Form):
    """The question as a form, so that every part of it passes the gate."""


class WholeNumberFilter(django_filters.NumberFilter):
    """An id or a count."""

    field_class = forms.IntegerField

    def get_max_validator(self) -> None:
        return None


class YesOrNo(forms.NullBooleanField):
    """`true` or `false`; anything else is no answer."""

    def clean(self, value: Any) -> bool | None:
        said = super().clean(value)
        if said is None and value not in (None, ""):
            raise forms.ValidationError("Say true or false.", code="invalid")
        return said


class YesOrNoFilter(django_filters.BooleanFilter):
    field_class = YesOrNo

    @property
    def field(self) -> forms.Field:
        field = super().field
        field.widget = forms.TextInput()
        return field


class Moment(django_filters.IsoDateTimeFilter):
    """A moment as ISO 8601; a bare day is its first moment."""


class RecordFilter(django_filters.FilterSet):
    """Base of every record's filter. `searched` names the text fields `search` looks in."""

    searched: tuple[str, ...] = ()
    base_filters: dict[str, django_filters.Filter]
    search = django_filters.CharFilter(method="find", label="Every word must occur in the record's name or the like.")

    class Meta:
        form = EdgeFilterForm

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        # Of some sixty filters a question uses two: only those are made.
        self.base_filters = {name: one for name, one in type(self).base_filters.items() if name in (data or ())}
        super().__init__(data, *args, **kwargs)

    @classmethod
    def filter_for_lookup(cls, field: Any, lookup_type: str) -> Any:
        if lookup_type == "isnull" or isinstance(field, models.BooleanField):
            return YesOrNoFilter, {}
        if isinstance(field, models.ForeignKey | models.OneToOneField | models.ManyToManyField):
            several = {"distinct": True} if field.many_to_many else {}
            return (_ids, several) if lookup_type == "in" else (WholeNumberFilter, several)
        if isinstance(field, models.AutoField | models.IntegerField) and not field.choices:
            return (_ids, {}) if lookup_type == "in" else (WholeNumberFilter, {})
        if isinstance(field, models.DateTimeField):
            return Moment, {}
        if lookup_type == "in" and field.choices:
            return _choices, {"choices": field.choices}
        filter_class, extra = super().filter_for_lookup(field, lookup_type)
        if filter_class and issubclass(filter_class, django_filters.ChoiceFilter) and field.blank:
            extra = {**extra, "null_label": None}
        return filter_class, extra

    @property
    def errors(self) -> Any:
        return self.form.errors

    def is_valid(self) -> bool:
        known = {*type(self).base_filters, *PAGING} - ({"search"} if not self.searched else set())
        for name in self.data or ():
            if name not in known:
                self.form.errors[name] = self.form.error_class(
                    [forms.ValidationError("There is no such parameter.", code="unknown-parameter")]
                )
        return self.is_bound and not self.form.errors

    def find(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        words = value[:LONGEST_SEARCH].split()[:MOST_WORDS]
        if not words:
            return queryset
        each = (reduce(or_, (Q(**{f"{field}__icontains": word}) for field in self.searched)) for word in words)
        return queryset.filter(reduce(and_, each))


class _ids(django_filters.BaseInFilter, WholeNumberFilter):  # noqa: N801
    pass


class _choices(django_filters.BaseInFilter, django_filters.ChoiceFilter):  # noqa: N801
    pass
