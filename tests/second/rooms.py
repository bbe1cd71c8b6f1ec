"""Every room of the second counting; importing this fills the book."""

from tests.second import deals

__all__ = ["deals"]
