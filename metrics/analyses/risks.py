"""Which customers we are about to lose, what is at stake, and why we think so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from customers.access import NONE, reach
from metrics.analyses.book import Analysis, Ask
from metrics.analyses.leaving import Leaving
from metrics.analyses.people import named
from metrics.analyses.shape import Column, Figure, Named, Result, Table
from metrics.analyses.values import CustomerValues
from metrics.language import Unit
from metrics.measures.lifecycle import ActiveCustomers, MRRMovements
from metrics.measures.sales import Purchases
from metrics.models import AnalysisResult

TWICE = 2
SLIPPING = (0.3, 0.9)
MONTHS = 12


@dataclass
class Risk:
    """What may be lost of a customer: the greater chance, what a year of them is worth, and what of it is likely."""

    chance: float = 0.0
    stake: float = 0.0
    likely: float = 0.0
    reasons: list[str] = field(default_factory=list)

    def add(self, chance: float, stake: float, reason: str) -> None:
        self.chance, self.stake = max(self.chance, chance), self.stake + stake
        self.likely += chance * stake
        self.reasons.append(reason)


class CustomersAtRisk(Analysis):
    """Customers we may be about to lose, by what is at stake, each with a plain reason.

    A subscriber is here when their chance to leave within 90 days is at least twice the usual one; at stake is a year
    of their MRR. A buyer who came back before is here when it is 30 to 90 % likely that they have gone for good; at
    stake is what they would be worth in a year if they had not. Who is surely gone is not at risk but lost. The order
    is by what is likely lost: chance times stake. Both chances are learned once a night: see who leaves, and what
    customers will buy, for how far to trust them.
    """

    title = "Customers at risk"
    reads = (ActiveCustomers, MRRMovements, Purchases)
    todo = "Enough customers must have come and gone first."

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        leaving, buying = (AnalysisResult.objects.latest_of(one.key) for one in (Leaving, CustomerValues))
        learned = [one for one in (leaving, buying) if one and not one.refusal]
        if not learned:
            return Result(0, refusal=_why_not(leaving, buying))
        risks: dict[int, Risk] = {}
        for who, chance, stake, why in [*_subscribers(ask, leaving), *_buyers(ask, buying)]:
            risks.setdefault(who, Risk()).add(chance, stake, why)
        names = named(ask, risks)
        known = {who: risk for who, risk in risks.items() if who in names}
        return Result(
            len(known),
            "customers at risk",
            _honesty(leaving, buying),
            figures=(
                Figure("stake", "At stake in a year", sum(risk.stake for risk in known.values()), Unit.MONEY),
                Figure("expected", "Likely lost of it", sum(risk.likely for risk in known.values()), Unit.MONEY),
            ),
            tables=(_table(known, names),),
            refusal="" if known else "Nobody you see is at risk today.",
        )


def _subscribers(ask: Ask, learned: AnalysisResult | None) -> Iterator[tuple[int, float, float, str]]:
    if learned is None or learned.refusal:
        return
    found = learned.found
    usual = found["hits"] / found["n"]
    for row in found["customers"]:
        if row["chance"] >= TWICE * usual:
            facts = [one["words"] for one in row["reasons"] if may_know(ask, one["family"])]
            why = _sentence(facts) or f"Leaves with {row['chance'] / usual:.1f} times the usual chance."
            yield row["customer"], row["chance"], row["mrr"] * MONTHS, why


def _buyers(ask: Ask, learned: AnalysisResult | None) -> Iterator[tuple[int, float, float, str]]:
    if learned is None or learned.refusal:
        return
    low, high = SLIPPING
    for row in learned.found["customers"]:
        gone = 1 - row["alive"]
        if row["pace"] and low <= gone <= high:
            ago = (ask.until - date.fromisoformat(row["last"])).days
            why = f"Used to buy every {row['pace']:,.0f} days, and last did {ago:,} days ago."
            yield row["customer"], gone, row["value"] / row["alive"], why


def may_know(ask: Ask, family: str) -> bool:
    """Whether the asker sees any of the records a fact is read from."""
    return ask.user is None or reach(ask.user, family, "view") is not NONE


def _sentence(facts: list[str]) -> str:
    """The term ends within 90 days, and an MRR of €30."""
    said = ", and ".join(facts)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _table(known: Mapping[int, Risk], names: dict[int, Named]) -> Table:
    columns = (
        Column("customer", "Customer"),
        Column("why", "Why"),
        Column("chance", "Chance to lose them", Unit.PERCENT, is_shaded=True),
        Column("stake", "At stake in a year", Unit.MONEY),
        Column("expected", "Likely lost of it", Unit.MONEY),
    )
    rows = [
        (names[who], " ".join(risk.reasons), risk.chance, risk.stake, risk.likely)
        for who, risk in sorted(known.items(), key=lambda one: (-one[1].likely, one[0]))
    ]
    return Table("customers", "Whom to call first", columns, tuple(rows))


def _honesty(*learned: AnalysisResult | None) -> str:
    told: list[Any] = []
    for one, who in zip(learned, ("subscribers", "buyers"), strict=True):
        if one is None or one.refusal:
            told.append(f"Nothing is said of {who}: {one.refusal if one else 'nothing was learned yet.'}")
    return " ".join(["A chance is not a fate, and a reason not a cause.", *told])


def _why_not(*learned: AnalysisResult | None) -> str:
    if not any(learned):
        return "This is worked out after the night. Run `manage.py analysis --learn` to do it now."
    refusals = [one.refusal for one in learned if one]
    return " ".join([*dict.fromkeys(refusals), CustomersAtRisk.todo])
