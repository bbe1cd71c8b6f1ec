"""One goal: what it is about, how far it is, whether it can be reached, what it is good for and when it is due."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from metrics import calendar
from metrics.analyses.drawing import drawing
from metrics.analyses.goals import LEADS_TO, Prospect, RateChoice, may_see, needed_of, prospect_of
from metrics.analyses.numbers import kpi_path
from metrics.analyses.shape import Chart, Line, Point
from metrics.boards import BOARDS
from metrics.goals import kpi_for
from metrics.language import KPI, Unit, inside
from metrics.models import Goal
from metrics.models.goal import FINE
from metrics.periods import DAY, Period
from metrics.registry import kpi_of
from metrics.sight import sight_of, visible_kpis
from metrics.views.frame import page, show
from metrics.views.span import span_of
from metrics.views.state import state_of
from metrics.wording import in_unit, written

READINGS = 400


@page
def goal_page(request: HttpRequest, number: int) -> HttpResponse:
    goal = Goal.objects.visible_to(request.user).select_related("owner", "parent").filter(pk=number).first()
    sight = sight_of(request.user, kpi_for(goal)) if goal and may_see(request.user, goal) else None
    if goal is None or sight is None:
        raise Http404(f"There is no goal {number}.")
    span = span_of(request)
    found = prospect_of(goal, sight=sight, until=calendar.settled_until())
    rate = _rate(request, found.kpi)
    need = needed_of(found, rate, sight_of(request.user, rate) if rate else None)
    return show(
        request,
        "metrics/goal.html",
        goal.name,
        goal=goal,
        found=found,
        told=_told(found),
        need=need,
        rate=rate,
        rate_words=inside(rate.title) if rate else "",
        rates=_rates(request, found),
        parts=[_part(one) for one in goal.parts.order_by("ends_on", "pk") if may_see(request.user, one)],
        parent=_part(goal.parent) if goal.parent and may_see(request.user, goal.parent) else None,
        kpi_url=kpi_path(found.kpi, Period(goal.starts_on, goal.ends_on + DAY)),
        change_url=reverse("admin:metrics_goal_change", args=[goal.pk]),
        drawing=_history(found),
        scope=[line for line in goal.scope.splitlines() if line.strip()],
        span=span,
        state=state_of(span.settled),
        boards=[board for board in BOARDS.values() if visible_kpis(request.user, board.kpis)],
    )


def _rates(request: HttpRequest, found: Prospect) -> dict[str, str]:
    """The shares that what is missing of a count can be divided by."""
    if found.kpi.unit is not Unit.COUNT or found.standing.is_reached or found.is_due:
        return {}
    return {key: title for key, title in RateChoice("rate", "").offers(request.user).items() if key}


def _rate(request: HttpRequest, kpi: type[KPI]) -> type[KPI] | None:
    said = request.GET.get("rate", "")
    if not said:
        return LEADS_TO.get(kpi)
    try:
        rate = kpi_of(said)
    except LookupError as error:
        raise ValidationError({"rate": str(error)}) from error
    if not rate.is_share or sight_of(request.user, rate) is None:
        raise ValidationError({"rate": "Choose a number that is a share."})
    return rate


def _told(found: Prospect) -> dict[str, Any]:
    """Everything in the words people read."""
    unit, pace, way = found.kpi.unit, found.pace, found.standing.attained
    return {
        "target": in_unit(float(found.goal.target), unit),
        "baseline": "" if found.goal.baseline is None else in_unit(float(found.goal.baseline), unit),
        "so_far": written(found.kpi, found.standing.value),
        "way": "" if way is None else f"{float(way) * 100:,.0f} %".replace("-", "−"),
        "width": 0 if way is None else round(max(0.0, min(100.0, float(way) * 100)), 1),
        "tick": None if pace is None else round(min(100.0, 100 * pace.share), 1),
        "expected": "" if pace is None else in_unit(pace.expected, unit),
        "share": "" if pace is None else f"{pace.share * 100:,.0f} %",
        "pace": "" if pace is None or pace.pace is None else f"{pace.pace * 100:,.0f} %",
        "landing": "" if pace is None or pace.landing is None else in_unit(pace.landing, unit),
        "chance": "" if found.chance is None else f"{found.chance * 100:,.0f} %",
    }


def _part(goal: Goal) -> dict[str, str]:
    return {"title": goal.name, "url": reverse("kpis:goal", args=[goal.pk])}


def _history(found: Prospect) -> Any:
    """How far it was and how likely, day by day; only of the company's numbers, as the nights noted them."""
    if found.sight.limits:
        return None
    readings = list(found.goal.readings.order_by("-on")[:READINGS])[::-1]
    if len(readings) < 2:
        return None
    first = readings[0].on
    lines = [
        Line(title, tuple(Point((one.on - first).days, None if at is None else at / FINE) for one, at in told))
        for title, told in (
            ("Of the way", [(one, one.attained) for one in readings]),
            ("Chance", [(one, one.chance) for one in readings]),
        )
        if any(at is not None for _, at in told)
    ]
    every = max(1, len(readings) // 6)
    ticks = tuple((float((one.on - first).days), f"{one.on.day} {one.on:%b}") for one in readings[::every])
    return drawing(Chart("history", "Day by day", tuple(lines), Unit.PERCENT, "", ticks))
