"""What a person may see of the numbers: exactly the rows they may see, and in words whose they are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from customers.access import ALL, NONE, OWN, Reach, reach
from metrics.language import KPI, Measure
from metrics.reading import Limits


@dataclass(frozen=True)
class Sight:
    """How far somebody sees a KPI, and the limits that keep its facts to that."""

    reach: Reach = ALL
    limits: Limits = field(default_factory=dict)

    @property
    def words(self) -> str:
        """Your records, your team, or company."""
        return self.reach.words


COMPANY = Sight()


def model_of(measure: type[Measure]) -> Any:
    """The records a measure's facts are about."""
    if measure not in _models:
        _models[measure] = measure.model or measure.rows().model
    return _models[measure]


_models: dict[type[Measure], Any] = {}  # To ask for rows is dear where it is asked of every measure on a page.


def sight_of(user, kpi: type[KPI]) -> Sight | None:
    """What this person sees of a KPI; None where one of its measures is none of their business."""
    return sight_over(user, kpi.measures())


def sight_over(user, measures: Iterable[type[Measure]], records: Iterable[Any] = ()) -> Sight | None:
    """What this person sees of some measures and tables read together; None where one is none of their business."""
    models = {measure: model_of(measure) for measure in measures}
    far = [reach(user, model.family, "view") for model in (*models.values(), *records)]
    if NONE in far:
        return None
    nearest = min(far, default=ALL)
    if nearest is ALL:
        return COMPANY
    return Sight(nearest, {measure: limit(user, model, nearest) for measure, model in models.items()})


def sights_of(user, kpis: Iterable[type[KPI]]) -> dict[type[KPI], Sight]:
    """What this person sees of several KPIs, of those they may see; each kind of record is looked up once."""
    known: dict[tuple[Any, Reach], Any] = {}
    found: dict[type[KPI], Sight] = {}
    for kpi in dict.fromkeys(kpis):
        nearest = reach_of(user, kpi)
        models = {measure: model_of(measure) for measure in kpi.measures()} if nearest not in (NONE, ALL) else {}
        for model in models.values():
            if (model, nearest) not in known:
                known[model, nearest] = limit(user, model, nearest)
        if nearest:
            found[kpi] = Sight(nearest, {m: known[model, nearest] for m, model in models.items()})
    return found


def limit(user, model: Any, nearest: Reach) -> tuple[str, tuple[Any, ...]]:
    """SQL of the records this person may see, and its parameters."""
    return within(user, model, nearest).order_by().values("pk").query.sql_with_params()


def within(user, model: Any, nearest: Reach) -> QuerySet:
    """The rows this person may see, no further than they see the least of a KPI's measures.

    Otherwise one's own MRR would be divided by the whole team's customers.
    """
    rows = model.objects.visible_to(user)
    if not model.owned_by or reach(user, model.family, "view") is nearest:
        return rows
    people = [user.pk] if nearest is OWN else user.team_mates()
    return rows.filter(**{f"{model.owned_by}__in": people})


def reach_of(user, kpi: type[KPI]) -> Reach:
    """How far this person sees a KPI, without saying which rows: as far as its nearest measure."""
    return min((reach(user, model_of(measure).family, "view") for measure in kpi.measures()), default=ALL)


def visible_kpis(user, kpis: list[type[KPI]]) -> list[type[KPI]]:
    return [kpi for kpi in kpis if reach_of(user, kpi)]
