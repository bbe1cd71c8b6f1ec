"""The business with a customer, on the customer's page: a card for each room that knows something of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import F, Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from customers import access
from customers.models import Activity, Customer
from sales.admin.deals import OUTCOMES
from sales.admin.orders import COLOURS as ORDER_COLOURS
from sales.admin.show import money
from sales.admin.subscriptions import COLOURS as SUBSCRIPTION_COLOURS
from sales.models import Deal, Order, Subscription
from support.admin.tickets import STATUS_COLOURS
from support.models import Ticket
from surveys.admin import MOOD_COLOURS
from surveys.models import Answer

MOST_COUNTED = 99
SHOWN = 3

Chip = tuple[str, str]  # Its colour and its word.


@dataclass(frozen=True)
class Room:
    """How the rows of one kind stand on the page; `rows` puts them in order and brings along what is shown."""

    model: Any
    plural: str
    title: Callable[[Any], str]
    chip: Callable[[Any], Chip]
    note: Callable[[Any], str]
    on: Callable[[Any], date | None]
    rows: Callable[[Any], QuerySet] = lambda rows: rows
    add: str = ""
    prefilled: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Line:
    link: str
    title: str
    chip: Chip
    note: str
    on: date | None


@dataclass(frozen=True)
class Card:
    title: str
    count: str
    lines: list[Line]
    everything: str
    nothing: str
    list_link: str
    add: str
    add_hint: str
    add_link: str


def activity_chip(activity: Activity) -> Chip:
    if activity.done_at:
        return "success", "Done"
    if activity.due_at and activity.due_at < timezone.now():
        return "danger", "Overdue"
    return "info", "Open"


def open_first(activities: QuerySet) -> QuerySet:
    done = F("done_at").desc(nulls_first=True)
    return activities.order_by(done, F("due_at").asc(nulls_last=True), "-created_at", "-id")


def answer_chip(answer: Answer) -> Chip:
    if answer.voided_at or answer.superseded_by_id:
        return "default", "Voided" if answer.voided_at else "Replaced"
    return MOOD_COLOURS[answer.mood], str(answer.score)


ROOMS = (
    Room(
        Activity,
        "activities",
        title=str,
        chip=activity_chip,
        note=lambda one: one.get_kind_display(),
        on=lambda one: one.done_at or one.due_at or one.created_at,
        rows=open_first,
        add="Log a call",
        prefilled=(("kind", "call"),),
    ),
    Room(
        Deal,
        "deals",
        title=str,
        chip=lambda one: (OUTCOMES[one.outcome], str(one.stage)),
        note=lambda one: money(one.amount, one.currency),
        on=lambda one: one.closed_at or one.created_at,
        rows=lambda rows: rows.select_related("stage"),
    ),
    Room(
        Order,
        "orders",
        title=str,
        chip=lambda one: (ORDER_COLOURS[one.status], one.get_status_display()),
        note=lambda one: money(one.net, one.currency),
        on=lambda one: one.placed_at,
        rows=lambda rows: rows.with_net(),
    ),
    Room(
        Subscription,
        "subscriptions",
        title=lambda one: str(one.plan or "Subscription"),
        chip=lambda one: (SUBSCRIPTION_COLOURS[one.standing], one.standing.label),
        note=lambda one: f"{money(one.mrr, one.currency)} a month",
        on=lambda one: one.started_at,
        rows=lambda rows: rows.select_related("plan"),
    ),
    Room(
        Ticket,
        "tickets",
        title=str,
        chip=lambda one: (STATUS_COLOURS[one.status], one.get_status_display()),
        note=lambda one: one.get_channel_display(),
        on=lambda one: one.created_at,
    ),
    Room(
        Answer,
        "survey answers",
        title=lambda one: one.comment or str(one.survey),
        chip=answer_chip,
        note=lambda one: str(one.survey) if one.comment else "",
        on=lambda one: one.answered_at,
        rows=lambda rows: rows.select_related("survey"),
    ),
)


def cards(customer: Customer, request: HttpRequest) -> Iterator[Card]:
    """A card for each kind of record this person may look at, with the latest of those they may see."""
    for room in ROOMS:
        if admin.site.get_model_admin(room.model).has_view_permission(request):
            yield card(room, customer, request)


def card(room: Room, customer: Customer, request: HttpRequest) -> Card:
    rows = [*room.rows(room.model.objects.filter(customer=customer).visible_to(request.user))[: MOST_COUNTED + 1]]
    may_add = admin.site.get_model_admin(room.model).has_add_permission(request)
    add = {"customer": customer.pk, **dict(room.prefilled)}
    return Card(
        title=room.plural.capitalize(),
        count=f"{MOST_COUNTED}+" if len(rows) > MOST_COUNTED else str(len(rows)),
        lines=[line(room, row) for row in rows[:SHOWN]],
        everything=f"All {room.plural}",
        nothing=nothing(room, request.user),
        list_link=f"{address(room, 'changelist')}?{urlencode({'customer__id__exact': customer.pk})}",
        add=room.add,
        add_hint=room.add or f"Add {room.model._meta.verbose_name}",
        add_link=f"{address(room, 'add')}?{urlencode(add)}" if may_add else "",
    )


def line(room: Room, row: Model) -> Line:
    return Line(address(room, "change", row.pk), room.title(row), room.chip(row), room.note(row), room.on(row))


def nothing(room: Room, user: Any) -> str:
    """Who sees only some of the rows is not told that there are none."""
    far = access.reach(user, room.model.family, "view")
    return f"No {room.plural} yet" if far is access.ALL else f"No {room.plural} yet in {far.words}"


def address(room: Room, page: str, *words: Any) -> str:
    return reverse(f"admin:{room.model._meta.app_label}_{room.model._meta.model_name}_{page}", args=words)
