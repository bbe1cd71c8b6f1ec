"""How a value stands in a list: money as people write it, a standing as a coloured chip."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Model, TextChoices
from unfold.decorators import display

ORIGIN = ("Where it came from", {"fields": [("source", "external_id")], "classes": ["collapse"]})


def money(amount: Decimal | None, currency: str) -> str:
    """1,234.50 EUR."""
    return "–" if amount is None else f"{amount:,.2f} {currency}"


def money_column(name: str, words: str = "", *, currency: str = "currency", ordered: bool = True) -> Callable:
    """A column of money; `currency` is the path to it from the row."""

    @display(description=words or name.replace("_", " "), ordering=name if ordered else None)
    def column(row: Model) -> str:
        holder: Any = row
        for step in currency.split("__"):
            holder = getattr(holder, step)
        return money(getattr(row, name), holder)

    column.__name__ = f"{name}_in_words"
    return column


def chip(
    name: str, words: str, colours: Mapping[Any, str], *, choices: type[TextChoices], ordered: bool = False
) -> Callable:
    """A column with a coloured chip for where the row stands."""

    @display(description=words, label=colours, ordering=name if ordered else None)
    def column(row: Model) -> tuple[str, str]:
        value = choices(getattr(row, name))
        return value.value, value.label

    column.__name__ = f"{name}_chip"
    return column
