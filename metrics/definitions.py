"""Versions of what the KPIs mean: another formula, row, zone, fiscal year or currency is one, and never silent."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from django.conf import settings

from metrics import ledger
from metrics.calendar import fiscal_start
from metrics.language import KPI, Measure
from metrics.models import Definition, MeasureState, Run


def note(kpis: list[type[KPI]], run: Run) -> int:
    """Write down every definition that is another than before, from this run on; how many.

    Nothing is written while one of a KPI's measures is still counted by its old definition.
    """
    standing = dict(MeasureState.objects.live().values_list("key", "definition"))
    measures = {measure for kpi in kpis for measure in kpi.measures()}
    counted = {measure: ledger.definition_of(measure) for measure in measures}
    latest: dict[str, Definition] = {}
    for known in Definition.objects.order_by("version"):
        latest[known.kpi] = known
    begun = [
        _next(definition, latest.get(kpi.key))
        for kpi in kpis
        if all(standing.get(measure.key) == counted[measure] for measure in kpi.measures())
        for definition in [_of(kpi, counted, run)]
        if kpi.key not in latest or latest[kpi.key].digest != definition.digest
    ]
    Definition.objects.bulk_create(begun)
    return len(begun)


def versions_of(kpi: type[KPI]) -> list[Definition]:
    """Every version there was, the present one first."""
    return list(Definition.objects.filter(kpi=kpi.key).select_related("run"))


def computed(kpi: type[KPI]) -> list[str]:
    """How a KPI is worked out from its terms, in words that change with it."""
    looks_at = [leaf.periods.__qualname__ if leaf.periods else "" for leaf in kpi.formula.leaves()]
    return [kpi.formula.in_words(), kpi.unit, kpi.empty, str(kpi.matures), *looks_at]


def digest(said: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _of(kpi: type[KPI], counted: Mapping[type[Measure], str], run: Run) -> Definition:
    rows = [counted[measure] for measure in kpi.measures()]
    return Definition(
        kpi=kpi.key,
        version=1,
        digest=digest([*computed(kpi), settings.TIME_ZONE, str(fiscal_start()), *rows]),
        formula=kpi.formula.in_words(),
        zone=settings.TIME_ZONE,
        currency=settings.REPORTING_CURRENCY,
        fiscal_start=fiscal_start(),
        run=run,
    )


def _next(definition: Definition, before: Definition | None) -> Definition:
    if before:
        definition.version = before.version + 1
        definition.because = " ".join(_differences(before, definition))
    return definition


def _differences(before: Definition, now: Definition) -> Iterator[str]:
    said = False
    for what, was, became in (
        ("The business zone", before.zone, now.zone),
        ("The reporting currency", before.currency, now.currency),
        ("The first month of the fiscal year", before.fiscal_start, now.fiscal_start),
        ("The formula", before.formula, now.formula),
    ):
        if was != became:
            said = True
            yield f"{what} was {was} and became {became}."
    if not said:
        yield "What it counts is told otherwise."
