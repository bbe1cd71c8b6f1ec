"""Answers in outside words: one shape for whoever asks, over the API or at the command line."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.text import slugify

from metrics.asking import Question, plain, points, text
from metrics.books import PUBLISHED, History, histories, locked_until, published_in
from metrics.evaluate import exact
from metrics.explain import Component, Row
from metrics.language import KPI, Unit
from metrics.models import Snapshot
from metrics.restated import Comparison, Moved, Term, record_model


def heading(question: Question) -> dict[str, Any]:
    """The question as it was understood."""
    kpi, cut = question.kpi, question.cut
    return {
        "key": kpi.key,
        "title": kpi.title,
        "unit": kpi.unit.value,
        "currency": currency_of(kpi),
        "start": question.period.start.isoformat(),
        "end": question.period.end.isoformat(),
        "grain": question.grain.value if question.grain else None,
        "by": cut.by.key if cut.by else None,
        "where": [f"{dimension.key}={member}" for dimension, members in cut.where for member in members],
        "as_of": cut.as_of,
        "settled_until": question.settled.isoformat(),
        "locked_until": locked.isoformat() if (locked := locked_until()) else None,
        "sees": question.sight.words,
    }


def currency_of(kpi: type[KPI]) -> str | None:
    return settings.REPORTING_CURRENCY if kpi.unit is Unit.MONEY else None


def told(question: Question) -> dict[str, Any]:
    """The question, and every number that answers it."""
    return {**heading(question), "cells": points(question)}


# ── What was said, and what changed ─────────────────────────────────────────────────────────────────────────────


def told_revisions(question: Question) -> Iterator[dict[str, Any]]:
    """Everything published for the days of a question, period by period, the oldest revision first."""
    grains = [question.grain] if question.grain else [grain for grain in PUBLISHED if grain in question.kpi.grains]
    for grain in grains:
        for history in histories(published_in([question.kpi], grain, question.period)).values():
            for said in history.revisions:
                yield _told_revision(said, history)


def _told_revision(said: Snapshot, history: History) -> dict[str, Any]:
    return {
        "grain": said.grain,
        "start": said.start.isoformat(),
        "end": said.end.isoformat(),
        "revision": said.revision,
        "is_latest": said.is_latest,
        "is_reported": said == history.reported,
        "is_locked": history.lock is not None,
        "numerator": text(said.numerator),
        "denominator": text(said.denominator),
        "value": text(said.value),
        "n": said.n,
        "status": said.status,
        "reason": said.reason or None,
        "run": said.run_id,
        "published_at": said.run.started_at.isoformat(),
    }


def told_changes(comparison: Comparison) -> dict[str, Any]:
    """A number then and now, and what each of its terms came to."""
    before, after = comparison.values
    return {
        "since": comparison.since.pk,
        "before": plain(before),
        "after": plain(after),
        "redefined": comparison.redefined,
        "terms": [told_term(term) for term in comparison.terms],
    }


def told_term(term: Term) -> dict[str, Any]:
    return {
        "term": term.index,
        "title": term.after.title,
        "role": term.after.role,
        "before": said(term.before.amount),
        "after": said(term.after.amount),
        "difference": said(term.difference),
        "left": said(term.moved.left) if term.after.adds_up else None,
        "came": said(term.moved.came) if term.after.adds_up else None,
        "n_left": term.moved.n_left,
        "n_came": term.moved.n_came,
        "records": term.moved.records,
        "is_explained": term.is_explained,
    }


def told_moved(term: Term, rows: Iterable[Moved]) -> Iterator[dict[str, Any]]:
    """Records whose contribution is another now, with who changed what."""
    resource = resource_of(term.after)
    for row in rows:
        yield {
            "record": row.record,
            "kind": row.kind,
            "name": row.name,
            "url": address(resource, row.record) if row.url else None,
            "customer": row.customer_id,
            "customer_name": row.customer,
            "what": row.word,
            "day_before": row.day_was.isoformat() if row.day_was else None,
            "day_after": row.day_now.isoformat() if row.day_now else None,
            "before": said(row.was),
            "after": said(row.now),
            "difference": said(row.adds),
            "causes": [
                {"by": why.actor, "by_name": why.who, "at": why.at.isoformat(), "of": why.of} for why in row.whys
            ],
        }


def told_component(component: Component) -> dict[str, Any]:
    """One term of the formula: what it is called, on which side it stands, what its rows come to."""
    return {
        "term": component.index,
        "title": component.title,
        "role": component.role,
        "total": said(component.amount),
        "n": component.n,
        "adds_up": component.adds_up,
    }


def told_rows(component: Component, rows: Iterator[Row]) -> Iterator[dict[str, Any]]:
    """Rows one by one, each with its address in the API."""
    resource = resource_of(component)
    for row in rows:
        yield {
            "record": row.record,
            "kind": row.kind,
            "name": row.name,
            "url": address(resource, row.record),
            "day": row.day.isoformat() if row.day else None,
            "customer": row.customer_id,
            "customer_name": row.customer,
            "contribution": said(row.contribution),
            "details": row.details,
            "run": row.run,
        }


def resource_of(component: Component) -> str:
    """What the API calls the records a term is about."""
    return slugify(str(record_model(component.leaf)._meta.verbose_name_plural))


def address(resource: str, pk: int) -> str | None:
    try:
        return reverse(f"{resource}-detail", args=[pk])
    except NoReverseMatch:
        return None


def said(number: Fraction | None) -> str | None:
    return text(exact(number))
