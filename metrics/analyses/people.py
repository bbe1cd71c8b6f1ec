"""Customers as analyses list them: only those the asker may see, each a cell that opens to the record."""

from collections.abc import Iterable
from typing import Any

from customers.models import Customer
from metrics.analyses.book import Ask
from metrics.analyses.shape import Named
from metrics.sight import within

CUSTOMER = "customers.customer"


def customers_seen(ask: Ask) -> Any:
    """The customers the asker sees, no further than they see what the analysis reads."""
    rows = Customer.objects.real()
    return rows if ask.user is None else rows.filter(pk__in=within(ask.user, Customer, ask.sight.reach).values("pk"))


def named(ask: Ask, ids: Iterable[int]) -> dict[int, Named]:
    """The cells of some customers, without those the asker does not see."""
    found = customers_seen(ask).filter(pk__in=list(ids)).values_list("pk", "name")
    return {pk: Named(CUSTOMER, pk, name) for pk, name in found}
