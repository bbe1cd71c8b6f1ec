"""Writing many records at once, each as its own verb would have written it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model
from django.utils import timezone

from customers.importing.promises import chunks
from customers.importing.resources import Draft, Resource, says_already

BATCH = 1000


def create_all(resource: Resource, drafts: Sequence[Draft]) -> None:
    """New records, their lines, and the rows that tell their history."""
    create([draft.instance for draft in drafts])
    if resource.line_model:
        create(line for draft in drafts for line in lines_of(resource, draft))
    create(resource.companions(drafts))


def create(rows: Iterable[Model]) -> None:
    """Rows of several tables, table by table, in the order given."""
    by_table: dict[type[Model], list[Model]] = defaultdict(list)
    for row in rows:
        by_table[type(row)].append(row)
    for model, some in by_table.items():
        model._base_manager.bulk_create(some, batch_size=BATCH)


def lines_of(resource: Resource, draft: Draft) -> list[Model]:
    return [resource.line_model(**{resource.line_parent: draft.instance}, **line) for line in draft.lines]  # type: ignore[misc]


def update_all(resource: Resource, drafts: Sequence[Draft]) -> list[Draft]:
    """Write what differs in known records; the drafts of those that changed."""
    changed = [draft for draft in drafts if draft.changed]
    relined = reline(resource, drafts) if resource.line_model else []
    touched = list({id(draft): draft for draft in [*changed, *relined]}.values())
    save_changes([draft.instance for draft in touched], {name for draft in changed for name in draft.changed})
    rewritten = resource.rewrite(drafts)
    return list({id(draft): draft for draft in [*touched, *rewritten]}.values())


def save_changes(records: list[Any], names: set[str]) -> None:
    """Every change is a new version, in bulk as one by one."""
    if not records:
        return
    names = {name for name in names if name in {field.name for field in records[0]._meta.concrete_fields}}
    if hasattr(records[0], "version"):
        names |= {"version", "changed_at"}
        for record in records:
            record.version, record.changed_at = record.version + 1, timezone.now()
    if names:
        type(records[0])._base_manager.bulk_update(records, sorted(names), batch_size=500)


def reline(resource: Resource, drafts: Sequence[Draft]) -> list[Draft]:
    """Replace the lines of records whose lines in the file are others."""
    model, parent = resource.line_model, resource.line_parent
    assert model is not None  # noqa: S101 - only records with lines come here
    kept: dict[Any, list[Any]] = defaultdict(list)
    for some in chunks([draft.instance.pk for draft in drafts]):
        for line in model._base_manager.filter(**{f"{parent}__in": some}).order_by("pk"):
            kept[getattr(line, f"{parent}_id")].append(line)
    different = [draft for draft in drafts if not same_lines(kept[draft.instance.pk], draft.lines)]
    gone = [line.pk for draft in different for line in kept[draft.instance.pk]]
    model._base_manager.filter(pk__in=gone).delete()
    create(line for draft in different for line in lines_of(resource, draft))
    return different


def same_lines(kept: Sequence[Any], said: Sequence[dict[str, Any]]) -> bool:
    if len(kept) != len(said):
        return False
    return all(
        says_already(line, name, value)
        for line, values in zip(kept, said, strict=True)
        for name, value in values.items()
    )
