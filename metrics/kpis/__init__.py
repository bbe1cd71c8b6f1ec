"""Every KPI, one file a room below, and `lifecycle` for what crosses rooms. A new KPI is one class in one of them."""

from metrics.kpis import lifecycle, marketing, sales, support, surveys

__all__ = ["lifecycle", "marketing", "sales", "support", "surveys"]
