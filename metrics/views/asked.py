"""The question an address asks about one KPI."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from metrics import calendar, today
from metrics.asking import REPORTED, Question, ask, conditions
from metrics.dimensions import labels
from metrics.language import KPI
from metrics.models import Run
from metrics.periods import DAY
from metrics.sight import Sight
from metrics.views.address import Address, address_of
from metrics.views.frame import kpi_for, url_of
from metrics.views.span import Span, span_of

WORDS = ("period", "start", "end", "grain", "by", "where", "as_of", "since", "term")


@dataclass(frozen=True)
class Filter:
    """A member that is kept, in words, and the address without it."""

    dimension: str
    member: str
    away: Address


@dataclass(frozen=True)
class Asked:
    """A question, the days it is about, and the address it came from."""

    question: Question
    span: Span
    address: Address
    as_of: Run | None = None

    @property
    def kpi(self) -> type[KPI]:
        return self.question.kpi

    @property
    def sight(self) -> Sight:
        return self.question.sight

    @property
    def filters(self) -> list[Filter]:
        return [
            Filter(dimension.title, label, self.address.without("where", f"{dimension.key}={member}"))
            for dimension, members in self.question.cut.where
            for member, label in _named(dimension, members)
        ]

    def door(self, door: str) -> Address:
        """Another page of this KPI, asked the same about these very days."""
        return self.address.at(url_of(self.kpi, door)).of_days(self.span.fixed).having(by=None, grain=None, since=None)

    @property
    def is_over(self) -> bool:
        """Whether something was reported of these days."""
        return self.span.period.end <= calendar.settled_until()

    @property
    def knowledge(self) -> list[dict[str, Any]]:
        """As now known, as it was reported, and with the running day: each a click away."""
        said = self.address.said("as_of")
        ways = {"As now known": ""}
        if self.is_over:
            ways["As reported"] = REPORTED
        if self.is_running:
            ways["With today"] = today.WORD
        return [
            {"title": title, "url": self.address.having(as_of=word or None), "is_chosen": said == word}
            for title, word in ways.items()
        ]

    @property
    def has_today(self) -> bool:
        return self.question.cut.through is not None

    @property
    def is_running(self) -> bool:
        """Whether the running day is one of these days, or the next."""
        return self.span.period.end >= calendar.settled_until()


def _named(dimension, members) -> list[tuple[str, str]]:
    names = labels(dimension, members)
    return [(member, names[member]) for member in members]


def asked(request: HttpRequest, key: str) -> Asked:
    """Read the address. Raises `Http404` and `ValidationError`."""
    kpi, sight = kpi_for(request, key)
    span = span_of(request)
    address = address_of(request, WORDS).of_days(span.asked)
    if span.is_running:
        address = address.having(as_of=today.WORD)
    if address.said("as_of") == today.WORD:
        span = span.with_today()
    question = ask(
        kpi,
        start=span.period.start,
        end=span.period.end,
        grain=request.GET.get("grain"),
        by=request.GET.get("by"),
        where=conditions(request.GET.getlist("where")),
        as_of=address.said("as_of"),
        sight=sight,
    )
    run = Run.objects.get(pk=question.cut.as_of) if question.cut.as_of else None
    if run and run.through + DAY < span.settled:
        span = Span(span.period, run.through + DAY, span.name)
    return Asked(question, span, address, run)
