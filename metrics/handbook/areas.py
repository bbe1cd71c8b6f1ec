"""The parts of the handbook: one for each file of KPIs."""

from collections.abc import Iterable

from metrics.language import KPI

AREAS = {
    "lifecycle": "Customers and recurring revenue",
    "retention": "Retention",
    "value": "What customers cost and are worth",
    "returns": "What comes back of what is spent",
    "sales": "Sales",
    "pipeline": "Pipeline",
    "marketing": "Marketing",
    "website": "Website and campaigns",
    "support": "Support",
    "waiting": "Waiting times in support",
    "surveys": "Voice of customer",
    "care": "Care of patients",
    "steering": "Goals, numbers told by hand and the quality of records",
}


def area_of(kpi: type[KPI]) -> str:
    """The key of the part a KPI stands in: the file it is declared in."""
    return kpi.__module__.removeprefix("metrics.kpis.").split(".")[0]


def title_of(area: str) -> str:
    return AREAS.get(area, area.replace("_", " ").capitalize())


def by_area(kpis: Iterable[type[KPI]]) -> dict[str, list[type[KPI]]]:
    """KPIs by the key of their part, in reading order; parts without any are left out."""
    found: dict[str, list[type[KPI]]] = {area: [] for area in AREAS}
    for kpi in kpis:
        found.setdefault(area_of(kpi), []).append(kpi)
    return {area: listed for area, listed in found.items() if listed}
