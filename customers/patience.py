"""The database cuts off a question that takes too long: that is said as it is, and with when to ask again."""

from django.db import OperationalError
from psycopg.errors import QueryCanceled

ASK_AGAIN_AFTER = 30  # seconds
SAID = "This takes too long to count just now. Ask again in a moment, or for fewer days, a longer step or fewer cuts."


def was_cut_off(error: Exception) -> bool:
    """Whether the database stopped a statement because its time was up."""
    return isinstance(error, OperationalError) and isinstance(error.__cause__, QueryCanceled)
