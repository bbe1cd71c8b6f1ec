"""A list's pages, counted no further than anybody reads."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

COUNT_STOPS_AT = 10_000


class Many(int):
    """More rows than we count."""

    def __str__(self) -> str:
        return f"more than {COUNT_STOPS_AT:,}"


class CappedPaginator(Paginator):
    object_list: QuerySet

    @cached_property
    def count(self) -> int:
        counted = self.object_list.order_by()[: COUNT_STOPS_AT + 1].count()
        return Many(COUNT_STOPS_AT) if counted > COUNT_STOPS_AT else counted
