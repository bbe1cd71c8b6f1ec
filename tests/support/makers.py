"""The smallest valid rows of this room, and a clock to read."""

from datetime import UTC, datetime
from itertools import count

from customers.models import Customer, User
from support.models import Ticket
from support.services import open_ticket

numbers = count(1)


def day(number: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment in March 2026, in UTC; the 2nd is a Monday."""
    return datetime(2026, 3, number, hour, minute, tzinfo=UTC)


def make_user(name: str = "") -> User:
    return User.objects.create(username=name or f"person{next(numbers)}")


def make_customer(name: str = "Ada Ltd", **fields) -> Customer:
    return Customer.objects.create(name=name, **fields)


def make_ticket(at: datetime | None = None, **fields) -> Ticket:
    return open_ticket(Ticket(subject="It does not start", **fields), at=at or day(2, 9))
