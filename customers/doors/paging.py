"""Long lists a page at a time: a cursor remembers the last row, so a page costs the same however far down it is."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Field, Model, Q, QuerySet
from rest_framework.exceptions import ValidationError as BadWords
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from customers import edge

PAGE = 50
LARGEST_PAGE = 200
COUNT_STOPS_AT = 10_000


@dataclass(frozen=True)
class Cursor:
    """Where a page starts: after (or before) the row with this value and id."""

    value: Any
    pk: int
    backwards: bool = False

    def written(self) -> str:
        words = [None if self.value is None else str(self.value), self.pk, int(self.backwards)]
        return base64.urlsafe_b64encode(json.dumps(words).encode()).decode().rstrip("=")

    @classmethod
    def read(cls, words: str, field: Field) -> "Cursor":
        try:
            value, pk, backwards = json.loads(base64.urlsafe_b64decode(words + "=" * (-len(words) % 4)))
            value = None if value is None else edge.checked(field.to_python(value))
            return cls(value, edge.number(int(pk)), bool(backwards))
        except (ValueError, TypeError, OverflowError, ValidationError) as mistake:
            raise BadWords({"cursor": "This cursor is not one of ours."}, code="bad-cursor") from mistake


class KeysetPagination(BasePagination):
    """`page_size`, `cursor`, `ordering` (one field, `-` for descending), `count=exact` for a count up to 10,000."""

    asked = ("cursor", "page_size", "ordering", "count")

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.count = self.counted(queryset)
        name, self.descending = self.ordering(view)
        self.field = queryset.model._meta.get_field(name) if name != "id" else queryset.model._meta.pk
        words = request.query_params.get("cursor", "")
        cursor = Cursor.read(words, self.field) if words else None
        size = self.size()
        backwards = bool(cursor and cursor.backwards)
        rows = list(self.ordered(queryset, cursor, backwards)[: size + 1])
        more, rows = len(rows) > size, rows[:size]
        if backwards:
            rows.reverse()
        self.has_next, self.has_previous = (bool(rows), more) if backwards else (more, cursor is not None)
        self.rows = rows
        return rows

    def ordered(self, queryset: QuerySet, cursor: Cursor | None, backwards: bool) -> QuerySet:
        """Rows in this order from the cursor on. Empty values come last, either way round."""
        name, down = self.field.attname, self.descending != backwards
        key = F(name)
        if self.field.null:
            last = {"nulls_first": True} if backwards else {"nulls_last": True}
            order = key.desc(**last) if down else key.asc(**last)
        else:
            order = key.desc() if down else key.asc()
        if cursor:
            queryset = queryset.filter(self.beyond(cursor, name, "lt" if down else "gt", backwards))
        return queryset.order_by(order, F("pk").desc() if down else F("pk").asc())

    def beyond(self, cursor: Cursor, name: str, side: str, backwards: bool) -> Q:
        beside = Q(**{f"pk__{side}": cursor.pk})
        if cursor.value is None:
            among_empty = Q(**{f"{name}__isnull": True}) & beside
            return among_empty | Q(**{f"{name}__isnull": False}) if backwards else among_empty
        further = Q(**{f"{name}__{side}": cursor.value}) | (Q(**{name: cursor.value}) & beside)
        if self.field.null and not backwards:
            further |= Q(**{f"{name}__isnull": True})
        return further

    def ordering(self, view: Any) -> tuple[str, bool]:
        asked = str(self.request.query_params.get("ordering") or getattr(view, "default_ordering", "-id"))
        name = asked.removeprefix("-")
        allowed = {"id", *getattr(view, "ordering_fields", ())}
        if name not in allowed:
            raise BadWords({"ordering": f"Order by one of: {', '.join(sorted(allowed))}."}, code="bad-ordering")
        return name, asked.startswith("-")

    def size(self) -> int:
        asked = self.request.query_params.get("page_size", str(PAGE))
        if not (asked.isascii() and asked.isdigit() and len(asked) < 5 and 1 <= int(asked) <= LARGEST_PAGE):
            raise BadWords({"page_size": f"A number from 1 to {LARGEST_PAGE}."}, code="bad-page-size")
        return int(asked)

    def counted(self, queryset: QuerySet) -> int | None:
        asked = self.request.query_params.get("count", "none")
        if asked not in ("none", "exact"):
            raise BadWords({"count": "exact or none."}, code="bad-count")
        return queryset.order_by()[: COUNT_STOPS_AT + 1].count() if asked == "exact" else None

    def link(self, row: Model, *, backwards: bool) -> str:
        value = row.pk if self.field.primary_key else getattr(row, self.field.attname)
        cursor = Cursor(value.isoformat() if hasattr(value, "isoformat") else value, row.pk, backwards)
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor.written())

    def get_paginated_response(self, data: Any) -> Response:
        envelope = {
            "results": data,
            "next": self.link(self.rows[-1], backwards=False) if self.has_next and self.rows else None,
            "previous": self.link(self.rows[0], backwards=True) if self.has_previous and self.rows else None,
        }
        if self.count is not None:
            envelope |= {"count": min(self.count, COUNT_STOPS_AT), "count_is_capped": self.count > COUNT_STOPS_AT}
        return Response(envelope)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {
                "results": schema,
                "next": link,
                "previous": link,
                "count": {"type": "integer", "maximum": COUNT_STOPS_AT},
                "count_is_capped": {"type": "boolean"},
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        allowed = ["id", *getattr(view, "ordering_fields", ())]
        return [
            _parameter("cursor", "From the `next` or `previous` of a page.", {"type": "string"}),
            _parameter("page_size", "", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE}),
            _parameter(
                "ordering",
                "One field; a minus for descending.",
                {"type": "string", "enum": [sign + name for name in allowed for sign in ("", "-")], "default": "-id"},
            ),
            _parameter(
                "count",
                f"`exact` counts the rows, up to {COUNT_STOPS_AT:,}.",
                {"type": "string", "enum": ["none", "exact"], "default": "none"},
            ),
        ]


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
