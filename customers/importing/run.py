"""The run of an import: read the whole file, say everything that is wrong with it, or write all of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from customers.importing import promises
from customers.importing.drafts import drafts_from, key_of, read_rows
from customers.importing.fields import Column
from customers.importing.keeping import create_all, update_all
from customers.importing.known import known_records
from customers.importing.links import Link, resolve
from customers.importing.mapping import Map, meant
from customers.importing.problems import Problems, Refused
from customers.importing.readers import Table, open_table
from customers.importing.resources import Draft, Resource, Row
from customers.importing.sources import Source, headings, sources_for

CREATE, UPDATE, UPSERT = MODES = ("create", "update", "upsert")
LOCK = 0x706C756D62  # "plumb": two imports never run at once


@dataclass
class Result:
    """What became of a file."""

    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    noticed: list[str] = field(default_factory=list)


def run_import(
    resource: Resource,
    path: Path,
    *,
    told: Map | None = None,
    mode: str = CREATE,
    match: str = "",
    dry_run: bool = False,
    progress: Callable[[str], None] = lambda said: None,
) -> Result:
    """Import a file, all of it or nothing; `Refused` carries everything that is wrong with it."""
    return Run(resource, told or Map(), mode, match, progress).of(path, dry_run=dry_run)


@dataclass
class Run:
    resource: Resource
    told: Map
    mode: str
    match: str
    progress: Callable[[str], None]
    problems: Problems = field(default_factory=Problems)
    result: Result = field(default_factory=Result)
    rows: list[Row] = field(default_factory=list)
    now: datetime = field(default_factory=timezone.now)

    def of(self, path: Path, *, dry_run: bool) -> Result:
        table = open_table(path, self.told.layout)
        self.result.noticed += table.noticed
        sources = self.sources_of(table)
        key = self.key_among(sources)
        try:
            self.rows = read_rows(table, sources, self.told, self.problems, self.progress)
            if not self.rows:
                raise Refused.because("The file has headings but no rows that count.")
            with transaction.atomic():
                self.write(sources, key)
                transaction.set_rollback(dry_run)
        except Refused as refusal:
            refusal.name_columns({source.column.name: source.heading for source in sources})
            refusal.columns = table.columns
            refusal.cells = {row.number: row.cells for row in self.rows}
            raise
        except DatabaseError as broken:
            raise Refused.because(promises.spoken(self.resource.model, broken)) from broken
        self.result.read = len(self.rows)
        return self.result

    def sources_of(self, table: Table) -> list[Source]:
        for name in self.told.steered_by:
            if name not in table.columns:
                raise Refused.because(f"The file has no such column.{meant(name, table.columns)}", column=name)
        sources = sources_for(self.resource, self.told, table)
        given = {source.column.name for source in sources}
        missing = [one.name for one in self.columns if one.required and one.name not in given]
        if missing and self.mode != UPDATE:
            raise Refused.because(f"The file, or the map, must give {', '.join(missing)}.", column=missing[0])
        used = {*self.told.steered_by, *(heading for source in sources for heading in headings(source.rule))}
        if ignored := [name for name in table.columns if name not in used]:
            self.result.noticed.append(f"Ignored columns: {', '.join(ignored)}.")
        return sources

    @property
    def columns(self) -> list[Column]:
        return [*self.resource.columns, *self.resource.line_columns]

    def key_among(self, sources: Sequence[Source]) -> list[str]:
        """The fields a record is known by: those asked for, or the first the file has of the usual ones."""
        given = {source.column.name for source in sources}
        asked = self.match or self.told.match
        for way in [asked] if asked else self.resource.match:
            names = way.split(",")
            if set(names) <= given:
                return names
        if asked or self.mode != CREATE:
            wanted = asked or " or ".join(self.resource.match)
            raise Refused.because(f"Records are matched by {wanted}, which the file does not give.", column=wanted)
        return []

    def write(self, sources: Sequence[Source], key: Sequence[str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        self.look_up(sources)
        drafts = drafts_from(self.rows, self.resource, self.told, key, self.problems)
        drafts = self.meet(drafts, key)
        self.complete(drafts)
        self.problems.raise_if_any()
        self.progress(f"{len(drafts):,} records checked")
        self.keep(drafts)
        self.problems.raise_if_any()

    def look_up(self, sources: Sequence[Source]) -> None:
        """Find related records, those that others are found within first."""
        links = [source for source in sources if isinstance(source.column, Link)]
        for source in sorted(links, key=lambda one: bool(one.column.within)):  # type: ignore[attr-defined]
            resolve(
                source.column,  # type: ignore[arg-type]
                self.rows,
                source.rule,
                source=self.told.source,
                creation={**self.resource.creates, **self.told.create_missing}.get(source.column.name),
                problems=self.problems,
            )

    def meet(self, drafts: list[Draft], key: Sequence[str]) -> list[Draft]:
        """Tell new records from known ones, as far as the mode allows either."""
        known = known_records(self.resource.model, drafts, key, self.told.source)
        kept = []
        for draft in drafts:
            fitting = known.get(key_of(draft.values, key), [])  # type: ignore[arg-type]
            if why := self.refusal(draft, fitting, key):
                draft.refuse(key[0] if key else "", why)
            elif fitting and getattr(fitting[0], "merged_into_id", None):
                self.result.unchanged += 1
            else:
                draft.instance, draft.is_new = (fitting[0], False) if fitting else (None, True)
                kept.append(draft)
        return kept

    def refusal(self, draft: Draft, fitting: Sequence[Model], key: Sequence[str]) -> str:
        if len(fitting) > 1:
            return f"{len(fitting)} records fit this."
        if fitting and self.mode == CREATE:
            return "This record is here already."
        if not fitting and self.mode == UPDATE:
            return "There is no such record to update."
        if self.mode != CREATE and key_of(draft.values, key) is None:
            return "This is blank, so that the row cannot be matched."
        return ""

    def complete(self, drafts: Sequence[Draft]) -> None:
        """Fill in what follows, build the records, and hold them against the promises of the table."""
        for draft in drafts:
            self.require(draft)
        self.problems.raise_if_any()
        for draft in drafts:
            self.resource.complete(draft)
        self.problems.raise_if_any()
        for draft in drafts:
            draft.take_shape(self.resource.model)
            if draft.is_new:
                self.resource.finish(draft)
            for name, why in promises.broken_checks(draft.instance):
                draft.refuse(name, why)
            for number, line in zip(draft.line_numbers, draft.lines, strict=True):
                for name, why in promises.broken_checks(self.resource.line_model(**line)):  # type: ignore[misc]
                    self.problems.add(number, name, line.get(name), why)
        touched = [(draft.number, draft.instance) for draft in drafts if draft.is_new or draft.changed]
        for number, name, why in promises.broken_uniqueness(touched):
            self.problems.add(number, name, "", why)

    def require(self, draft: Draft) -> None:
        """Nothing that is needed is missing, nothing that happened lies in the future."""
        if draft.is_new:
            self.require_columns(self.resource.columns, draft.number, draft.values)
        for number, line in zip(draft.line_numbers, draft.lines, strict=True):
            self.require_columns(self.resource.line_columns, number, line)
        for name in self.resource.happened:
            if name in draft.values and draft.values[name] > self.now:
                draft.refuse(name, "This is in the future.")

    def require_columns(self, columns: Sequence[Column], number: int, values: dict[str, Any]) -> None:
        for column in columns:
            known_bad = (number, column.name) in self.problems.places
            if column.required and column.name not in values and not known_bad:
                self.problems.add(number, column.name, "", "This is required.")

    def keep(self, drafts: Sequence[Draft]) -> None:
        new = [draft for draft in drafts if draft.is_new]
        known = [draft for draft in drafts if not draft.is_new]
        create_all(self.resource, new)
        changed = update_all(self.resource, known)
        self.resource.settle([*new, *changed])
        self.result.created += len(new)
        self.result.changed += len(changed)
        self.result.unchanged += len(known) - len(changed)
