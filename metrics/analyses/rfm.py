"""Customers by how lately, how often and for how much they bought."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from django.core.exceptions import ValidationError

from metrics.analyses.book import Analysis, Ask, Choice
from metrics.analyses.buyers import Buyer, buyers
from metrics.analyses.people import named
from metrics.analyses.shape import Cell, Column, Named, Result, Table, Way
from metrics.language import Unit
from metrics.mathematics.rfm import SEGMENTS, Score, rfm
from metrics.measures.sales import MoneyBack, Purchases

NAMES = (*(name for _, _, name in SEGMENTS), "Lost")
FEW = 25
Scored = tuple[int, Buyer, Score]


class RecencyFrequencyMoney(Analysis):
    """Buyers by how lately, how often and for how much they bought: who are the champions, who is slipping away?

    Each of the three is scored from 1 to 5 by rank among the buyers you see; equal ones share the middle of their
    ranks. The segments are names people know for the scores of recency, and of frequency and money together. Scores
    compare customers with one another, so a fifth is always at the bottom, also in a good year. Refunds are not taken
    off what was spent.
    """

    key = "rfm"
    title = "Recency, frequency, money"
    reads = (Purchases, MoneyBack)
    choices = (Choice("group", "Segment"),)
    todo = "It needs paid orders."

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        found = buyers(ask.until, ask.sight.limits)
        names = named(ask, found)
        people = [(who, buyer) for who, buyer in found.items() if who in names]
        if not people:
            return Result(0, "buyers")
        scored = _scored(ask, people)
        chosen = _chosen(ask.said["group"])
        listed = [one for one in scored if not chosen or one[2].segment == chosen]
        customers = _customers(chosen or "All buyers", listed, names, ask)
        tables = (customers,) if chosen else (_segments(scored, ask), customers)
        honesty = "Every score is counted, none is estimated."
        if len(people) < FEW:
            honesty += f" With fewer than {FEW} buyers a fifth is a handful: read the names, not the groups."
        return Result(len(people), "buyers", honesty, tables=tables)


def _scored(ask: Ask, people: Sequence[tuple[int, Buyer]]) -> list[Scored]:
    ago = [(ask.until - buyer.last).days for _, buyer in people]
    scores = rfm(ago, [buyer.purchases for _, buyer in people], [buyer.money for _, buyer in people])
    return [(who, buyer, score) for (who, buyer), score in zip(people, scores, strict=True)]


def _chosen(said: str) -> str:
    known = {name.casefold(): name for name in NAMES}
    if said and said.casefold() not in known:
        raise ValidationError({"group": f"The segments are {', '.join(NAMES)}."})
    return known.get(said.casefold(), "")


def _segments(scored: Sequence[Scored], ask: Ask) -> Table:
    groups: dict[str, list[Buyer]] = defaultdict(list)
    for _, buyer, score in scored:
        groups[score.segment].append(buyer)
    whole = sum(buyer.money for _, buyer, _ in scored)
    rows: list[tuple[Cell, ...]] = []
    for name in NAMES:
        if own := groups.get(name):
            spent = sum(buyer.money for buyer in own)
            ago = median((ask.until - buyer.last).days for buyer in own)
            often = sum(buyer.purchases for buyer in own) / len(own)
            of_money = spent / whole if whole else None
            rows.append(
                (Way(name, {"group": name}), len(own), len(own) / len(scored), spent, of_money, float(ago), often)
            )
    columns = (
        Column("segment", "Segment"),
        Column("customers", "Customers"),
        Column("share", "Share", Unit.PERCENT, is_shaded=True),
        Column("spent", "Spent so far", Unit.MONEY),
        Column("of_spent", "Share", Unit.PERCENT, is_shaded=True),
        Column("days", "Last bought, median", Unit.DAYS),
        Column("purchases", "Purchases, mean", Unit.NUMBER),
    )
    return Table("segments", "Segments", columns, tuple(rows), "A segment opens to its customers.")


def _customers(title: str, listed: Sequence[Scored], names: dict[int, Named], ask: Ask) -> Table:
    columns = (
        Column("customer", "Customer"),
        Column("segment", "Segment"),
        Column("score", "Score"),
        Column("last", "Last bought"),
        Column("purchases", "Purchases"),
        Column("spent", "Spent so far", Unit.MONEY),
    )
    rows = [
        (names[who], score.segment, score.digits, buyer.last, buyer.purchases, buyer.money)
        for who, buyer, score in sorted(listed, key=lambda one: (-one[1].money, one[0]))
    ]
    note = "The score is recency, frequency and money, each from 1 to 5, where 5 is best."
    return Table("customers", title, columns, tuple(rows), note, "Nobody is in this segment.")
