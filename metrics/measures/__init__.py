"""What records mean: one file a room below, and `lifecycle` for what crosses rooms."""

from metrics.measures import (
    attribution,
    care,
    growth,
    lifecycle,
    marketing,
    newcomers,
    pipeline,
    retention,
    sales,
    steering,
    support,
    surveys,
    website,
)

__all__ = [
    "attribution",
    "care",
    "growth",
    "lifecycle",
    "marketing",
    "newcomers",
    "pipeline",
    "retention",
    "sales",
    "steering",
    "support",
    "surveys",
    "website",
]
