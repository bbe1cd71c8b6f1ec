"""The staff site: who may come in, what is on it is each room's own."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite

from customers import access


def may_enter(user: Any) -> bool:
    """People with a role here; being on Django's staff is neither needed nor enough."""
    return user.is_authenticated and user.is_active and bool(user.is_superuser or access.roles_of(user))


class SignIn(AuthenticationForm):
    def confirm_login_allowed(self, user: Any) -> None:
        if not may_enter(user):
            raise ValidationError("You have no role here yet. Ask an administrator for one.", code="no-role")


class Choices(AutocompleteJsonView):
    """What a relation can be pointed at: rows this person may see, by what they typed."""

    def get_queryset(self) -> QuerySet:
        return self.model_admin.choices(super().get_queryset())  # type: ignore[attr-defined]


class StaffSite(UnfoldAdminSite):
    login_form = SignIn
    index_title = "All records"

    def has_permission(self, request: HttpRequest) -> bool:
        return may_enter(request.user)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        return Choices.as_view(admin_site=self)(request)
