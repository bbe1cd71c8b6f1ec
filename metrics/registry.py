"""Every measure and KPI there is, by key. Importing this reads all declarations."""

from difflib import get_close_matches

from metrics import kpis, measures
from metrics.language import KPI, KPIS, MEASURES, Measure
from metrics.manual import manual_kpi, manual_kpis

__all__ = ["all_kpis", "all_measures", "every_kpi", "kpi_of", "kpis", "measures"]


def all_measures() -> list[type[Measure]]:
    return list(MEASURES.values())


def all_kpis() -> list[type[KPI]]:
    return list(KPIS.values())


def every_kpi() -> list[type[KPI]]:
    """All that are declared, and those people measure by hand."""
    return [*all_kpis(), *manual_kpis()]


def kpi_of(key: str) -> type[KPI]:
    """The KPI of that key, written with hyphens or underscores. Raises `LookupError` naming the nearest ones."""
    found = KPIS.get(key.replace("-", "_")) or manual_kpi(key.replace("-", "_"))
    if found is None:
        near = ", ".join(get_close_matches(key.replace("-", "_"), KPIS, n=3))
        raise LookupError(f"There is no KPI {key!r}." + (f" Did you mean: {near}?" if near else ""))
    return found
