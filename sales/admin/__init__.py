"""How staff see and do sales: one module a trade."""

from sales.admin import catalogue, deals, leads, marketing, orders, subscriptions

__all__ = ["catalogue", "deals", "leads", "marketing", "orders", "subscriptions"]
