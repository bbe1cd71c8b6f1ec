"""What records mean: one file a room below, and `lifecycle` for what crosses rooms."""

from metrics.measures import lifecycle, marketing, sales, support, surveys

__all__ = ["lifecycle", "marketing", "sales", "support", "surveys"]
