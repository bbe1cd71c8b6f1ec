"""The API of numbers: what there is, what each is, the rows behind it, and the nights."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail
from rest_framework.exceptions import ValidationError as BadWords
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.utils.urls import replace_query_param
from rest_framework.viewsets import ViewSet

from customers.doors import RowViewSet
from customers.doors.paging import LARGEST_PAGE, PAGE
from metrics import serializers
from metrics.asking import REPORTED, Question, ask, conditions, run_of
from metrics.books import PUBLISHED
from metrics.filters import RunFilter
from metrics.handbook.entries import Entry
from metrics.language import KPI
from metrics.models import Run
from metrics.periods import Grain
from metrics.registry import every_kpi, kpi_of
from metrics.restated import Comparison, compare
from metrics.sight import Sight, sight_of
from metrics.telling import (
    currency_of,
    heading,
    told,
    told_changes,
    told_component,
    told_moved,
    told_revisions,
    told_rows,
)

MOST_REVISIONS = 5_000

SPAN = [
    OpenApiParameter("start", date, description="The first local day; the month so far, where none is named."),
    OpenApiParameter("end", date, description="The local day after the last."),
    OpenApiParameter(
        "where",
        str,
        many=True,
        description="A member to keep, as in `where=segment=enterprise`. Several of one dimension widen, several"
        " dimensions narrow. A member is named by its key or by what people call it; `(none)` is the unknown.",
    ),
    OpenApiParameter(
        "as_of",
        str,
        description="The run whose knowledge counts, by its number, or the last one up to a day, as in `2026-01-31`;"
        " `reported` is the one the period was reported in. Later corrections are left out.",
    ),
]
SERIES = [
    OpenApiParameter("grain", str, enum=[*Grain], description="The step of a series; without one, a single number."),
    OpenApiParameter("by", str, description="The dimension to cut by."),
]
PAGING = [
    OpenApiParameter("term", int, description="Which term of the formula, from 0."),
    OpenApiParameter("cursor", str, description="From the `next` of a page."),
    OpenApiParameter("page_size", int, description=f"From 1 to {LARGEST_PAGE}; {PAGE} unless told otherwise."),
]
GRAIN = OpenApiParameter("grain", str, enum=PUBLISHED, description="Only months, quarters or years.")
SINCE = OpenApiParameter(
    "since", str, description="The earlier run, named as in `as_of`; the one the period was reported in unless told."
)
KEY = OpenApiParameter("key", str, OpenApiParameter.PATH, description="As in `win_rate`.")


class KPIViewSet(ViewSet):
    """Numbers, within what the person who asks may see of the records they are counted from."""

    lookup_field = "key"

    @extend_schema(operation_id="kpis_list", responses=serializers.CatalogueSerializer)
    def list(self, request: Request) -> Response:
        """Every KPI you may see, and how it is defined."""
        refuse_unknown(request, [])
        seen = [(kpi, sight) for kpi in every_kpi() if (sight := sight_of(request.user, kpi))]
        return Response({"results": [described(*one, request) for one in seen], "next": None, "previous": None})

    @extend_schema(parameters=[KEY, *SPAN, *SERIES], responses=serializers.NumbersSerializer)
    def retrieve(self, request: Request, key: str) -> Response:
        """One KPI over some days: a number, or one for each step and each member of a cut."""
        return Response(told(self.question(request, key, [*SPAN, *SERIES])))

    @extend_schema(parameters=[KEY, *SPAN, *PAGING], responses=serializers.RowsSerializer)
    @action(detail=True)
    def rows(self, request: Request, key: str) -> Response:
        """The rows behind one term of the number; their contributions add up to its total."""
        question = self.question(request, key, [*SPAN, *PAGING])
        terms = question.components()
        term = terms[chosen(len(terms), request.query_params.get("term", "0"))]
        size = page_size(request.query_params.get("page_size", str(PAGE)))
        cursor = request.query_params.get("cursor", "")
        found = page_of(lambda: question.rows(term, after=cursor, limit=size + 1))
        results = list(told_rows(term, iter(found[:size])))
        return Response(
            heading(question)
            | {
                "terms": [told_component(one) for one in terms],
                "term": term.index,
                "total": told_component(term)["total"],
                **page_links(request, results, [row.key for row in found], size),
            }
        )

    @extend_schema(parameters=[KEY, *SPAN[:2], GRAIN], responses=serializers.RevisionsSerializer)
    @action(detail=True)
    def revisions(self, request: Request, key: str) -> Response:
        """What was published, revision by revision. Only the company's numbers are: others are published nothing."""
        question = self.question(request, key, [*SPAN[:2], GRAIN])
        said = [] if question.sight.limits else list(islice(told_revisions(question), MOST_REVISIONS + 1))
        if len(said) > MOST_REVISIONS:
            raise BadWords({"start": f"There are more than {MOST_REVISIONS:,} revisions; ask for fewer days."})
        return Response(heading(question) | {"results": said, "next": None, "previous": None})

    @extend_schema(parameters=[KEY, *SPAN, SINCE, *PAGING], responses=serializers.ChangesSerializer)
    @action(detail=True)
    def changes(self, request: Request, key: str) -> Response:
        """What changed in a number since an earlier run: the records that left and came, and who changed them.

        In each term what came, less what left, is the difference.
        """
        question = self.question(request, key, [*SPAN, SINCE, *PAGING])
        comparison = since_run(question, request.query_params.get("since", REPORTED))
        terms = comparison.terms
        term = terms[chosen(len(terms), request.query_params.get("term", "0"))]
        size = page_size(request.query_params.get("page_size", str(PAGE)))
        cursor = request.query_params.get("cursor", "")
        found = page_of(lambda: comparison.rows(term.leaf, after=cursor, limit=size + 1))
        results = list(told_moved(term, found[:size]))
        return Response(
            heading(question)
            | told_changes(comparison)
            | {"term": term.index, **page_links(request, results, [row.key for row in found], size)}
        )

    def question(self, request: Request, key: str, known: Sequence[OpenApiParameter]) -> Question:
        kpi, sight = seen_or_missing(request, key)
        refuse_unknown(request, known)
        said = request.query_params
        words = {name: said.get(name) for name in ("start", "end", "grain", "by", "as_of")}
        return ask(kpi, where=conditions(said.getlist("where")), sight=sight, **words)


