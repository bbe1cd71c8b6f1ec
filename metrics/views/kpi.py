"""One KPI: its number, how it got there, what it is made of, and what it means."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from metrics.boards import BOARDS, home_of
from metrics.books import History, histories, published_in
from metrics.definitions import versions_of
from metrics.evaluate import Answer, Value, evaluate
from metrics.handbook.entries import Entry
from metrics.kpis import lifecycle
from metrics.language import KPI, Dimension
from metrics.models import Run, Snapshot
from metrics.models.run import FINISHED
from metrics.periods import Grain, Period, containing, in_words
from metrics.published import published
from metrics.sight import visible_kpis
from metrics.views import waterfall
from metrics.views.asked import Asked, asked
from metrics.views.breakdown import Breakdown, breakdown
from metrics.views.cards import Card, Spark
from metrics.views.formula import plugged_in
from metrics.views.frame import page, show, url_of
from metrics.views.insight import benchmark_lines, bridge, events_in, goals_of, insight, told_benchmarks
from metrics.views.series import GRAIN_WORDS, Series, fitting, stretch
from metrics.views.standing import grain_of, standing_of, standings, written_as_said
from metrics.views.state import state_of
from metrics.watch import findings_about, last_passed
from metrics.wording import sides

RUNS = 60


@page
def kpi_page(request: HttpRequest, key: str) -> HttpResponse:
    ask = asked(request, key)
    kpi = ask.kpi
    answer, series = counted(ask)
    parts, seen = cut_up(ask), insight(ask, series.grain)
    series = replace(
        series,
        signals=seen.reading.marks,
        benchmarks=benchmark_lines(ask, series.grain),
        events=events_in(series.whole),
    )
    card = _card(ask, answer)
    cut = replace(ask.question.cut, by=None)
    return show(
        request,
        "metrics/kpi.html",
        kpi.title,
        ask=ask,
        kpi=kpi,
        card=card,
        span=ask.span,
        here=ask.address,
        state=card.state,
        series=series,
        sides=sides(kpi, card.value),
        interval=_interval(card.value),
        formula=plugged_in(kpi, answer, ask.door("rows")),
        breakdown=parts,
        insight=seen,
        bridge=bridge(ask, answer, parts),
        benchmarks=told_benchmarks(ask),
        goals=goals_of(ask),
        dimensions=_dimensions(ask),
        grains=_grains(ask, series.grain),
        runs=Run.objects.filter(status__in=FINISHED)[:RUNS],
        revisions=_revisions(ask),
        standing=None if ask.sight.limits or ask.question.cut.where else standing_of(kpi, ask.span.period),
        counted=Entry(kpi).counted,
        definition=kpi.definition().split("\n\n"),
        waterfall=waterfall.mrr(request.user, ask.span, cut=cut) if kpi is lifecycle.MRR else None,
        versions=versions_of(kpi),
        passed=last_passed(),
        findings=findings_about(kpi),
        boards=[board for board in BOARDS.values() if visible_kpis(request.user, board.kpis)],
        board=home_of(kpi),
        handbook=url_of(kpi, "handbook"),
        series_file=ask.address.at(url_of(kpi, "series-file")).of_days(ask.span.fixed),
        breakdown_file=ask.address.at(url_of(kpi, "breakdown-file")).of_days(ask.span.fixed),
    )


def counted(ask: Asked) -> tuple[Answer, Series]:
    """The number, what it is held against, and every step of the chart, counted in one go."""
    kpi, span = ask.kpi, ask.span
    grain = ask.question.grain or fitting(kpi, span.period)
    cut = replace(ask.question.cut, by=None)
    drawn = stretch(span.period, grain, cut.through or span.settled)
    known = published(kpi, grain, drawn, span.settled) if cut.is_plain else {}
    periods = [span.period, span.earlier, span.so_far, *[period for period in drawn if period not in known]]
    answer = evaluate(kpi, periods, cut=cut, settled=span.settled)
    known |= dict(zip(periods, answer.total, strict=True))
    stand = standings([kpi], grain, Period(drawn[0].start, drawn[-1].end)) if cut.is_plain else {}
    series = Series(
        kpi=kpi,
        grain=grain,
        periods=drawn,
        values=[known[period] for period in drawn],
        asked=span.period,
        rows=ask.door("rows"),
        standings={period: standing for (_, period), standing in stand.items()},
    )
    return answer, series


def _card(ask: Asked, answer: Answer) -> Card:
    value, earlier, now = answer.total[:3]
    state = state_of(ask.span.settled)
    last = None
    if state.failure(ask.kpi) and not ask.sight.limits:
        last = Snapshot.objects.filter(kpi=ask.kpi.key, grain=Grain.MONTH, is_latest=True).last()
    return Card(ask.kpi, ask.sight, ask.span, state, value, now, earlier, Spark(ask.kpi, [], []), last)


def cut_up(ask: Asked) -> Breakdown | None:
    """The breakdown asked for, by the first cut the KPI has where none is."""
    by = ask.question.cut.by or next(iter(ask.kpi.dimensions()), None)
    if by is None:
        return None
    cut, span = ask.question.cut, ask.span
    return breakdown(
        ask.kpi, by, cut, (span.period, span.earlier), span.settled, rows=ask.door("rows"), page=ask.address
    )


def _interval(value: Value) -> str:
    if value.low is None or value.high is None:
        return ""
    return f"{value.low * 100:.1f} to {value.high * 100:.1f} %"


def _dimensions(ask: Asked) -> list[dict[str, Any]]:
    chosen = ask.question.cut.by or next(iter(ask.kpi.dimensions()), None)

    def choice(dimension: Dimension) -> dict[str, Any]:
        return {
            "title": dimension.title,
            "url": f"{ask.address.having(by=dimension.key)}#breakdown",
            "is_chosen": dimension == chosen,
        }

    return [choice(dimension) for dimension in ask.kpi.dimensions()]


def _grains(ask: Asked, chosen: Grain) -> list[dict[str, Any]]:
    return [
        {"title": GRAIN_WORDS[grain], "url": ask.address.having(grain=grain.value), "is_chosen": grain == chosen}
        for grain in ask.kpi.grains
    ]


def _revisions(ask: Asked) -> dict[str, Any] | None:
    """What was published for these days, or for the month they end in: every revision, the latest first."""
    if ask.sight.limits:
        return None
    grain = grain_of(ask.span.period) or Grain.MONTH
    period = containing(ask.span.period.last, grain)
    history = histories(published_in([ask.kpi], grain, period)).get((ask.kpi.key, period))
    if history is None:
        return None
    pairs = zip(history.revisions, [None, *history.revisions], strict=False)
    rows = [_revision(ask.kpi, history, said, before) for said, before in pairs]
    whole = [row for row in reversed(rows) if row["said"].run.through >= period.last]
    running = [row for row in reversed(rows) if row not in whole]
    return {
        "words": in_words(period),
        "rows": whole or running,
        "running": running if whole else [],
        "lock": history.lock,
    }


def _revision(kpi: type[KPI], history: History, said: Snapshot, before: Snapshot | None) -> dict[str, Any]:
    changes = ""
    if before:
        days = {"start": said.start.isoformat(), "end": said.end.isoformat()}
        changes = f"{url_of(kpi, 'changes')}?{urlencode(days | {'since': before.run_id, 'as_of': said.run_id})}"
    return {
        "said": said,
        "written": written_as_said(kpi, said),
        "changes": changes,
        "is_reported": said == history.reported,
    }
