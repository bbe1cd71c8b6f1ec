"""What each customer has bought so far: the days, and what it came to."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Sum

from metrics.analyses.facts import MICRO, settled
from metrics.measures.sales import MoneyBack, Purchases
from metrics.reading import Limits


@dataclass
class Buyer:
    """Paid orders, day by day: orders of one day are one purchase."""

    spent: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    back: int = 0

    @property
    def purchases(self) -> int:
        return len(self.spent)

    @property
    def first(self) -> date:
        return min(self.spent)

    @property
    def last(self) -> date:
        return max(self.spent)

    @property
    def money(self) -> float:
        return sum(self.spent.values()) / MICRO

    @property
    def repeat_spend(self) -> float:
        """The mean of all purchases but the first, refunds taken off all alike; 0 where there is one only."""
        later, whole = self.purchases - 1, sum(self.spent.values())
        if not later or whole <= 0:
            return 0.0
        kept = max(0.0, 1 - self.back / whole)
        return kept * (whole - self.spent[self.first]) / later / MICRO

    @property
    def pace(self) -> float | None:
        """The mean days between two purchases."""
        return (self.last - self.first).days / (self.purchases - 1) if self.purchases > 1 else None

    def until(self, day: date) -> "Buyer | None":
        """What was known before a day, if anything was."""
        known = Buyer({bought: money for bought, money in self.spent.items() if bought < day})
        return known if known.spent else None


def buyers(until: date, limits: Limits) -> dict[int, Buyer]:
    """Everybody with a purchase before a day, by customer."""
    found: dict[int, Buyer] = defaultdict(Buyer)
    rows = settled(Purchases, until, limits).filter(subject__isnull=False)
    for who, day, value in rows.order_by("subject", "day").values_list("subject", "day", "value"):
        found[int(who or 0)].spent[day] += value
    back = settled(MoneyBack, until, limits).order_by().values_list("subject").annotate(back=Sum("value"))
    for who, value in back:
        if who in found:
            found[who].back = int(value)
    return dict(found)