def since_run(question: Question, said: str) -> Comparison:
    """The question held against how it was known in an earlier run. Raises `ValidationError`."""
    return compare(question, run_of("since", said, question.kpi, question.period))


def seen_or_missing(request: Request, key: str) -> tuple[type[KPI], Sight]:
    """A KPI this person may see. One they may not see is missing just like one there never was."""
    try:
        kpi = kpi_of(key)
    except LookupError:
        raise Http404 from None
    sight = sight_of(request.user, kpi)
    if sight is None:
        raise Http404
    return kpi, sight


def described(kpi: type[KPI], sight: Sight, request: Request) -> dict[str, Any]:
    entry = Entry(kpi)
    return {
        "key": kpi.key,
        "title": kpi.title,
        "summary": kpi.summary(),
        "definition": kpi.definition(),
        "formula": entry.formula,
        "unit": kpi.unit.value,
        "currency": currency_of(kpi),
        "good": kpi.good.value,
        "grains": [grain.value for grain in kpi.grains],
        "dimensions": [{"key": one.key, "title": one.title} for one in kpi.dimensions()],
        "measures": [
            {
                "key": measure.key,
                "title": counted.title,
                "definition": counted.words,
                "leaves_out": counted.leaves_out,
                "dated": counted.dated,
            }
            for measure, counted in zip(kpi.measures(), entry.counted, strict=True)
        ],
        "also_called": entry.also_called,
        "edges": entry.edges,
        "example": f"{entry.story} {entry.calculation}".strip(),
        "benchmarks": [
            {"figures": one.figures, "about": one.about, "grain": one.grain, "source": one.source}
            | {"year": one.year or None, "quality": one.quality.value, "url": one.url}
            for one in entry.benchmarks
        ],
        "matures_after_days": kpi.matures.days,
        "sees": sight.words,
        "url": reverse("kpis-detail", args=[kpi.key], request=request),
    }


# ── What was asked ──────────────────────────────────────────────────────────────────────────────────────────────


def refuse_unknown(request: Request, known: Sequence[OpenApiParameter]) -> None:
    names = {one.name for one in known} | {"format"}
    unknown = [name for name in request.query_params if name not in names]
    if unknown:
        refusal = [ErrorDetail("There is no such parameter.", code="unknown-parameter")]
        raise BadWords(dict.fromkeys(unknown, refusal))


def chosen(terms: int, said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) < 4 and int(said) < terms):
        raise BadWords({"term": f"A number from 0 to {terms - 1}."}, code="bad-term")
    return int(said)


def page_size(said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) < 5 and 1 <= int(said) <= LARGEST_PAGE):
        raise BadWords({"page_size": f"A number from 1 to {LARGEST_PAGE}."}, code="bad-page-size")
    return int(said)


def page_of(rows: Callable[[], list[Any]]) -> list[Any]:
    """The rows of a page, and one more where there are more."""
    try:
        return rows()
    except ValidationError as error:
        raise BadWords({"cursor": "This cursor is not one of ours."}, code="bad-cursor") from error


def page_links(request: Request, results: list[Any], keys: list[str], size: int) -> dict[str, Any]:
    here = request.build_absolute_uri()
    more = replace_query_param(here, "cursor", keys[size - 1]) if len(keys) > size else None
    return {"results": results, "next": more, "previous": None}


# ── The nights ──────────────────────────────────────────────────────────────────────────────────────────────────


class RunViewSet(RowViewSet):
    """The nights: what each settled, what it changed, and what failed."""

    queryset = Run.objects.all()
    serializer_class = serializers.RunSerializer
    filterset_class = RunFilter
    ordering_fields = ("started_at",)

    def get_serializer_class(self) -> type:
        return serializers.RunWithStepsSerializer if self.action == "retrieve" else serializers.RunSerializer
