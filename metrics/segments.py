"""Segments by rule: what a rule may ask of a customer, and who fits it, looked up once a night."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from customers.models import Customer
from metrics import calendar
from metrics.models import AnalysisResult, RuleSegment, SegmentStay

DAY = timedelta(days=1)
LINE = re.compile(r"^(?P<trait>[a-z0-9 _]+?)\s+(?P<test>is not|is|at least|below)\s+(?P<value>.+)$", re.IGNORECASE)
NUMBERS = ("at least", "below")


@dataclass(frozen=True)
class Trait:
    """Something a rule may ask. `family` is whose records it is read from: who may not see those sees no such rule."""

    words: str
    family: str = "customers"
    is_number: bool = False


TRAITS = {
    "segment": Trait("the customer's segment"),
    "industry": Trait("the industry"),
    "country": Trait("the country, in two letters"),
    "region": Trait("the region"),
    "size": Trait("the company size"),
    "kind": Trait("company or person"),
    "lifecycle": Trait("prospect, active and so on"),
    "channel": Trait("the acquisition channel"),
    "tag": Trait("one of the tags"),
    "mrr": Trait("monthly recurring revenue", "sales", is_number=True),
    "months subscribed": Trait("months since the first subscription, while one runs", "sales", is_number=True),
    "purchases": Trait("days with a paid order so far", "sales", is_number=True),
    "spent": Trait("what those came to", "sales", is_number=True),
    "days since purchase": Trait("days since the last one", "sales", is_number=True),
    "tickets of 90 days": Trait("tickets of the last 90 days", "support", is_number=True),
    "last nps": Trait("the last answer from 0 to 10", "surveys", is_number=True),
    "chance to leave": Trait("within 90 days, in percent, as learned last night", "sales", is_number=True),
    "chance to return": Trait("still a customer, in percent, as learned last night", "sales", is_number=True),
}


class Condition(NamedTuple):
    """One line of a rule."""

    trait: str
    test: str
    value: str

    def holds(self, traits: dict[str, Any]) -> bool:
        """What is not known fits no condition but `is not`."""
        known = traits.get(self.trait)
        if self.test in NUMBERS:
            if known is None:
                return False
            return known >= float(self.value) if self.test == "at least" else known < float(self.value)
        held = known if isinstance(known, list) else [known]
        fits = any(str(one if one is not None else "").casefold() == self.value.casefold() for one in held)
        return fits if self.test == "is" else not fits


def read_rule(rule: str) -> list[Condition]:
    """The conditions of a rule. Raises `ValidationError` naming the line that makes no sense."""
    lines = [line.strip() for line in rule.replace("\0", "").splitlines() if line.strip()]
    if not lines:
        raise ValidationError("Write at least one condition, as in: mrr at least 100.", code="empty")
    return [_condition(line) for line in lines]


def _condition(line: str) -> Condition:
    said = LINE.match(line)
    if said is None:
        raise ValidationError(f"“{line[:80]}” is no condition. Write one as in: mrr at least 100.", code="unreadable")
    trait, test, value = (said[name].strip() for name in ("trait", "test", "value"))
    trait, test = " ".join(trait.lower().split()), test.lower()
    known = TRAITS.get(trait)
    if known is None:
        raise ValidationError(
            f"Nothing is known as “{trait[:40]}”. Ask for {', '.join(TRAITS)}.", code="unknown-trait"
        )
    if known.is_number != (test in NUMBERS):
        fit = "at least or below" if known.is_number else "is or is not"
        raise ValidationError(f"Of {trait} a rule can ask {fit}.", code="odd-test")
    return Condition(trait, test, _number(trait, value) if known.is_number else value)


def _number(trait: str, value: str) -> str:
    try:
        number = Decimal(value.removesuffix("%").strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > 10**12:
        raise ValidationError(f"{trait} is a number, as in 100.", code="not-a-number")
    return f"{number:f}"


def families_of(rule: str) -> set[str]:
    """Whose records a rule reads."""
    return {TRAITS[condition.trait].family for condition in read_rule(rule)}


# ── Who fits ────────────────────────────────────────────────────────────────────────────────────────────────────


def fitting(rule: str, known: dict[int, dict[str, Any]]) -> set[int]:
    conditions = read_rule(rule)
    return {who for who, traits in known.items() if all(condition.holds(traits) for condition in conditions)}


def keep_segments() -> int:
    """Note who joined and who left each segment in the last night; how many did. Once a night at most."""
    night = calendar.settled_until() - DAY
    due = [one for one in RuleSegment.objects.order_by("pk") if one.kept_through is None or one.kept_through < night]
    if not due:
        return 0
    known = everything_known(night + DAY)
    return sum(_keep(segment, known, night) for segment in due)


@transaction.atomic
def _keep(segment: RuleSegment, known: dict[int, dict[str, Any]], night: date) -> int:
    segment = RuleSegment.objects.select_for_update().get(pk=segment.pk)
    if segment.kept_through and segment.kept_through >= night:
        return 0
    standing = set(segment.stays.standing().values_list("customer", flat=True))
    fit = fitting(segment.rule, known)
    _leave(segment, standing - fit, night)
    joined = [SegmentStay(segment=segment, customer_id=who, joined_on=night) for who in sorted(fit - standing)]
    SegmentStay.objects.bulk_create(joined)
    RuleSegment.objects.filter(pk=segment.pk).update(kept_through=night)
    return len(standing ^ fit)


def _leave(segment: RuleSegment, who: Iterable[int], night: date) -> None:
    segment.stays.standing().filter(customer__in=list(who)).update(left_on=night)


def everything_known(until: date) -> dict[int, dict[str, Any]]:
    """What a rule may ask of every customer, as of the last settled night; how they are described, as of now."""
    known = _described()
    for add in (_bought, _subscribed, _learned):
        add(known, until)
    return known


def _described() -> dict[int, dict[str, Any]]:
    columns = {
        "segment": "segment",
        "industry": "industry",
        "country": "country",
        "region": "region",
        "size": "company_size",
        "kind": "kind",
        "lifecycle": "lifecycle",
        "channel": "acquisition_channel",
    }
    rows = Customer.objects.real().values("pk", *columns.values())
    known = {row["pk"]: {trait: row[column] for trait, column in columns.items()} for row in rows}
    for who, tag in Customer.tags.through.objects.values_list("customer", "tag__name"):
        if who in known:
            known[who].setdefault("tag", []).append(tag)
    return known


def _bought(known: dict[int, dict[str, Any]], until: date) -> None:
    from metrics.analyses.buyers import buyers

    for who, buyer in buyers(until, {}).items():
        if who in known:
            ago = (until - DAY - buyer.last).days
            known[who] |= {"purchases": buyer.purchases, "spent": buyer.money, "days since purchase": ago}


def _subscribed(known: dict[int, dict[str, Any]], until: date) -> None:
    from metrics.analyses.subscribers import YEARS, past_of

    past = past_of(until, {})
    for who in past.there(until):
        if who in known:
            traits = past.traits(who, until)
            known[who] |= {"mrr": past.mrr_of(who, until), "months subscribed": traits[YEARS.name] * 12}
    for who, traits in known.items():
        traits["tickets of 90 days"] = past.tickets_of(who, until)
        traits["last nps"] = past.answer_of(who, until)


def _learned(known: dict[int, dict[str, Any]], until: date) -> None:
    told: tuple[tuple[str, str, Callable[[Any], float]], ...] = (
        ("leaving", "chance to leave", lambda row: 100 * row["chance"]),
        ("customer_values", "chance to return", lambda row: 100 * row["alive"]),
    )
    for key, trait, value in told:
        learned = AnalysisResult.objects.latest_of(key)
        for row in (learned.found or {}).get("customers", []) if learned else []:
            if row["customer"] in known:
                known[row["customer"]][trait] = value(row)
