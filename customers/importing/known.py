"""Records that are here already, found by what the rows of a file are known by."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import F, Model, Q
from django.db.models.functions import Lower

from customers.importing.drafts import comparable
from customers.importing.promises import attname, chunks
from customers.importing.resources import Draft


def known_records(
    model: type[Model], drafts: Sequence[Draft], key: Sequence[str], source: str
) -> dict[tuple[Any, ...], list[Any]]:
    """The records of a table by their key, held until the import is done."""
    found: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    if not key:
        return found
    attnames = [attname(model, name) for name in key]
    records = model._base_manager.select_for_update(of=("self",)).order_by("pk")
    if isinstance(next((draft.values.get(key[0]) for draft in drafts), None), str):
        records = records.annotate(known_as=Lower(F(key[0])))
    for some in chunks(list({draft.values[key[0]] for draft in drafts if key[0] in draft.values})):
        for record in records.filter(fitting(key[0], some, source)):
            parts = zip(key, attnames, strict=True)
            found[tuple(comparable(name, getattr(record, own)) for name, own in parts)].append(record)
    return found


def fitting(name: str, values: list[Any], source: str) -> Q:
    if name == "external_id":
        return Q(source=source, external_id__in=values)
    if isinstance(values[0], str):
        return Q(**{f"{name}__in": values}) | Q(known_as__in=[value.lower() for value in values])
    return Q(**{f"{name}__in": values})
