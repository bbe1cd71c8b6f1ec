"""Every way numbers can be cut, and how the members of each are called.

A dimension's `id` and `key` are in the ledger for good: never change or reuse one. Unknown is a member, written ''.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.apps import apps

from customers.choices import Channel, CompanySize, Device, Gender
from customers.models import Team, User
from metrics.language import Dimension
from sales.choices import CostCategory, DealKind
from sales.models import Campaign, LostReason, Plan, Product, ProductLine, Stage
from support.choices import InteractionKind, Priority, Purpose, TicketChannel
from surveys.models import Survey

NONE = "(none)"

# From the row.
OWNER = Dimension(1, "owner", "Owner")
AGENT = Dimension(2, "agent", "Agent")
CHANNEL = Dimension(5, "channel", "Channel")
CAMPAIGN = Dimension(6, "campaign", "Campaign")
LINE = Dimension(7, "line", "Product line")
PRODUCT = Dimension(8, "product", "Product")
PLAN = Dimension(9, "plan", "Plan")
SOURCE = Dimension(10, "source", "Lead source")
STAGE = Dimension(11, "stage", "Stage")
LOST_REASON = Dimension(12, "lost_reason", "Lost reason")
PRIORITY = Dimension(13, "priority", "Priority")
SURVEY = Dimension(14, "survey", "Survey")
KIND = Dimension(15, "kind", "Kind")
CATEGORY = Dimension(16, "category", "Cost category")
DEVICE = Dimension(17, "device", "Device")
LANDING = Dimension(18, "landing", "Landing page")
MAILING_LIST = Dimension(19, "mailing_list", "Mailing list")
CLINIC = Dimension(40, "clinic", "Clinic")
PROVIDER = Dimension(41, "provider", "Provider")
SCORE = Dimension(42, "score", "Score")
ENTITY = Dimension(43, "entity", "Kind of record")
RULE = Dimension(44, "rule", "Rule")
GOAL = Dimension(45, "goal", "Goal")
MANUAL = Dimension(46, "manual", "Recorded by hand")

# From the person who did the work, as their team stood on the day.
TEAM = Dimension(3, "team", "Team", "person", "name")
OFFICE = Dimension(4, "office", "Office", "person", "office")

# From the customer, as described at the moment.
SEGMENT = Dimension(20, "segment", "Segment", "customer", "segment")
COUNTRY = Dimension(21, "country", "Country", "customer", "country")
INDUSTRY = Dimension(22, "industry", "Industry", "customer", "industry")
REGION = Dimension(23, "region", "Region", "customer", "region")
SIZE = Dimension(24, "size", "Company size", "customer", "company_size")
GENDER = Dimension(25, "gender", "Gender", "customer", "gender")
AGE = Dimension(26, "age", "Age band", "customer", "age")
ACQUIRED_BY = Dimension(27, "acquired_by", "Acquisition channel", "customer", "acquisition_channel")

# From when the customer first paid.
COHORT = Dimension(28, "cohort", "Won in")

CUSTOMER = (SEGMENT, COUNTRY, INDUSTRY, REGION, SIZE, GENDER, AGE, ACQUIRED_BY)
PEOPLE = (TEAM, OFFICE)

DIMENSIONS: dict[str, Dimension] = {
    d.key: d
    for d in (
        OWNER,
        AGENT,
        *PEOPLE,
        CHANNEL,
        CAMPAIGN,
        LINE,
        PRODUCT,
        PLAN,
        SOURCE,
        STAGE,
        LOST_REASON,
        PRIORITY,
        SURVEY,
        KIND,
        CATEGORY,
        DEVICE,
        LANDING,
        MAILING_LIST,
        CLINIC,
        PROVIDER,
        SCORE,
        ENTITY,
        RULE,
        GOAL,
        MANUAL,
        COHORT,
        *CUSTOMER,
    )
}


def _rows(model: Any, field: str = "name", key: str = "pk") -> Callable[[list[str]], dict[str, str]]:
    def names(members: list[str]) -> dict[str, str]:
        found = model.objects.filter(**{f"{key}__in": members}).values_list(key, field)
        return {str(member): str(name) for member, name in found}

    return names


def _later(model: str, field: str = "name", key: str = "pk") -> Callable[[list[str]], dict[str, str]]:
    """Rows of our own room, whose models are read after the dimensions."""
    return lambda members: _rows(apps.get_model("metrics", model), field, key)(members)


def _rules(members: list[str]) -> dict[str, str]:
    from metrics.quality import RULES

    return {member: RULES[member].title for member in members if member in RULES}


def _people(members: list[str]) -> dict[str, str]:
    return {str(user.pk): str(user) for user in User.objects.filter(pk__in=members)}


def _stages(members: list[str]) -> dict[str, str]:
    found = Stage.objects.filter(pk__in=members).select_related("pipeline")
    names = [stage.name for stage in found]
    return {str(s.pk): s.name if names.count(s.name) == 1 else f"{s.name} ({s.pipeline})" for s in found}


def _words(*choices: Any) -> Callable[[list[str]], dict[str, str]]:
    labels = {value: label for choice in choices for value, label in choice.choices}
    return lambda members: {m: labels[m] for m in members if m in labels}


def _months(members: list[str]) -> dict[str, str]:
    """2025-03 as people write it: Mar 2025."""
    return {member: f"{date.fromisoformat(f'{member}-01'):%b %Y}" for member in members}


LABELS: dict[str, Callable[[list[str]], dict[str, str]]] = {
    "owner": _people,
    "agent": _people,
    "team": _rows(Team),
    "campaign": _rows(Campaign, key="code"),
    "line": _rows(ProductLine, key="code"),
    "product": _rows(Product),
    "plan": _rows(Plan),
    "cohort": _months,
    "stage": _stages,
    "lost_reason": _rows(LostReason),
    "survey": _rows(Survey),
    "channel": _words(TicketChannel, Channel),
    "priority": _words(Priority),
    "kind": _words(InteractionKind, Purpose, DealKind),
    "category": _words(CostCategory),
    "device": _words(Device),
    "goal": _later("Goal"),
    "manual": _later("ManualMeasure", "title", "key"),
    "rule": _rules,
    "size": _words(CompanySize),
    "gender": _words(Gender),
    "acquired_by": _words(Channel),
}


def labels(dimension: Dimension, members: Iterable[str]) -> dict[str, str]:
    """What people call the members of a dimension."""
    wanted = [m for m in members if m]
    known = LABELS[dimension.key](wanted) if dimension.key in LABELS and wanted else {}
    return {"": NONE, **{m: known.get(m, m) for m in wanted}}
