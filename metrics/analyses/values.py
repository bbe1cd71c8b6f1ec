"""What customers will buy next year, and what that is worth today."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from metrics.analyses.book import Analysis, Ask
from metrics.analyses.buyers import buyers
from metrics.analyses.people import named
from metrics.analyses.shape import Cell, Column, Figure, Named, Result, Table
from metrics.asking import ask as ask_kpi
from metrics.kpis.sales import GrossMargin
from metrics.language import Unit
from metrics.measures.sales import MoneyBack, ProductCosts, ProductsSold, Purchases

YEAR = timedelta(days=365)


class CustomerValues(Analysis):
    """What each buyer will likely buy in the next 365 days, what that is worth, and whether they are still there.

    Two models learn once a night from the orders of all customers: BG/NBD, how often each buys and whether they have
    gone for good; Gamma-Gamma, what each spends at a purchase, refunds taken off. A value is purchases × spend × gross
    margin of the last 365 days, each month discounted at the yearly rate of this installation. It is for customers who
    come back as they like; how long subscribers stay is another analysis.

    How far to trust it: the models once more learned only what was known a year before, and what they then expected
    is held against what came.
    """

    title = "What customers will buy"
    reads = (Purchases, MoneyBack, ProductsSold, ProductCosts)
    learns = True
    todo = "The models need at least 200 customers who bought, and 50 who came back."

    @classmethod
    def learn(cls, until: date) -> Any:
        from metrics.analyses.buying import learned

        return learned(buyers(until, {}), until, margin_before(until), float(settings.DISCOUNT_RATE))

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        found = ask.found
        names = named(ask, [row["customer"] for row in found["customers"]])
        known = [row for row in found["customers"] if row["customer"] in names]
        return Result(
            len(known),
            "buyers",
            _honesty(found),
            figures=(
                Figure("value", "Worth of the next 365 days", _sum(known, "value"), Unit.MONEY, note=_margin(found)),
                Figure("purchases", "Purchases to expect", _sum(known, "purchases"), Unit.COUNT),
                Figure("alive", "Still customers", _sum(known, "alive"), note="The sum of the chances of each."),
                Figure("new", "Purchases of a new customer in a year", found["of_new"], Unit.NUMBER),
            ),
            tables=(_customers(known, names), _calibration(found)),
        )


def margin_before(until: date) -> float | None:
    """The gross margin of the last 365 days, as its KPI tells it; none where no cost is known."""
    value = ask_kpi(GrossMargin, start=until - YEAR, end=until).answer().total[0].value
    return float(value) if value is not None else None


def _sum(known: Sequence[dict[str, Any]], name: str) -> float:
    return sum(row[name] for row in known)


def _customers(known: Sequence[dict[str, Any]], names: dict[int, Named]) -> Table:
    columns = (
        Column("customer", "Customer"),
        Column("bought", "Purchases"),
        Column("last", "Last bought"),
        Column("spend", "Spend at a purchase", Unit.MONEY),
        Column("alive", "Still a customer", Unit.PERCENT, is_shaded=True),
        Column("purchases", "Purchases to expect", Unit.NUMBER),
        Column("value", "Worth of the next 365 days", Unit.MONEY),
    )
    rows = [
        (
            names[row["customer"]],
            row["bought"],
            date.fromisoformat(row["last"]),
            row["spend"],
            row["alive"],
            row["purchases"],
            row["value"],
        )
        for row in sorted(known, key=lambda row: (-row["value"], row["customer"]))
    ]
    note = "The spend leans towards everybody's mean, the more the fewer purchases there were."
    return Table("customers", "Customers", columns, tuple(rows), note)


def _calibration(found: dict[str, Any]) -> Table:
    columns = (
        Column("repeats", "Had come back"),
        Column("customers", "Customers"),
        Column("actual", "Bought in the year after", Unit.NUMBER),
        Column("expected", "Expected", Unit.NUMBER),
    )
    rows: list[tuple[Cell, ...]] = [
        (_times(one["repeats"]) + " or more" * one["is_open"], one["customers"], one["actual"], one["expected"])
        for one in found["held_out"].get("groups", [])
    ]
    note = (
        "Mean purchases in the 365 days that were kept from the models, by how often a customer had come back before."
    )
    return Table(
        "held_out", "Expected and come true", columns, tuple(rows), note, found["held_out"].get("refusal", "")
    )


def _times(repeats: int) -> str:
    return ("never", "once", "twice")[repeats] if repeats < 3 else f"{repeats} times"


def _honesty(found: dict[str, Any]) -> str:
    learned = f"Learned from all {found['n']:,} buyers, {found['repeaters']:,} of whom came back."
    held = found["held_out"]
    if "refusal" in held:
        return f"{learned} A year ago there was too little to test it on: {held['refusal']}"
    off = held["expected"] / held["actual"] - 1 if held["actual"] else None
    more = "" if off is None else f", {percent(abs(off))} too {'many' if off > 0 else 'few'}"
    told = f"it expected {held['expected']:,.0f} purchases and {held['actual']:,.0f} came{more}."
    bend = "" if abs(found["correlation"]) < 0.2 else " Those who buy often spend differently, which it does not know."
    return f"{learned} Tested on the last 365 days, {told}{bend}"


def _margin(found: dict[str, Any]) -> str:
    if found["margin"] is None:
        return "Of the whole spend: no costs are known, so no margin is."
    return f"At a gross margin of {percent(found['margin'])}, discounted at {percent(found['discount'])} a year."


def percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")
