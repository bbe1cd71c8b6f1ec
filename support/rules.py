"""What makes a record of helping a good one."""

from django.db.models import Q

from customers.rules import Aspect, Rule, having
from support.models import Ticket

RULES = (
    Rule(
        "ticket_customer",
        "A ticket says whose it is",
        Aspect.COMPLETE,
        Ticket.objects.genuine,
        having(Q(customer=None)),
        owner="agent",
        weight=2,
    ),
    Rule(
        "ticket_agent",
        "A waiting ticket is in somebody's hands",
        Aspect.COMPLETE,
        Ticket.objects.waiting,
        having(Q(agent=None)),
        owner="agent",
    ),
    Rule(
        "ticket_line",
        "A ticket names the product line",
        Aspect.COMPLETE,
        Ticket.objects.genuine,
        having(Q(product_line="")),
        owner="agent",
    ),
)
