"""Which subscribers are likely to leave, and what goes along with leaving."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from metrics.analyses import lessons
from metrics.analyses.book import Analysis, Ask
from metrics.analyses.people import named
from metrics.analyses.shape import Column, Named, Result, Table
from metrics.analyses.subscribers import ENDING, SEGMENT, SHRUNK, SIZE, TRAITS, YEARS, Past, past_of
from metrics.analyses.weighing import weigh
from metrics.language import Unit
from metrics.mathematics.enough import TooFew
from metrics.measures.lifecycle import ActiveCustomers, MRRMovements

AHEAD = timedelta(days=90)
QUARTERS = 8
KEPT = 2
REASONS = 2
MORE = {trait.name: trait.more for trait in TRAITS}


class Leaving(Analysis):
    """What goes along with leaving, and how likely each subscriber is to leave in the next 90 days.

    Learned once a night: every subscriber of the last eight quarters is a row for each quarter they began, with what
    was known on that day and whether they were gone within 90 days. A logistic regression tells how the odds move with
    each trait, all else equal; a shallow tree tells the same in a few questions. Both are tested on the last two
    quarters, which the tested models did not see. What goes along with leaving need not bring it about.
    """

    title = "Who leaves"
    reads = (ActiveCustomers, MRRMovements)
    learns = True
    todo = "With more customers who stayed and left it tries again every night."

    @classmethod
    def learn(cls, until: date) -> Any:
        past = past_of(until, {})
        days = [until - AHEAD * k for k in range(QUARTERS, 0, -1)]
        rows = [(who, day) for day in days for who in past.there(day)]
        if not rows:
            raise TooFew("Nobody subscribed a quarter ago.")
        traits = columns([past.traits(who, day) for who, day in rows])
        happened = [past.leaves(who, day, AHEAD) for who, day in rows]
        found = lessons.learned(traits, plainly(traits), happened, [day >= days[-KEPT] for _, day in rows])
        del found["chances"]
        return {**found, "customers": _customers(past, until, found, traits)}

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        found = ask.found
        names = named(ask, [row["customer"] for row in found["customers"]])
        known = [row for row in found["customers"] if row["customer"] in names]
        return Result(
            len(known),
            "subscribers",
            lessons.trust(found, "quarters of subscribers"),
            figures=lessons.figures(found, "Gone within 90 days, of all quarters"),
            tables=(*lessons.tables(found, MORE, "leaving"), _table(known, names)),
        )


def columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The traits of many rows by name; rare words taken together, and a trait that never differs left out."""
    found = {name: [row[name] for row in rows] for name in rows[0]}
    found[SEGMENT.name] = lessons.pooled(found[SEGMENT.name])
    return {name: values for name, values in found.items() if len({str(value) for value in values}) > 1}


def plainly(traits: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """The same in units people read: amounts and months as they are, yes and no in words."""
    found = dict(traits)
    if SIZE.name in found:
        found["MRR"] = [round(2**size) for size in found.pop(SIZE.name)]
    if YEARS.name in found:
        found["months as a customer"] = [round(years * 12) for years in found.pop(YEARS.name)]
    for name in (ENDING.name, SHRUNK.name):
        if name in found:
            found[name] = ["yes" if value else "no" for value in found[name]]
    return found


def _customers(
    past: Past, until: date, found: Mapping[str, Any], seen: Mapping[str, list[Any]]
) -> list[dict[str, Any]]:
    """Everybody there now, with their chance to leave and what speaks most for it."""
    there = past.there(until)
    traits = [past.traits(who, until) for who in there]
    weighed = weigh(found, seen, traits)
    return [
        {"customer": who, "mrr": round(past.mrr_of(who, until), 2), "chance": chance, "reasons": reasons[:REASONS]}
        for who, (chance, reasons) in zip(there, weighed, strict=True)
    ]


def _table(known: Sequence[Mapping[str, Any]], names: dict[int, Named]) -> Table:
    heads = (
        Column("customer", "Customer"),
        Column("chance", "Chance to leave within 90 days", Unit.PERCENT, is_shaded=True),
        Column("mrr", "MRR", Unit.MONEY),
    )
    rows = [
        (names[row["customer"]], row["chance"], row["mrr"])
        for row in sorted(known, key=lambda row: (-row["chance"], row["customer"]))
    ]
    note = "Why each is at risk, and what to do first, is in the analysis of customers at risk."
    return Table("customers", "Subscribers of today", heads, tuple(rows), note)
