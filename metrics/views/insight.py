"""What a KPI page says beyond the number: its course, what comes next, why it changed, and what others report."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.urls import reverse

from metrics.analyses import forecast, trends
from metrics.analyses.drawing import Drawing, drawing
from metrics.analyses.outlook import Outlook, look_ahead
from metrics.analyses.past import Past, past_of
from metrics.analyses.why import by_parts, by_terms
from metrics.benchmarks import Benchmark, benchmarks_of
from metrics.evaluate import Answer
from metrics.language import Unit
from metrics.models import Goal, MarkedDate
from metrics.periods import Grain, Period, in_words, short
from metrics.views.address import Address
from metrics.views.asked import Asked
from metrics.views.breakdown import Breakdown
from metrics.views.bridge import Bridge
from metrics.wording import in_unit

GOALS = 5


@dataclass(frozen=True)
class Insight:
    """The past of one number, and what is to be read from it."""

    past: Past
    asked: Asked

    @cached_property
    def reading(self) -> trends.Reading:
        return trends.read(self.past)

    @cached_property
    def outlook(self) -> Outlook:
        return look_ahead(self.past)

    @property
    def drawn(self) -> Drawing | None:
        return drawing(forecast.chart_of(self.outlook)) if self.outlook.told else None

    @property
    def to_come(self) -> list[dict[str, str]]:
        unit = self.past.kpi.unit
        return [
            {
                "step": short(period.start, self.past.grain),
                "value": in_unit(step.value, unit),
                "likely": f"{in_unit(step.likely.low, unit)} to {in_unit(step.likely.high, unit)}",
                "sure": f"{in_unit(step.nearly_sure.low, unit)} to {in_unit(step.nearly_sure.high, unit)}",
            }
            for period, step in self.outlook.steps
        ]

    def at(self, key: str) -> Address:
        """The analysis of the same number, asked the same."""
        words = [("kpi", self.past.kpi.key), ("grain", self.past.grain.value)]
        kept = ",".join(value for name, value in self.asked.address.words if name == "where")
        return Address(reverse("kpis:analysis", args=[key]), (*words, *([("where", kept)] if kept else [])))

    @property
    def trend_page(self) -> Address:
        return self.at("trend")

    @property
    def forecast_page(self) -> Address:
        return self.at("forecast")

    @property
    def moves_page(self) -> Address:
        return Address(reverse("kpis:analysis", args=["moves-with"]), (("kpi", self.past.kpi.key),))


def insight(asked: Asked, grain: Grain) -> Insight:
    return Insight(past_of(asked.question, grain), asked)


def bridge(asked: Asked, answer: Answer, cut: Breakdown | None) -> Bridge | None:
    """Why the number is another than in the days before: by the parts shown below it, and by its terms."""
    kpi = asked.kpi
    change = by_parts(kpi, cut.answer if cut else replace(answer, cut=replace(answer.cut, by=None)))
    terms = by_terms(kpi, answer)
    if not change.is_known or not (change.parts or terms):
        return None
    was, now = in_words(asked.span.earlier), in_words(asked.span.so_far)
    return Bridge(change, terms, was, now, asked.address)


# ── What is wished for, and what happened ───────────────────────────────────────────────────────────────────────


def events_in(period: Period) -> list[tuple[date, str]]:
    """The marked dates of some days."""
    marked = MarkedDate.objects.filter(on__gte=period.start, on__lt=period.end).order_by("on", "pk")
    return list(marked.values_list("on", "name"))


def goals_of(asked: Asked) -> list[dict[str, Any]]:
    """The goals set for this number whose days meet those asked about."""
    period = asked.span.period
    goals = Goal.objects.filter(kpi=asked.kpi.key, starts_on__lt=period.end, ends_on__gte=period.start)
    return [
        {
            "goal": goal,
            "target": in_unit(float(goal.target), asked.kpi.unit),
            "url": reverse("kpis:goal", args=[goal.pk]),
        }
        for goal in goals.order_by("ends_on", "pk")[:GOALS]
    ]


# ── What others report ──────────────────────────────────────────────────────────────────────────────────────────


def benchmark_lines(asked: Asked, grain: Grain) -> list[tuple[float, str]]:
    """Where the figures of others stand on the chart: those told for no step, or for just this one."""
    return [
        (figure, benchmark.about)
        for benchmark in benchmarks_of(asked.kpi)
        if benchmark.grain in ("", grain.value)
        for figure in figures_of(benchmark, asked.kpi.unit)
    ]


def figures_of(benchmark: Benchmark, unit: Unit) -> list[float]:
    """The figures of a benchmark as values are: a share for percent."""
    scale = 100 if unit is Unit.PERCENT else 1
    said = [benchmark.middle] if benchmark.middle is not None else [benchmark.low, benchmark.high]
    return [figure / scale for figure in said if figure is not None]


def told_benchmarks(asked: Asked) -> list[dict[str, Any]]:
    return [{"one": one, "quality": one.quality.value} for one in benchmarks_of(asked.kpi)]
