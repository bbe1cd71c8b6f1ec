"""Asking the product for a number, as its doors do."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from metrics import ledger
from metrics.asking import Question, ask
from metrics.dimensions import labels
from metrics.evaluate import Value, exact
from metrics.language import Measure
from metrics.models import Night, Run
from metrics.night import settle_nights
from metrics.registry import kpi_of


def question(key: str, start: str | date, end: str | date, **words: Any) -> Question:
    return ask(kpi_of(key), start=start, end=end, **words)


def value(key: str, start: str | date, end: str | date, **words: Any) -> Value:
    """One number over a stretch of days."""
    return question(key, start, end, **words).answer().total[0]


def number(key: str, start: str | date, end: str | date, places: int = 6, **words: Any) -> Decimal | None:
    """The number alone, rounded as a reference prints it."""
    return exact(value(key, start, end, **words).value, places)


def by_member(key: str, start: str | date, end: str | date, by: str, places: int = 6) -> dict[str, Decimal | None]:
    """One number a member of a cut, by what people call it."""
    asked = question(key, start, end, by=by)
    answer = asked.answer()
    names = labels(asked.cut.by, answer.members)
    return {names[m]: exact(answer.cells[0, m].value, places) for m in answer.members}


def series(
    key: str, start: str | date, end: str | date, grain: str, places: int = 6, **words: Any
) -> list[Decimal | None]:
    return [exact(v.value, places) for v in question(key, start, end, grain=grain, **words).answer().total]


def night() -> Run:
    """Settle everything now."""
    run = settle_nights(kind=Run.Kind.MANUAL)
    connection.check_constraints()  # Once here, not after every test of a module that shares its world.
    assert run is not None
    assert run.status == Run.Status.DONE, list(run.steps.exclude(error="").values("key", "error"))
    return run


def settle(*measures: type[Measure]) -> dict[str, ledger.Change]:
    """Settle just these measures, as a run of their own would: a small night for a small world."""
    yesterday = timezone.localdate() - timedelta(days=1)
    run = Run.objects.create(kind=Run.Kind.MANUAL, status=Run.Status.DONE, through=yesterday)
    Night.objects.get_or_create(day=yesterday, defaults={"run": run})
    found = {measure.key: ledger.settle(measure, run) for measure in measures}
    ledger.swap(measures, run)
    return found
