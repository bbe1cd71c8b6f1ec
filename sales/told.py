"""Rows that are not stored but told by the events of customers: read for everybody, or fast for a few."""

from collections.abc import Iterable
from typing import Any, Self

from django.db.models.sql.datastructures import BaseTable

from customers.record import RecordQuerySet


class ToldQuerySet(RecordQuerySet):
    def of(self, customers: Iterable[int]) -> Self:
        """The rows of just these customers, for the price of just these."""
        narrowed = self.all()
        query = narrowed.query
        alias = query.get_initial_alias()
        query.alias_map[alias] = Told(query.alias_map[alias].table_name, alias, list(customers))
        return narrowed


class Told(BaseTable):
    """A view's table, read through the function behind the view."""

    def __init__(self, table_name: str, alias: str | None, customers: list[int]) -> None:
        super().__init__(table_name, alias)
        self.customers = customers

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        function = connection.ops.quote_name(f"{self.table_name}_of")
        return f"{function}(%s::bigint[]) {connection.ops.quote_name(self.table_alias)}", [self.customers]

    def relabeled_clone(self, change_map: dict[str | None, str]) -> "Told":
        return Told(self.table_name, change_map.get(self.table_alias, self.table_alias), self.customers)

    @property
    def identity(self) -> tuple[Any, ...]:
        return (*super().identity, tuple(self.customers))
