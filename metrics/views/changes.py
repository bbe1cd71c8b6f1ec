"""What changed in a number since an earlier run: which records left and came, and who changed them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from metrics.asking import REPORTED, run_of
from metrics.explain import PAGE
from metrics.models import Run
from metrics.restated import Moved, Term, compare
from metrics.views.address import Address
from metrics.views.asked import Asked, asked
from metrics.views.frame import page, show, url_of
from metrics.views.rows import number_of_term
from metrics.wording import signed, term, written


@dataclass(frozen=True)
class Tab:
    """One term of the formula: what it came to, what it comes to, and its page of records."""

    term: Term
    was: str
    now: str
    adds: str
    url: Address
    is_chosen: bool


@page
def changes_page(request: HttpRequest, key: str) -> HttpResponse:
    ask = asked(request, key)
    since = run_of("since", request.GET.get("since") or REPORTED, ask.kpi, ask.span.period)
    comparison = compare(ask.question, since)
    terms = comparison.terms
    chosen = terms[number_of_term(request, len(terms))]
    after = request.GET.get("after", "")
    found = comparison.rows(chosen.leaf, after=after, limit=PAGE + 1)
    rows, more = found[:PAGE], len(found) > PAGE
    before, now = comparison.values
    here = ask.address.having(since=str(comparison.since.pk))
    return show(
        request,
        "metrics/changes.html",
        f"What changed in {ask.kpi.title}",
        ask=ask,
        kpi=ask.kpi,
        span=ask.span,
        here=here,
        comparison=comparison,
        before=written(ask.kpi, before),
        now=written(ask.kpi, now),
        until=ask.as_of,
        last=Run.objects.exclude(status=Run.Status.RUNNING).first(),
        terms=[_tab(ask, here, one, chosen) for one in terms],
        chosen=chosen,
        rows=[_line(ask, chosen, row) for row in rows],
        verdict=_verdict(ask, chosen),
        next=_next(here, chosen, rows) if more else None,
        first=here.having(term=str(chosen.index)) if after else None,
        kpi_url=ask.address.at(url_of(ask.kpi)).having(term=None, since=None),
        then_url=ask.address.at(url_of(ask.kpi)).having(term=None, since=None, as_of=str(comparison.since.pk)),
    )


def _tab(ask: Asked, here: Address, one: Term, chosen: Term) -> Tab:
    was, now = (term(ask.kpi, one.leaf, side.amount) for side in (one.before, one.after))
    adds = signed(term(ask.kpi, one.leaf, one.difference)) if one.difference else "unchanged"
    return Tab(one, was, now, adds, here.having(term=str(one.index)), one.index == chosen.index)


def _line(ask: Asked, chosen: Term, row: Moved) -> dict[str, Any]:
    was, now = (term(ask.kpi, chosen.leaf, side) if side is not None else "" for side in (row.was, row.now))
    adds = signed(term(ask.kpi, chosen.leaf, row.adds)) if chosen.after.adds_up else ""
    return {"row": row, "was": was, "now": now, "adds": adds}


def _next(here: Address, chosen: Term, rows: list[Moved]) -> Address:
    this = here.having(term=str(chosen.index))
    return Address(this.path, (*this.words, ("after", rows[-1].key)))


def _verdict(ask: Asked, chosen: Term) -> dict[str, Any]:
    """Whether what came, less what left, is the difference."""
    moved = chosen.moved
    if not chosen.after.adds_up:
        words = f"{moved.n_left:,} values left and {moved.n_came:,} came; the number is taken from {chosen.after.n:,}."
        return {"is_true": chosen.is_explained, "words": words, "adds": ""}
    left, came, adds = (term(ask.kpi, chosen.leaf, amount) for amount in (moved.left, moved.came, chosen.difference))
    words = f"{came} came, {left} left: together {signed(adds)}."
    return {"is_true": chosen.is_explained, "words": words, "adds": signed(adds)}
