"""Records that are likely one and the same."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from customers.models import Customer
from metrics.analyses.book import About, Analysis, Ask, Choice
from metrics.analyses.shape import Column, Named, Result, Table
from metrics.language import Unit
from metrics.mathematics.duplicates import PRIOR, Pair, Record, duplicates
from sales.models import Lead

LEAST = 0.5
MOST = 5_000
CUSTOMERS, LEADS = "customers", "leads"
MODELS: Mapping[str, type[Any]] = {CUSTOMERS: Customer, LEADS: Lead}


class Duplicates(Analysis):
    """Customers and leads that are likely the same, with what speaks for it.

    Looked for once a night. Names are compared without accents, legal forms and the order of words; e-mail and phone
    as people write them differently. Each trait that agrees adds evidence, each that does not takes some away
    (Fellegi and Sunter). Only records that share an e-mail, a phone, a name or the beginnings of its words are
    compared. Nothing is merged by itself: open both, look, and merge them in the staff site.
    """

    about = About.RECORDS
    records = (Customer,)
    choices = (Choice("of", "Among", {CUSTOMERS: "Customers", LEADS: "Leads"}),)
    learns = True
    todo = "Bring in customers or leads; the next night looks for duplicates."

    @classmethod
    def learn(cls, until: date) -> Any:
        return {name: _looked_for(read()) for name, read in READ.items()}

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        found, model = ask.found[ask.said["of"]], MODELS[ask.said["of"]]
        ids = {pk for pair in found["pairs"] for pk in (pair["first"], pair["second"])}
        seen = ask.visible(_standing(model)).filter(pk__in=ids)
        label = model._meta.label_lower
        names = {pk: Named(label, pk, name) for pk, name in seen.values_list("pk", "name")}
        known = [pair for pair in found["pairs"] if pair["first"] in names and pair["second"] in names]
        what = ask.said["of"]
        return Result(
            found["n"] if ask.user is None else ask.visible(_standing(model)).count(),
            what,
            _honesty(known, what),
            tables=(_table(known, names),),
        )


def _standing(model: type[Any]) -> Any:
    """Those that still count: one that is merged or marked as a duplicate is settled."""
    return Customer.objects.real() if model is Customer else Lead.objects.genuine()


def _customers() -> list[Record]:
    rows = Customer.objects.real().order_by("pk").values_list("pk", "name", "email", "phone")
    return [Record(*row) for row in rows]


def _leads() -> list[Record]:
    rows = (
        Lead.objects.genuine()
        .filter(customer=None)
        .order_by("pk")
        .values_list("pk", "name", "company", "email", "phone")
    )
    return [Record(pk, f"{name} {company}".strip(), email, phone) for pk, name, company, email, phone in rows]


READ: Mapping[str, Callable[[], list[Record]]] = {CUSTOMERS: _customers, LEADS: _leads}


def _looked_for(records: Sequence[Record]) -> dict[str, Any]:
    pairs = duplicates(records, LEAST)[:MOST]
    return {"n": len(records), "pairs": [_told(pair) for pair in pairs]}


def _told(pair: Pair) -> dict[str, Any]:
    against = [name for name, bits in pair.evidence if bits < 0]
    reasons = {"for": pair.reasons, "against": against}
    return {"first": pair.first.key, "second": pair.second.key, "chance": round(pair.chance, 6), **reasons}


def _table(known: Sequence[Mapping[str, Any]], names: Mapping[int, Named]) -> Table:
    columns = (
        Column("first", "One"),
        Column("second", "The other"),
        Column("chance", "The same, likely", Unit.PERCENT, is_shaded=True),
        Column("why", "What speaks for it"),
        Column("against", "What against it"),
    )
    rows = tuple(
        (names[one["first"]], names[one["second"]], one["chance"], ", ".join(one["for"]), ", ".join(one["against"]))
        for one in sorted(known, key=lambda one: (-one["chance"], one["first"], one["second"]))
    )
    return Table("pairs", "Likely the same", columns, rows, empty="No two are likely the same.")


def _honesty(known: Sequence[Any], what: str) -> str:
    if not known:
        return f"No two {what} you see are likely the same."
    before = round(2**-PRIOR)
    pairs = f"{len(known):,} pair{'s' * (len(known) != 1)} likely the same."
    assumed = f"The chance assumes that of {before:,} pairs which share something one is"
    return f"{pairs} {assumed}: an order to look in, not a verdict."
