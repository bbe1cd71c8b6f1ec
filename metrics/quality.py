"""How good the records are: every rule of every room, held against all of them once a day."""

from collections import Counter
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from customers.rules import RULES as OF_CUSTOMERS
from customers.rules import Rule
from metrics.models.quality import QualityCheck
from sales.rules import RULES as OF_SALES
from support.rules import RULES as OF_SUPPORT

RULES: dict[str, Rule] = {rule.key: rule for rule in (*OF_CUSTOMERS, *OF_SALES, *OF_SUPPORT)}


def offending(rule: Rule, user: Any) -> QuerySet[Any]:
    """The records that break a rule now, of those this person may see."""
    return rule.offending(rule.rows().filter(pk__in=rule.rows().model.objects.visible_to(user).values("pk")))


@transaction.atomic
def look_over(*, on: date | None = None) -> int:
    """Hold every rule against every record and note the outcome; looking twice on a day notes the last."""
    on = on or timezone.localdate()
    found = [check for rule in RULES.values() for check in _checks(rule, on)]
    QualityCheck.objects.filter(on=on).delete()
    QualityCheck.objects.bulk_create(found)
    return len(found)


def _checks(rule: Rule, on: date) -> list[QualityCheck]:
    checked, broken = _by_owner(rule, rule.rows()), _by_owner(rule, rule.offending(rule.rows()))
    return [
        QualityCheck(
            on=on,
            rule=rule.key,
            entity=rule.entity,
            weight=rule.weight,
            owner_id=owner,
            checked=count,
            passed=count - broken[owner],
        )
        for owner, count in checked.items()
    ]


def _by_owner(rule: Rule, rows: QuerySet[Any]) -> Counter[int | None]:
    return Counter(dict(rows.order_by().values_list(rule.owner).annotate(times=Count("pk", distinct=True))))
