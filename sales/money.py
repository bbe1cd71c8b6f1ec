"""How money stands in a table: an exact amount and the currency it is in, side by side."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models

iso_currency = RegexValidator(r"^[A-Z]{3}\Z", "Three capital letters, as in EUR.")


def reporting_currency() -> str:
    return settings.REPORTING_CURRENCY


class AmountInput(forms.DecimalField):
    """An amount as people type it: 12.50, and more places only where they matter."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal) or not value.is_finite():
            return value
        cents = round(value, 2)
        return f"{cents:f}" if cents == value else f"{value.normalize():f}"


class AmountField(models.DecimalField):
    """An amount of money, exact to a millionth, up to 999,999,999,999."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 6)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": AmountInput, **kwargs})


class CurrencyField(models.CharField):
    """A currency by its ISO 4217 code."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 3)
        kwargs.setdefault("default", reporting_currency)
        kwargs.setdefault("validators", [iso_currency])
        super().__init__(*args, **kwargs)


not_negative = MinValueValidator(0, "This cannot be below 0.")
