"""Verbs on the chosen rows of a list: each row is done whole or not at all, and the refusals are said together."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.widgets import INPUT_CLASSES, SELECT_CLASSES

from customers.desk.scope import Choice
from customers.edge import EdgeForm

MOST_ROWS = 500
MOST_REASONS = 5
MOST_CHOICES = 50


class ActionForm(EdgeForm, forms.Form):
    """The words a verb needs: a reason, a date, a stage. Choices are of what this person may see."""

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                rows: Any = field.queryset
                field.queryset = rows.visible_to(user)
                if (
                    type(field) is forms.ModelChoiceField
                    and len(rows.visible_to(user)[: MOST_CHOICES + 1]) > MOST_CHOICES
                ):
                    field.widget = typed_choice(field)
                    continue
            chooses = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = " ".join(SELECT_CLASSES if chooses else INPUT_CLASSES)


def typed_choice(field: Any) -> forms.Widget:
    """Among many rows one is found by typing, as in a form where a relation points at such rows."""
    model = field.queryset.model
    pointing = next(one.field for one in model._meta.related_objects if one.one_to_many or one.one_to_one)
    widget = Choice(pointing, admin.site, choices=field.choices)
    widget.is_required = field.required
    return widget


def verb_action(
    name: str, words: str, service: Callable[..., Any], *, form: type[ActionForm] | None = None
) -> Callable[..., HttpResponse | None]:
    """An action of a list: `win = verb_action("win", "Mark as won", win_deal)`.

    With a form, a page asks first. The service is given the row, what the form held, and `by`.
    """

    @admin.action(description=words, permissions=["change"])
    def act(model_admin: Any, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        said: dict[str, Any] = {}
        if form is not None:
            bound = form(request.POST if "_carry_out" in request.POST else None, user=request.user)
            if not bound.is_valid():
                return ask(model_admin, request, queryset, name, words, bound)
            said = bound.cleaned_data
        carry_out(model_admin, request, queryset, service, said)
        return None

    act.__name__ = name
    return act


def ask(
    model_admin: Any, request: HttpRequest, rows: QuerySet, name: str, words: str, form: ActionForm
) -> HttpResponse:
    """The page between choosing rows and doing something with them."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": words,
        "opts": model_admin.opts,
        "form": form,
        "rows": rows[:MOST_ROWS],
        "action": name,
        "checkbox": helpers.ACTION_CHECKBOX_NAME,
        "chosen": request.POST.getlist(helpers.ACTION_CHECKBOX_NAME),
        "select_across": request.POST.get("select_across", "0"),
    }
    return TemplateResponse(request, "desk/ask.html", context)


def carry_out(
    model_admin: Any, request: HttpRequest, rows: QuerySet, service: Callable[..., Any], said: dict[str, Any]
) -> None:
    """Do it to each row this person may change, and say in one message what was done and what was not."""
    mine = rows.model._default_manager.changeable_by(request.user).filter(pk__in=rows.values("pk"))[: MOST_ROWS + 1]
    rows_to_do: list[Model] = [*mine]
    if len(rows_to_do) > MOST_ROWS:
        model_admin.message_user(request, f"Choose at most {MOST_ROWS} rows at a time.", messages.ERROR)
        return
    done, refusals = 0, []
    for row in rows_to_do:
        try:
            with transaction.atomic():
                service(row, by=request.user, **said)
                model_admin.log_change(request, row, f"{service.__name__.replace('_', ' ').capitalize()}.")
            done += 1
        except ValidationError as refusal:
            refusals.append(f"{row}: {' '.join(refusal.messages)}")
    locked = rows.count() - len(rows_to_do)
    say(model_admin, request, done, refusals, locked)


def say(model_admin: Any, request: HttpRequest, done: int, refusals: list[str], locked: int) -> None:
    parts = [f"Done: {done}."]
    if refusals:
        more = len(refusals) - MOST_REASONS
        parts.append(f"Not done: {len(refusals)}. " + " ".join(refusals[:MOST_REASONS]))
        parts.append(f"And {more} more." if more > 0 else "")
    if locked:
        parts.append(f"Left alone, because they are not yours to change: {locked}.")
    level = messages.SUCCESS if not refusals and not locked else messages.WARNING
    model_admin.message_user(request, " ".join(filter(None, parts)), level)
