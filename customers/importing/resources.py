"""What can be imported: the table a file's rows go to, the columns they can carry, and what follows from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db.models import Model

from customers.importing.fields import Column
from customers.importing.problems import Problems
from customers.importing.promises import column
from customers.importing.workbooks import Cell


@dataclass
class Row:
    """One row of a file, and what it says in our words. A blank says nothing and is not among the values."""

    number: int
    cells: list[Cell]
    values: dict[str, Any] = field(default_factory=dict)
    copy: int = 1  # which of the records it stands for


@dataclass
class Draft:
    """A record as a file describes it, by one row or several."""

    number: int
    values: dict[str, Any]
    problems: Problems
    source: str = ""
    lines: list[dict[str, Any]] = field(default_factory=list)
    line_numbers: list[int] = field(default_factory=list)
    instance: Any = None
    is_new: bool = True
    changed: set[str] = field(default_factory=set)

    def get(self, name: str, default: Any = None) -> Any:
        """What the row says, or else what the record says already."""
        if name in self.values:
            return self.values[name]
        return default if self.is_new else getattr(self.instance, name, default)

    def set_default(self, name: str, value: Any) -> None:
        """What a new record says where the file says nothing."""
        if self.is_new and value is not None:
            self.values.setdefault(name, value)

    def refuse(self, column: str, reason: str) -> None:
        self.problems.add(self.number, column, self.values.get(column), reason)

    def take_shape(self, model: type[Model]) -> None:
        """Make the new record, or put what the file says on the known one and note what changed."""
        names = {kept.name for kept in model._meta.concrete_fields}
        said = {name: value for name, value in self.values.items() if name in names}
        if self.is_new:
            self.instance = model(**({"source": self.source} if "source" in names else {}), **said)
            return
        for name, value in said.items():
            if not says_already(self.instance, name, value):
                setattr(self.instance, name, value)
                self.changed.add(name)


def says_already(record: Model, name: str, value: Any) -> bool:
    """Whether a record says this in a column; a related one is compared by its key, not fetched."""
    said = column(record, name)
    return bool(said == (value.pk if isinstance(value, Model) else value))


class Resource:
    """One kind of record people bring from elsewhere. Its docstring is its help text."""

    name: ClassVar[str]
    model: ClassVar[type[Model]]
    columns: ClassVar[Sequence[Column]]
    line_model: ClassVar[type[Model] | None] = None
    line_parent: ClassVar[str] = ""
    line_columns: ClassVar[Sequence[Column]] = ()
    match: ClassVar[Sequence[str]] = ("external_id",)  # what a record is known by: the first that the file has
    happened: ClassVar[Sequence[str]] = ()  # moments that cannot lie in the future
    creates: ClassVar[Mapping[str, Mapping[str, Any]]] = {}  # related records made without being asked

    def column(self, name: str) -> Column | None:
        """The column of that name; a resource may know more than it lists."""
        return next((one for one in [*self.columns, *self.line_columns] if one.name == name), None)

    def complete(self, draft: Draft) -> None:
        """Fill in what follows from what the row says, and refuse what contradicts itself."""

    def finish(self, draft: Draft) -> None:
        """What a new record says of itself once it is made, before it is kept."""

    def companions(self, drafts: Sequence[Draft]) -> Iterable[Model]:
        """The rows that tell the history of new records."""
        return ()

    def rewrite(self, drafts: Sequence[Draft]) -> Sequence[Draft]:
        """Carry what the file says of known records into their history; those for which that changed something."""
        return ()

    def settle(self, drafts: Sequence[Draft]) -> None:
        """What these records, new or changed, mean for others."""
