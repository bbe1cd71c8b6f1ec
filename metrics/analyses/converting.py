"""Which leads become customers, and what goes along with it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import exp
from typing import Any

from django.db.models import F

from metrics import dimensions
from metrics.analyses import lessons
from metrics.analyses.book import Analysis, Ask
from metrics.analyses.facts import settled
from metrics.analyses.shape import Cell, Column, Named, Result, Table
from metrics.dimensions import labels
from metrics.language import Unit
from metrics.mathematics.enough import TooFew
from metrics.measures.marketing import CONVERSION_WINDOW, LeadsConverted, LeadsCreated
from metrics.reading import mark_number
from sales.models import Lead

PART_KEPT = 0.3
MARKS = ("converted", "answered_in_a_day")
CUTS = {"lead source": "source", "segment": "segment", "country": "country"}
ANSWER = "first answer"
MONTHS_BACK, DAY = timedelta(days=730), timedelta(days=1)
Row = dict[str, Any]


class Converting(Analysis):
    """What goes along with leads becoming customers, and how likely each open lead is to.

    Learned once a night of the leads of the last two years that have had their 90 days, each with what was known of
    it on its second day: where it came from, who it is, and whether it had heard from us within a day. It converted if
    it paid within 90 days. Tested on the latest three tenths of the leads, which the tested models did not see. Open
    leads are those of the last 90 days that have not paid; the youngest, with less than a day, are not scored yet.
    """

    title = "Which leads convert"
    reads = (LeadsCreated, LeadsConverted)
    records = (Lead,)
    learns = True
    todo = "With more leads that had their 90 days it tries again every night."

    @classmethod
    def learn(cls, until: date) -> Any:
        rows = _leads(until)
        ripe = [row for row in rows if until - MONTHS_BACK <= row["day"] <= until - CONVERSION_WINDOW]
        if not ripe:
            raise TooFew("No lead has had its 90 days.")
        traits = _columns(ripe)
        first_kept = sorted(row["day"] for row in ripe)[int(len(ripe) * (1 - PART_KEPT))]
        later = [row["day"] >= first_kept for row in ripe]
        found = lessons.learned(traits, traits, [row["converted"] for row in ripe], later)
        del found["chances"]
        waiting = [row for row in rows if row["day"] > until - CONVERSION_WINDOW and not row["has_paid"]]
        return {**found, "leads": [_scored(found, traits, row) for row in waiting if row["day"] < until - DAY]}

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        found = ask.found
        seen = ask.visible(Lead.objects.pursued()).filter(pk__in=[row["lead"] for row in found["leads"]])
        names = {pk: Named("sales.lead", pk, name) for pk, name in seen.values_list("pk", "name")}
        known = [row for row in found["leads"] if row["lead"] in names]
        return Result(
            found["n"],
            "leads with 90 days behind them",
            lessons.trust(found, "leads"),
            figures=lessons.figures(found, "Converted within 90 days, of all leads"),
            tables=(*lessons.tables(found, {}, "converting"), _table(known, names)),
        )


def _leads(until: date) -> list[Row]:
    """Every settled lead with what was known of it."""
    marks = {mark: 1 << mark_number(LeadsCreated, mark) - 1 for mark in MARKS}
    paid = set(settled(LeadsConverted, until, {}).values_list("record", flat=True))
    facts = settled(LeadsCreated, until, {}).order_by("day", "record")
    bits = {mark: F("marks").bitand(bit) for mark, bit in marks.items()}
    rows = list(facts.annotate(**bits).values("record", "day", *CUTS.values(), *MARKS))
    named = {key: labels(dimensions.DIMENSIONS[key], {row[key] for row in rows}) for key in CUTS.values()}
    return [
        {
            "lead": row["record"],
            "day": row["day"],
            "has_paid": row["record"] in paid,
            "converted": bool(row["converted"]),
            ANSWER: "within a day" if row["answered_in_a_day"] else "not within a day",
            **{trait: named[key][row[key]] for trait, key in CUTS.items()},
        }
        for row in rows
    ]


def _columns(rows: Sequence[Row]) -> dict[str, list[Any]]:
    found = {trait: lessons.pooled([row[trait] for row in rows]) for trait in (*CUTS, ANSWER)}
    return {name: values for name, values in found.items() if len(set(values)) > 1}


def _scored(found: Mapping[str, Any], seen: Mapping[str, list[Any]], row: Row) -> dict[str, Any]:
    odds = found["base"] + sum(term["weight"] * _held(term, row, seen) for term in found["terms"])
    told = {trait: row[trait] for trait in ("lead source", "segment")}
    return {"lead": row["lead"], "day": row["day"].isoformat(), "chance": 1 / (1 + exp(-odds)), **told}


def _held(term: Mapping[str, Any], row: Row, seen: Mapping[str, list[Any]]) -> float:
    value = row[term["trait"]]
    return float((value if value in seen[term["trait"]] else lessons.OTHER) == term["word"])


def _table(known: Sequence[Mapping[str, Any]], names: dict[int, Named]) -> Table:
    columns = (
        Column("lead", "Lead"),
        Column("came", "Came in"),
        Column("source", "Lead source"),
        Column("segment", "Segment"),
        Column("chance", "Chance to convert", Unit.PERCENT, is_shaded=True),
    )
    rows: list[tuple[Cell, ...]] = [
        (names[row["lead"]], date.fromisoformat(row["day"]), row["lead source"], row["segment"], row["chance"])
        for row in sorted(known, key=lambda row: (-row["chance"], row["lead"]))
    ]
    note = "The chance a lead had when it came in; with every week that passes without a payment it falls."
    return Table("leads", "Open leads", columns, tuple(rows), note, "No lead of the last 90 days is open.")
