"""Days as numbers, counted as Python counts them."""

from django.db.models import Func, IntegerField


class DayNumber(Func):
    """The `date.toordinal()` of a day: a number for what there is one of a day, the same wherever it is made."""

    template = "(%(expressions)s - DATE '0001-01-01' + 1)"
    output_field = IntegerField()
