"""How money stands in a table: an exact amount and the currency it is in, side by side."""

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models

iso_currency = RegexValidator(r"^[A-Z]{3}\Z", "Three capital letters, as in EUR.")


def reporting_currency() -> str:
    return settings.REPORTING_CURRENCY


class AmountField(models.DecimalField):
    """An amount of money, exact to a millionth, up to 999,999,999,999."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 6)
        super().__init__(*args, **kwargs)


class CurrencyField(models.CharField):
    """A currency by its ISO 4217 code."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 3)
        kwargs.setdefault("default", reporting_currency)
        kwargs.setdefault("validators", [iso_currency])
        super().__init__(*args, **kwargs)


not_negative = MinValueValidator(0, "This cannot be below 0.")
