"""How good the records are: every rule, how many keep it, and those that do not."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet, Sum

from customers.access import ALL, NONE, OWN, reach
from customers.models import Customer
from customers.rules import Rule
from metrics.analyses.book import About, Analysis, Ask, Choice
from metrics.analyses.shape import Cell, Chart, Column, Figure, Line, Named, Point, Result, Table, Way
from metrics.language import Unit
from metrics.models import QualityCheck
from metrics.quality import RULES, offending

MOST = 5_000
YEAR = timedelta(days=365)
MARKS = 6


class DataQuality(Analysis):
    """How good the records are: the share of all checks they pass, rule by rule, and the records that do not.

    Every morning each rule is held against every record it is about; a rule that matters more weighs more. The score
    is a ratio of sums: weighted checks passed over weighted checks made. A rule opens to the records that break it
    now, so one that is mended is gone at once, while the score waits for the next morning. You see the records you
    look after and those you may see.
    """

    title = "Quality of records"
    about = About.RECORDS
    records = (Customer, QualityCheck)
    choices = (Choice("rule", "Rule"),)
    todo = "The records are looked over every morning; `manage.py analysis --learn` does it now."

    @classmethod
    def work_out(cls, ask: Ask) -> Result:
        rules = {key: rule for key, rule in RULES.items() if _may_know(ask, rule)}
        if ask.said["rule"]:
            return _opened(ask, _chosen(ask.said["rule"], rules))
        checks = _checks(ask, rules)
        last = checks.order_by("-on").values_list("on", flat=True).first()
        if last is None:
            return Result(0, "checks")
        rows = _rows(checks.filter(on=last))
        made, weighed, kept = (sum(row[name] for row in rows) for name in ("made", "asked", "held"))
        score = kept / weighed if weighed else None
        return Result(
            made,
            "checks",
            f"As looked over on {last.day} {last:%B %Y}. Nothing here is estimated.",
            figures=(
                Figure("score", "Score", score, Unit.PERCENT),
                Figure("broken", "Checks not passed", made - sum(row["kept"] for row in rows)),
                Figure("rules", "Rules", len(rows)),
            ),
            charts=tuple(_over_time(checks, last)),
            tables=(_table(rows, rules),),
        )


def _may_know(ask: Ask, rule: Rule) -> bool:
    return ask.user is None or reach(ask.user, rule.rows().model.family, "view") is not NONE


def _checks(ask: Ask, rules: dict[str, Rule]) -> "QuerySet[QualityCheck]":
    """The checks of the records the asker looks after, or their team does, or of all: as far as they see each kind."""
    seen = Q(pk__in=[])
    for key, rule in rules.items():
        seen |= Q(rule=key) & _owners(ask, rule)
    return QualityCheck.objects.filter(seen)


def _owners(ask: Ask, rule: Rule) -> Q:
    far = ALL if ask.user is None else reach(ask.user, rule.rows().model.family, "view")
    if ask.user is None or far is ALL:
        return Q()
    return Q(owner=ask.user) if far is OWN else Q(owner__in=ask.user.team_mates().values("pk"))


def _rows(checks: "QuerySet[QualityCheck]") -> list[dict[str, Any]]:
    sums = (
        checks.order_by()
        .values("rule")
        .annotate(
            made=Sum("checked"),
            kept=Sum("passed"),
            asked=Sum(F("checked") * F("weight")),
            held=Sum(F("passed") * F("weight")),
        )
    )
    rows: list[dict[str, Any]] = [{**row} for row in sums]
    return sorted(rows, key=lambda row: (row["kept"] - row["made"], row["rule"]))


def _table(rows: Sequence[dict[str, Any]], rules: dict[str, Rule]) -> Table:
    columns = (
        Column("rule", "Rule"),
        Column("aspect", "Asks that it is"),
        Column("entity", "Kind of record"),
        Column("checked", "Records"),
        Column("broken", "Break it"),
        Column("share", "Keep it", Unit.PERCENT, is_shaded=True),
        Column("weight", "Weight"),
    )
    told: list[tuple[Cell, ...]] = [
        (
            Way(rule.title, {"rule": rule.key}),
            rule.aspect.value,
            rule.entity,
            row["made"],
            row["made"] - row["kept"],
            row["kept"] / row["made"] if row["made"] else None,
            rule.weight,
        )
        for row in rows
        for rule in [rules[row["rule"]]]
    ]
    return Table(
        "rules", "Rules, the most broken first", columns, tuple(told), "A rule opens to the records that break it."
    )


def _over_time(checks: "QuerySet[QualityCheck]", last: date) -> Iterator[Chart]:
    """The score of each morning, once there are two."""
    days = checks.filter(on__gt=last - YEAR).order_by("on").values_list("on")
    sums = days.annotate(held=Sum(F("passed") * F("weight")), asked=Sum(F("checked") * F("weight")))
    points = tuple(Point(float(on.toordinal()), held / asked) for on, held, asked in sums if asked)
    step = max(1, -(-len(points) // MARKS))
    ticks = tuple((point.x, f"{date.fromordinal(int(point.x)):%-d %b}") for point in points[::step])
    if len(points) > 1:
        yield Chart("score", "Score, morning by morning", (Line("Score", points),), Unit.PERCENT, "", ticks)


def _chosen(said: str, rules: dict[str, Rule]) -> Rule:
    if said not in rules:
        raise ValidationError({"rule": "There is no such rule."})
    return rules[said]


def _opened(ask: Ask, rule: Rule) -> Result:
    """The records that break a rule now."""
    rows = rule.offending(rule.rows()) if ask.user is None else offending(rule, ask.user)
    label = rule.rows().model._meta.label_lower
    found = [(Named(label, row.pk, str(row)), row.pk) for row in rows.order_by("pk")[:MOST]]
    columns = (Column("record", "Record"), Column("number", "Number"))
    empty = "Every record you see keeps this rule."
    table = Table("records", rule.title, columns, tuple(found), empty=empty)
    asks = f"{rule.title}: asks that a {rule.entity} is {rule.aspect.value}."
    return Result(
        max(len(found), 1), "records that break the rule" if found else "rule", tables=(table,), remarks=(asks,)
    )
