"""What people measure by hand, as KPIs of their own: each reads the same facts, kept to its own values."""

from metrics.dimensions import MANUAL
from metrics.language import KPI, Good, Node, Reason, Unit
from metrics.measures.steering import ManualValues
from metrics.models.manual import ManualMeasure

PREFIX = "manual_"


def manual_kpis() -> list[type[KPI]]:
    """One for each thing people measure by hand, by title."""
    return [kpi_from(measure) for measure in ManualMeasure.objects.order_by("title")]


def manual_kpi(key: str) -> type[KPI] | None:
    """The KPI of what is measured under a key (manual_employee_engagement), if anything is."""
    if not key.startswith(PREFIX):
        return None
    measure = ManualMeasure.objects.filter(key=key.removeprefix(PREFIX)).first()
    return kpi_from(measure) if measure else None


def kpi_from(measure: ManualMeasure) -> type[KPI]:
    said = measure.definition.strip()
    words = {
        "__doc__": said if said.endswith(".") else f"{said}.",
        "__module__": "metrics.kpis.steering",
        "title": measure.title,
        "formula": _formula(measure),
        "unit": Unit(measure.unit),
        "good": Good(measure.good),
        "empty": Reason.NO_EVENTS,
        "within": ((MANUAL, (measure.key,)),),
    }
    return type(f"{PREFIX}{measure.key}", (KPI,), words, listed=False)


def _formula(measure: ManualMeasure) -> Node:
    if measure.joined == ManualMeasure.Joined.MEAN:
        return ManualValues.total() / ManualValues.count()
    return ManualValues.total()
