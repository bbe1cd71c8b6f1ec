"""Answers in outside words: one shape for whoever asks, over the API or at the command line."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.text import slugify

from customers.models import Customer
from metrics import calendar
from metrics.asking import Question, points, text
from metrics.evaluate import exact
from metrics.explain import Component, Row
from metrics.language import KPI, Cohort, Distinct, Unit
from metrics.sight import model_of


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
        "settled_until": calendar.settled_until().isoformat(),
        "sees": question.sight.words,
    }


def currency_of(kpi: type[KPI]) -> str | None:
    return settings.REPORTING_CURRENCY if kpi.unit is Unit.MONEY else None


def told(question: Question) -> dict[str, Any]:
    """The question, and every number that answers it."""
    return {**heading(question), "cells": points(question)}


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
    model = Customer if isinstance(component.leaf, Cohort | Distinct) else model_of(component.leaf.measures[0])
    return slugify(str(model._meta.verbose_name_plural))


def address(resource: str, pk: int) -> str | None:
    try:
        return reverse(f"{resource}-detail", args=[pk])
    except NoReverseMatch:
        return None


def said(number: Fraction | None) -> str | None:
    return text(exact(number))
