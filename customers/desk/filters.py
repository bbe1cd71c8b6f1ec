"""Filters beside a list, chosen by the type of the field, so that every list is asked the same way."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.admin.utils import get_fields_from_path
from django.db import models
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    BooleanRadioFilter,
    ChoicesDropdownFilter,
    FieldTextFilter,
    RangeDateFilter,
    RangeNumericFilter,
    RelatedDropdownFilter,
)
from unfold.contrib.filters.forms import AutocompleteDropdownForm


class ScopedDropdownForm(AutocompleteDropdownForm):
    """A choice of records, of those this person may see."""

    def __init__(self, request: HttpRequest, name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, name, *args, **kwargs)
        self.fields[name].queryset = self.fields[name].queryset.visible_to(request.user)


class RelatedFilter(AutocompleteSelectFilter):
    form_class = ScopedDropdownForm


class DayFilter(RangeDateFilter):
    """From one local day to another, both included, for days and moments alike."""

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        for end, lookup, days in ("from", "gte", 0), ("to", "lt", 1):
            if (day := self._day(end)) is None:
                continue
            bound: Any = day + timedelta(days=days)
            if isinstance(self.field, models.DateTimeField):
                bound = timezone.make_aware(datetime.combine(bound, time()))
            queryset = queryset.filter(**{f"{self.parameter_name}__{lookup}": bound})
        return queryset

    def _day(self, end: str) -> Any:
        try:
            return parse_date(str(self.used_parameters.get(f"{self.parameter_name}_{end}", "")))
        except ValueError:
            return None


class NumberFilter(RangeNumericFilter):
    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        for name, value in [*self.used_parameters.items()]:
            try:
                self.field.to_python(value)
            except Exception:  # Whatever it is, it is no number: the question is put without it.
                self.used_parameters.pop(name)
        return super().queryset(request, queryset)


def filter_for(model: type[Model], path: str) -> Any:
    """The filter that suits a field."""
    field: Any = get_fields_from_path(model, path)[-1]
    if field.is_relation:
        return path, RelatedFilter if hasattr(field.remote_field.model, "family") else RelatedDropdownFilter
    if field.choices:
        return path, ChoicesDropdownFilter
    if isinstance(field, models.BooleanField):
        return path, BooleanRadioFilter
    if isinstance(field, models.DateField):
        return path, DayFilter
    if isinstance(field, models.DecimalField | models.IntegerField):
        return path, NumberFilter
    return path, FieldTextFilter


def suffixes() -> Iterator[str]:
    """What may follow the name of a filter's field in an address."""
    yield from ("", "_from", "_to", "__exact", "__id__exact", "__isnull", "__icontains", "__in", "__id__in")
