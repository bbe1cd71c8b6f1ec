"""Whatever points at one record is made to point at another, whichever room it lives in."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import F, Model, QuerySet
from django.utils import timezone

from customers.record import Record, RecordQuerySet


def move_relations(old: Model, new: Model, *, keep: tuple[str, ...] = ()) -> None:
    """Point at `new` whatever points at `old`, but for the relations to `keep`.

    Where both may not be pointed at in the same way (one of each), the row of `old` stays where it is.
    """
    for relation in old._meta.related_objects:
        if relation.many_to_many:
            name = str(relation.get_accessor_name())
            getattr(new, name).add(*getattr(old, name).all())
        elif relation.get_accessor_name() not in keep:
            name = relation.field.name
            rows = relation.related_model._base_manager.filter(**{name: old})
            if isinstance(new, relation.related_model):
                rows = rows.exclude(pk=new.pk)  # Nobody is merged into themselves.
            _point(rows, {name: new})
            together = relation.related_model._default_manager.filter(**{name: new})
            if isinstance(together, RecordQuerySet):
                together.brought_together()
    for field in old._meta.many_to_many:
        getattr(new, field.name).add(*getattr(old, field.name).all())
    for rows, name in _mentions(old):
        _point(rows, {name: new.pk})


def _mentions(old: Model) -> Iterator[tuple[QuerySet, str]]:
    """Rows that point at records of any kind, and at this one."""
    kind = ContentType.objects.get_for_model(old)
    for model in apps.get_models():
        for field in model._meta.private_fields:
            if isinstance(field, GenericForeignKey):
                yield model._base_manager.filter(**{field.ct_field: kind, field.fk_field: old.pk}), field.fk_field


def _point(rows: QuerySet, there: dict[str, Any]) -> None:
    if issubclass(rows.model, Record):
        there = {**there, "version": F("version") + 1, "changed_at": timezone.now()}
    try:
        with transaction.atomic():
            rows.update(**there)
    except IntegrityError:
        for pk in [*rows.values_list("pk", flat=True)]:
            _point_if_it_may(rows.model._base_manager.filter(pk=pk), there)


def _point_if_it_may(row: QuerySet, there: dict[str, Any]) -> None:
    try:
        with transaction.atomic():
            row.update(**there)
    except IntegrityError:
        return  # One of each: the survivor has its own.
