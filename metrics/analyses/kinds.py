"""Kinds of customers, found by what they buy."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import expm1, log1p
from statistics import fmean, median
from typing import Any

from django.core.exceptions import ValidationError

from metrics.analyses.book import Analysis, Ask, Choice
from metrics.analyses.buyers import buyers
from metrics.analyses.people import named
from metrics.analyses.shape import Cell, Column, Figure, Named, Result, Table, Way
from metrics.language import Unit
from metrics.mathematics.enough import TooFew
from metrics.measures.sales import MoneyBack, Purchases

MOST = 6
TRAITS = ("ago", "purchases", "at_once", "months")
TELLING = 1.5  # so many times the usual is worth a word
WORDS = {
    "ago": ("long quiet", "active"),
    "purchases": ("often", "seldom"),
    "at_once": ("large purchases", "small purchases"),
    "months": ("long with us", "new"),
}


class Kinds(Analysis):
    """Groups of buyers who are like one another, found without being told what to look for.

    k-means once a night, on how long ago, how often, for how much and since when each bought, in logarithms and each
    weighing the same. Two to six groups are tried, and those that stand apart best are shown. The silhouette says how
    well: above a half they are clearly apart, below a quarter there may be no groups at all. The same records give the
    same groups. Words describe a group by what is far from the usual, the geometric mean over all.
    """

    title = "Kinds of customers"
    reads = (Purchases, MoneyBack)
    choices = (Choice("kind", "Kind"),)
    learns = True
    todo = "It needs at least 20 customers who bought."

    @classmethod
    def learn(cls, until: date) -> Any:
        from metrics.mathematics.clusters import PER_GROUP, best_clusters

        people = sorted(buyers(until, {}).items())
        if len(people) < 2 * PER_GROUP:
            raise TooFew(f"This needs at least {2 * PER_GROUP} customers; there are {len(people)}.")
        rows = [
            (
                (until - buyer.last).days,
                buyer.purchases,
                buyer.money / buyer.purchases,
                (until - buyer.first).days / 30.44,
            )
            for _, buyer in people
        ]
        ks = range(2, min(MOST, len(people) // PER_GROUP) + 1)
        found = best_clusters(rows, ks, logs=True)
        told = [
            {"customer": who, "kind": int(group), **dict(zip(TRAITS, (round(float(x), 2) for x in row), strict=True))}
            for (who, _), group, row in zip(people, found.group, rows, strict=True)
        ]
        return {"silhouette": found.silhouette, "kinds": _kinds(told), "customers": told}

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        found = ask.found
        names = named(ask, [row["customer"] for row in found["customers"]])
        known = [row for row in found["customers"] if row["customer"] in names]
        chosen = _chosen(ask.said["kind"], found["kinds"])
        listed = [row for row in known if chosen in (None, row["kind"])]
        customers = _customers(listed, found["kinds"], names)
        return Result(
            len(known),
            "buyers",
            _honesty(found),
            figures=(Figure("silhouette", "Silhouette", found["silhouette"], Unit.NUMBER),) if chosen is None else (),
            tables=(_table(known, found["kinds"]), customers) if chosen is None else (customers,),
        )


def _kinds(told: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each kind in the middle of its customers, and in words."""
    whole = {trait: expm1(fmean(log1p(row[trait]) for row in told)) for trait in TRAITS}
    found = []
    for kind in sorted({row["kind"] for row in told}):
        own = [row for row in told if row["kind"] == kind]
        middle = {trait: median(row[trait] for row in own) for trait in TRAITS}
        found.append({"kind": kind, "n": len(own), "words": _words(middle, whole), **middle})
    return found


def _words(middle: Mapping[str, float], whole: Mapping[str, float]) -> str:
    said = []
    for trait, (more, less) in WORDS.items():
        times = (middle[trait] + 1) / (whole[trait] + 1)
        if times >= TELLING or times <= 1 / TELLING:
            said.append(more if times > 1 else less)
    return ", ".join(said).capitalize() or "Like most"


def _named(kind: Mapping[str, Any]) -> str:
    return f"{kind['kind'] + 1}: {kind['words']}"


def _chosen(said: str, kinds: Sequence[Mapping[str, Any]]) -> int | None:
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and 1 <= int(said[:3]) <= len(kinds)):
        raise ValidationError({"kind": f"The kinds are 1 to {len(kinds)}."})
    return int(said) - 1


def _table(known: Sequence[Mapping[str, Any]], kinds: Sequence[Mapping[str, Any]]) -> Table:
    columns = (
        Column("kind", "Kind"),
        Column("customers", "Customers"),
        Column("share", "Share", Unit.PERCENT, is_shaded=True),
        Column("ago", "Last bought", Unit.DAYS),
        Column("purchases", "Purchases", Unit.NUMBER),
        Column("at_once", "Spend at a purchase", Unit.MONEY),
        Column("months", "Customer for", Unit.MONTHS),
    )
    rows: list[tuple[Cell, ...]] = []
    for kind in kinds:
        own = sum(row["kind"] == kind["kind"] for row in known)
        middle = [float(kind[trait]) for trait in TRAITS]
        share = own / len(known) if known else None
        rows.append((Way(_named(kind), {"kind": str(kind["kind"] + 1)}), own, share, *middle))
    note = "Customers and shares are of those you see; what a kind is like is the median over all of the company's."
    return Table("kinds", "Kinds", columns, tuple(rows), note)


def _customers(
    listed: Sequence[Mapping[str, Any]], kinds: Sequence[Mapping[str, Any]], names: dict[int, Named]
) -> Table:
    columns = (
        Column("customer", "Customer"),
        Column("kind", "Kind"),
        Column("ago", "Last bought, days ago"),
        Column("purchases", "Purchases"),
        Column("at_once", "Spend at a purchase", Unit.MONEY),
        Column("months", "Customer for", Unit.MONTHS),
    )
    rows = [
        (
            names[row["customer"]],
            _named(kinds[row["kind"]]),
            int(row["ago"]),
            int(row["purchases"]),
            row["at_once"],
            row["months"],
        )
        for row in sorted(listed, key=lambda row: (row["kind"], -row["purchases"] * row["at_once"], row["customer"]))
    ]
    return Table("customers", "Customers", columns, tuple(rows), empty="You see nobody of this kind.")


def _honesty(found: Mapping[str, Any]) -> str:
    learned = f"Found among all {len(found['customers']):,} buyers."
    if found["silhouette"] >= 0.5:
        return f"{learned} The groups stand clearly apart."
    if found["silhouette"] >= 0.25:
        return f"{learned} The groups stand apart, though not sharply: who is near an edge could be in either."
    return f"{learned} They hardly stand apart: take the groups for a way to look, not for something that is there."
