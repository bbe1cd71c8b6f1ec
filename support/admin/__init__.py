"""How staff see and do support, one module a trade."""

from support.admin import care, hours, tickets

__all__ = ["care", "hours", "tickets"]
