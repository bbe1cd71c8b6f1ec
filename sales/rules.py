"""What makes a record of selling a good one."""

from django.db.models import F, Q
from django.utils import timezone

from customers.rules import Aspect, Rule, having
from sales.models import Deal, Lead

are_open, genuine = Deal.objects.open, Lead.objects.genuine

RULES = (
    Rule("deal_owner", "An open deal has an owner", Aspect.COMPLETE, are_open, having(Q(owner=None)), weight=2),
    Rule("deal_amount", "An open deal is worth something", Aspect.VALID, are_open, having(Q(amount=0)), weight=2),
    Rule(
        "deal_dated",
        "An open deal is to close on a day to come",
        Aspect.TIMELY,
        are_open,
        lambda rows: rows.filter(Q(expected_close_on=None) | Q(expected_close_on__lt=timezone.localdate())),
    ),
    Rule(
        "deal_reason",
        "A lost deal says why",
        Aspect.COMPLETE,
        Deal.objects.lost,
        having(Q(lost_reason=None)),
    ),
    Rule(
        "lead_source",
        "A lead says where it came from",
        Aspect.COMPLETE,
        genuine,
        having(Q(lead_source="", channel="", campaign=None)),
    ),
    Rule(
        "lead_reached",
        "A lead has an address or a number",
        Aspect.COMPLETE,
        genuine,
        having(Q(email="", phone="")),
        weight=2,
    ),
    Rule(
        "lead_steps",
        "A lead was contacted before it was qualified",
        Aspect.CONSISTENT,
        genuine,
        having(Q(qualified_at__lt=F("first_contacted_at"))),
    ),
)
