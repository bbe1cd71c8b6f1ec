"""The smallest valid rows of this room."""

from customers.models import Contact
from support.models import Ticket
from support.services import solve_ticket
from surveys.choices import SurveyKind
from surveys.models import Survey
from tests.support.makers import day, make_customer, make_ticket, make_user

__all__ = ["day", "make_contact", "make_csat", "make_customer", "make_nps", "make_solved", "make_ticket", "make_user"]


def make_csat(**fields) -> Survey:
    given = {"name": "After a ticket", "scale_min": 1, "scale_max": 5, "satisfied_from": 4} | fields
    return Survey.objects.create(kind=SurveyKind.CSAT, **given)


def make_nps(**fields) -> Survey:
    given = {"name": "Every quarter", "promoter_from": 9, "detractor_to": 6, "is_relational": True} | fields
    return Survey.objects.create(kind=SurveyKind.NPS, **given)


def make_contact(name: str = "Ada", **fields) -> Contact:
    customer = fields.pop("customer", None) or make_customer()
    return Contact.objects.create(customer=customer, last_name=name, email=f"{name.lower()}@example.com", **fields)


def make_solved(at=None, **fields) -> Ticket:
    """A ticket opened on the 2nd and solved on the 3rd, or at the moment told."""
    by = fields.pop("by", None)
    return solve_ticket(make_ticket(**fields), at=at or day(3), by=by)
