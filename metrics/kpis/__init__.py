"""Every KPI, one file a room below, and `lifecycle` for what crosses rooms. A new KPI is one class in one of them."""

from metrics.kpis import (
    lifecycle,
    marketing,
    pipeline,
    retention,
    sales,
    support,
    surveys,
    value,
    website,
)

__all__ = [
    "lifecycle",
    "marketing",
    "pipeline",
    "retention",
    "sales",
    "support",
    "surveys",
    "value",
    "website",
]
