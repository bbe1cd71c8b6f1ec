"""Verbs on the page of one record: a button, a page that asks, and the record again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.decorators import action

from customers.desk.action import ActionForm, ask


class VerbPages:
    """Mixed into a `RecordAdmin`: buttons of verbs are there for those who may change the record."""

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        row = self.get_queryset(request).filter(pk=object_id).first()  # type: ignore[attr-defined]
        if row is None or not self.has_change_permission(request, row):  # type: ignore[attr-defined]
            return []
        buttons = super().get_actions_detail(request, object_id)  # type: ignore[misc]
        return [button for button in buttons if self.fits(row, button.method.__name__.removesuffix("_here"))]

    def fits(self, row: Any, verb: str) -> bool:
        """Whether a verb has a use for the record as it is; one that is sent all the same is refused by itself."""
        return True


def verb_page(
    name: str, words: str, service: Callable[..., Model], *, form: type[ActionForm] = ActionForm, icon: str = ""
) -> Callable[..., HttpResponse]:
    """A button on a record's page: `solve_here = verb_page("solve", "Solve", solve_ticket)`.

    It opens a page that asks for what the verb needs; sending it carries the verb out.
    """

    @action(description=words, url_path=name.replace("_", "-"), icon=icon)
    def act(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        row = model_admin.get_object(request, object_id)
        if row is None:
            raise Http404
        if not model_admin.has_change_permission(request, row):
            raise PermissionDenied
        back = reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_change", args=[row.pk])
        bound = form(request.POST if request.method == "POST" else None, user=request.user)
        if not bound.is_valid() or not carried_out(model_admin, request, row, service, words, bound):
            page = ask(model_admin, request, model_admin.get_queryset(request).filter(pk=row.pk), name, words, bound)
            page.context_data["back"] = back  # type: ignore[attr-defined]
            return page
        return HttpResponseRedirect(back)

    act.__name__ = f"{name}_here"
    return act


def carried_out(
    model_admin: Any, request: HttpRequest, row: Model, service: Callable[..., Model], words: str, form: ActionForm
) -> bool:
    """Do it whole or not at all; a refusal is said in the form."""
    try:
        with transaction.atomic():
            service(row, by=request.user, **form.cleaned_data)
            model_admin.log_change(request, row, f"{words}.")
    except ValidationError as refusal:
        for field, errors in refusal.update_error_dict({}).items():
            form.add_error(field if field in form.fields else None, errors)
        return False
    model_admin.message_user(request, f"{words}: done.", messages.SUCCESS)
    return True
