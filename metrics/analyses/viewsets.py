"""The API of analyses: what there is, and what each finds within what the person who asks may see."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError as BadWords
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.serializers import CharField, DictField, IntegerField, ListField, Serializer, URLField
from rest_framework.utils.urls import replace_query_param
from rest_framework.viewsets import ViewSet

from customers.doors.paging import LARGEST_PAGE, PAGE
from metrics.analyses.book import Analysis, analysis_of, answer, ask, visible_analyses
from metrics.analyses.shape import Result
from metrics.analyses.telling import heading, told, told_table
from metrics.sight import Sight
from metrics.viewsets import page_size, refuse_unknown

KEY = OpenApiParameter("key", str, OpenApiParameter.PATH, description="As in `cohorts`.")
PAGING = [
    OpenApiParameter("table", str, description="Only this table, page by page."),
    OpenApiParameter("cursor", str, description="From the `next` of a page; with `table` only."),
    OpenApiParameter("page_size", int, description=f"Rows of a table, from 1 to {LARGEST_PAGE}; {PAGE} unless told."),
]


class AnalysesSerializer(Serializer):
    """Analyses with a sentence and the choices of each."""

    results = ListField(child=DictField())
    next = URLField(allow_null=True)
    previous = URLField(allow_null=True)


class AnalysisSerializer(Serializer):
    """What one analysis finds: in how many of something, how far to trust it, figures, charts and tables."""

    key = CharField()
    title = CharField()
    about = CharField()
    summary = CharField()
    definition = CharField()
    said = DictField()
    settled_until = CharField()
    learned_in = IntegerField(allow_null=True)
    currency = CharField()
    sees = CharField()
    n = IntegerField()
    of = CharField()
    honesty = CharField()
    refusal = CharField()
    remarks = ListField(child=CharField())
    figures = ListField(child=DictField())
    charts = ListField(child=DictField())
    tables = ListField(child=DictField())
    next = URLField(allow_null=True)
    previous = URLField(allow_null=True)


class AnalysisViewSet(ViewSet):
    """Analyses, within what the person who asks may see of the records they are worked out from."""

    lookup_field = "key"

    @extend_schema(operation_id="analyses_list", responses=AnalysesSerializer)
    def list(self, request: Request) -> Response:
        """Every analysis you may see."""
        refuse_unknown(request, [])
        found = [_described(one, request) for one in visible_analyses(request.user)]
        return Response({"results": found, "next": None, "previous": None})

    @extend_schema(operation_id="analyses_retrieve", parameters=[KEY, *PAGING], responses=AnalysisSerializer)
    def retrieve(self, request: Request, key: str) -> Response:
        """One analysis, with its own choices as further parameters; the list names them."""
        analysis, sight = _seen(request, key)
        chosen = [OpenApiParameter(choice.key, str) for choice in analysis.choices]
        refuse_unknown(request, [*PAGING, *chosen])
        paging = {one.name for one in PAGING}
        said = {name: str(value) for name, value in request.query_params.items() if name not in {*paging, "format"}}
        asked = ask(analysis, request.user, said, sight)
        found = answer(analysis, asked)
        return Response({**heading(analysis, asked), **told(found), **_tables(request, found)})


def _tables(request: Request, found: Result) -> dict[str, Any]:
    """The first rows of every table, or a page of one."""
    wanted = request.query_params.get("table", "")
    tables = [table for table in found.tables if wanted in ("", table.key)]
    if wanted and not tables:
        raise Http404
    size = page_size(request.query_params.get("page_size", str(PAGE)))
    start = _place(request) if wanted else 0
    here = request.build_absolute_uri()
    more = wanted and start + size < len(tables[0].rows)
    return {
        "tables": [told_table(table, start, size) for table in tables],
        "next": replace_query_param(here, "cursor", start + size) if more else None,
        "previous": None,
    }


def _place(request: Request) -> int:
    said = request.query_params.get("cursor", "0")
    if not (said.isascii() and said.isdigit() and len(said) < 9):
        raise BadWords({"cursor": "This cursor is not one of ours."}, code="bad-cursor")
    return int(said)


def _seen(request: Request, key: str) -> tuple[type[Analysis], Sight]:
    try:
        analysis = analysis_of(key)
    except LookupError:
        raise Http404 from None
    sight = analysis.sight(request.user)
    if sight is None:
        raise Http404
    return analysis, sight


def _described(analysis: type[Analysis], request: Request) -> dict[str, Any]:
    return {
        "key": analysis.key,
        "title": analysis.title,
        "about": analysis.about.value,
        "summary": analysis.summary(),
        "definition": analysis.definition(),
        "choices": [
            {"key": choice.key, "title": choice.title, "options": list(choice.options)} for choice in analysis.choices
        ],
        "url": reverse("analyses-detail", args=[analysis.key], request=request),
    }
