"""What stands in the tables, as values that can be compared."""

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models

from customers.models import User
from metrics.models import Change

Content = dict[str, Counter[str]]
UNTOLD = {"password", "last_login", "date_joined", "digest", "prefix"}  # of users and keys


def everything() -> Content:
    """Every row of every table, whole; that rows were written and taken away again is itself remembered."""
    tables = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    tables.remove(Change)
    return {model._meta.label: Counter(map(repr, model._base_manager.values_list())) for model in tables}


def story(rooms: tuple[str, ...] = ("customers", "sales", "support", "surveys")) -> Content:
    """Every row of the rooms, its ids counted from the lowest of its table, so that two tellings can be compared."""
    tables = [model for room in rooms for model in apps.get_app_config(room).get_models() if model._meta.managed]
    lowest = {model: model._base_manager.aggregate(low=models.Min("pk"))["low"] for model in [*tables, User]}
    return {model._meta.label: Counter(map(repr, rows_of(model, lowest))) for model in tables}


def rows_of(model: type[models.Model], lowest: dict[type[models.Model], int]) -> list[tuple[Any, ...]]:
    fields = [field for field in model._meta.concrete_fields if is_told(model, field)]
    bases = [lowest.get(model if field.primary_key else field.related_model, 0) for field in fields]
    rows = model._base_manager.values_list(*(field.attname for field in fields))
    return [tuple(shift(value, base) for value, base in zip(row, bases, strict=True)) for row in rows]


def is_told(model: type[models.Model], field: models.Field) -> bool:
    # The database numbers versions by itself, in an order of its own; moments of creation of keys are of the clock.
    if model._meta.label == "customers.CustomerVersion" and field.primary_key:
        return False
    if model._meta.label in ("customers.ApiToken", "customers.User") and isinstance(field, models.DateTimeField):
        return False
    # Ids of other tables that are not links.
    return field.name not in {*UNTOLD, "about_id", "about_type", "deal_id"}


def shift(value: Any, base: int | None) -> Any:
    is_id = isinstance(value, int) and not isinstance(value, bool) and base
    return value - base if is_id and not isinstance(value, (Decimal, date, datetime)) else value
