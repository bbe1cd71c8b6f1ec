"""The frame of the staff pages: the way through the house on the left, and our own stylesheet."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse

from metrics.admin import looks_after


@dataclass(frozen=True)
class Door:
    """A list of records as it stands in the sidebar."""

    model: str
    icon: str
    title: str = ""


ROOMS: dict[str, tuple[Door, ...]] = {
    "Customers": (
        Door("customers.Customer", "domain"),
        Door("customers.Contact", "contacts"),
        Door("customers.Activity", "history"),
    ),
    "Sales": (
        Door("sales.Lead", "person_add"),
        Door("sales.Deal", "handshake"),
        Door("sales.Order", "receipt_long"),
        Door("sales.Subscription", "autorenew"),
        Door("sales.Offer", "sell"),
        Door("sales.Quota", "target"),
    ),
    "Marketing": (
        Door("sales.Campaign", "campaign"),
        Door("sales.Cost", "payments"),
        Door("customers.EmailSubscription", "mail"),
        Door("customers.Visit", "travel_explore"),
        Door("sales.Cart", "shopping_cart"),
    ),
    "Support": (
        Door("support.Ticket", "confirmation_number"),
        Door("support.Interaction", "call"),
        Door("support.Appointment", "event"),
        Door("support.Treatment", "medication"),
    ),
    "Surveys": (
        Door("surveys.Survey", "rate_review"),
        Door("surveys.Invitation", "outgoing_mail"),
        Door("surveys.Answer", "reviews"),
    ),
    "Numbers": (
        Door("metrics.Goal", "flag"),
        Door("metrics.MarkedDate", "event"),
        Door("metrics.ManualMeasure", "edit_note", "Numbers told by hand"),
        Door("metrics.RuleSegment", "filter_alt", "Segments"),
        Door("metrics.QualityCheck", "fact_check", "Quality of records"),
        Door("metrics.Run", "nightlight"),
        Door("metrics.Snapshot", "history_edu"),
        Door("metrics.PeriodLock", "lock"),
    ),
    "Set up": (
        Door("customers.User", "badge", "People"),
        Door("customers.Team", "groups"),
        Door("customers.ApiToken", "key"),
        Door("customers.Tag", "label"),
        Door("sales.Pipeline", "filter_alt"),
        Door("sales.LostReason", "thumb_down"),
        Door("sales.Product", "inventory_2"),
        Door("sales.ProductLine", "category"),
        Door("sales.Plan", "event_repeat"),
        Door("sales.FxRate", "currency_exchange"),
        Door("support.Schedule", "schedule"),
        Door("support.ServiceLevel", "verified"),
    ),
}
FOLDED = ("Marketing", "Surveys", "Numbers", "Set up")


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The boards and analyses first, then a group a room; only doors that exist and that this person may open."""
    boards = {"title": "Boards", "icon": "monitoring", "link": "/kpis/", "active": _is_board}
    analyses = {"title": "Analyses", "icon": "query_stats", "link": "/kpis/analyses/"}
    groups: list[dict[str, Any]] = [
        {"title": room, "collapsible": room in FOLDED, "items": _open_doors(doors, request)}
        for room, doors in ROOMS.items()
    ]
    if looks_after(request):
        health = {"title": "Health", "icon": "monitor_heart", "link": "/staff/health/"}
        next(group for group in groups if group["title"] == "Numbers")["items"].append(health)
        packs = {"title": "Boards to start with", "icon": "dashboard_customize", "link": "/kpis/packs/"}
        next(group for group in groups if group["title"] == "Set up")["items"].append(packs)
    return [{"items": [boards, analyses]}, *(group for group in groups if group["items"])]


def _is_board(request: HttpRequest) -> bool:
    return request.path.startswith("/kpis/") and not request.path.startswith(("/kpis/analyses/", "/kpis/packs/"))


def stylesheet(request: HttpRequest) -> str:
    return static("crmsite/plumb.css")


def _open_doors(doors: tuple[Door, ...], request: HttpRequest) -> list[dict[str, Any]]:
    items = []
    for door in doors:
        try:
            model = apps.get_model(door.model)
            link = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        except (LookupError, NoReverseMatch):
            continue
        if admin.site.get_model_admin(model).has_view_permission(request):
            title = door.title or str(model._meta.verbose_name_plural).capitalize()
            items.append({"title": title, "icon": door.icon, "link": link})
    return items
