"""Every KPI, one file a room below, and `lifecycle` for what crosses rooms. A new KPI is one class in one of them."""

from metrics.kpis import (
    care,
    lifecycle,
    marketing,
    pipeline,
    retention,
    returns,
    sales,
    steering,
    support,
    surveys,
    value,
    waiting,
    website,
)

__all__ = [
    "care",
    "lifecycle",
    "marketing",
    "pipeline",
    "retention",
    "returns",
    "sales",
    "steering",
    "support",
    "surveys",
    "value",
    "waiting",
    "website",
]
