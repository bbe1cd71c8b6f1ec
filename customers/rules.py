"""What makes a record of customers a good one: said once, looked over every morning."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from customers.models import Contact, Customer


class Aspect(StrEnum):
    """What a rule asks of a record."""

    COMPLETE = "complete"  # what is needed is there
    VALID = "valid"  # what is there can be right
    UNIQUE = "unique"  # it is there once
    TIMELY = "timely"  # somebody looked at it of late
    CONSISTENT = "consistent"  # what is there fits together


@dataclass(frozen=True)
class Rule:
    """What records are to be like.

    rows       the records it is held against
    offending  of these, those that break it
    owner      the path to whoever looks after a record
    weight     how much it counts beside other rules
    """

    key: str
    title: str
    aspect: Aspect
    rows: Callable[[], QuerySet[Any]]
    offending: Callable[[QuerySet[Any]], QuerySet[Any]]
    owner: str = "owner"
    weight: int = 1

    @property
    def entity(self) -> str:
        return str(self.rows().model._meta.verbose_name)


real = Customer.objects.real


def having(condition: Q) -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    """Records break a rule by fulfilling a condition."""
    return lambda rows: rows.filter(condition)


def _twins(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    others = (
        Customer.objects.real().exclude(pk=OuterRef("pk")).alias(same=Lower("email")).filter(same=OuterRef("same"))
    )
    return rows.exclude(email="").alias(same=Lower("email")).filter(Exists(others))


def _untouched(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    return rows.filter(changed_at__lt=timezone.now() - timedelta(days=365))


RULES = (
    Rule("customer_country", "A customer has a country", Aspect.COMPLETE, real, having(Q(country=""))),
    Rule("customer_segment", "A customer has a segment", Aspect.COMPLETE, real, having(Q(segment=""))),
    Rule(
        "customer_owner",
        "A customer has an owner",
        Aspect.COMPLETE,
        real,
        having(Q(owner=None)),
        weight=2,
    ),
    Rule(
        "customer_reached",
        "A customer has an address or a number",
        Aspect.COMPLETE,
        real,
        having(Q(email="", phone="", contacts=None)),
        weight=2,
    ),
    Rule("customer_once", "No other customer has the same address", Aspect.UNIQUE, real, _twins, weight=3),
    Rule("customer_lately", "Somebody kept the customer within a year", Aspect.TIMELY, real, _untouched),
    Rule(
        "contact_reached",
        "A contact has an address or a number",
        Aspect.COMPLETE,
        Contact.objects.all,
        having(Q(email="", phone="")),
        owner="customer__owner",
    ),
)
