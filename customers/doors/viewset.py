"""The doors themselves: lists, rows and verbs, open as far as the table of rights says."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db.models import Model, QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import GenericViewSet

from customers import access, removal
from customers.doors.paging import KeysetPagination
from customers.doors.problems import Conflict, Stale
from customers.doors.serializer import Words
from customers.edge import JSONParser

READING = ("GET", "HEAD", "OPTIONS")


class RowViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, GenericViewSet):
    """Rows to be read: the list and one by one, of what this person may see."""

    parser_classes = [JSONParser]
    pagination_class = KeysetPagination
    ordering_fields: tuple[str, ...] = ()
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet:
        queryset: Any = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return queryset
        return queryset.visible_to(self.request.user)

    def get_object(self) -> Model:
        """The row of the address; what one may not see is not there."""
        row = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if row is None:
            raise Http404
        return row

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        version = response.data.get("version") if isinstance(response.data, dict) else None
        if version is not None and response.status_code < 300:
            response["ETag"] = f'"{version}"'
        return response


class RecordViewSet(mixins.CreateModelMixin, mixins.UpdateModelMixin, mixins.DestroyModelMixin, RowViewSet):
    """Records to be read, added, changed and removed. `If-Match: "<version>"` refuses to overwrite what moved on."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Nobody without the right gets as far as being told what is wrong with their words."""
        super().initial(request, *args, **kwargs)
        if self.action == "create":
            model = self.get_queryset().model
            if access.reach(request.user, model.family, "change") is access.NONE:
                raise PermissionDenied("You may not add these.", code="not-allowed")

    def get_object(self) -> Model:
        """The row; before a change it is locked, and must be this person's to change and as they last saw it."""
        if self.request.method in READING:
            return super().get_object()
        row = super().get_object()
        removing = self.request.method == "DELETE"
        words = "deletable_by" if removing else "changeable_by"
        mine = getattr(type(row)._default_manager.all(), words)(self.request.user)
        row = mine.select_for_update(of=("self",)).filter(pk=row.pk).first()
        if row is None:
            raise PermissionDenied(f"You may not {'delete' if removing else 'change'} this.", code="not-allowed")
        self.refuse_stale(row)
        return row

    def refuse_stale(self, row: Any) -> None:
        wanted = self.request.headers.get("If-Match", "*")
        version = getattr(row, "version", None)
        if wanted.strip() == "*" or version is None:
            return
        known = {tag.strip().removeprefix("W/").strip('"') for tag in wanted.split(",")}
        if str(version) not in known:
            raise Stale(f"This record was changed at {row.changed_at.isoformat()}. Read it again.")

    def perform_create(self, serializer: Any) -> None:
        serializer.save()
        note(self.request.user, serializer.instance, ADDITION)

    def perform_update(self, serializer: Any) -> None:
        serializer.save()
        note(self.request.user, serializer.instance, CHANGE)

    def perform_destroy(self, instance: Model) -> None:
        going = removal.Removal([instance], self.request.user)
        if going.hidden:
            raise Conflict("Other records go with this one, and you may not delete all of them.", code="in-use")
        note(self.request.user, instance, DELETION)
        instance.delete()

    def words(self, words: type[Words] | None) -> dict[str, Any]:
        """What came with a verb, understood."""
        serializer = (words or Words)(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def answer(self, row: Model, status: int = 200) -> Response:
        """The record as it stands now."""
        return Response(self.get_serializer(self.get_queryset().filter(pk=row.pk).first() or row).data, status=status)


def verb(
    name: str, service: Callable[..., Model], words: type[Words] | None = None, **kwargs: Any
) -> Callable[..., Response]:
    """A verb on one record: `win = verb("win", win_deal, WinWords)` opens `POST /deals/5/win/` and answers the deal.

    The service is given the record, what the words held, and `by`. A service that makes another record (converting a
    lead) needs a method of its own.
    """

    def carry_out(self: RecordViewSet, request: Request, pk: str | None = None) -> Response:
        row = self.get_object()
        said = self.words(words)
        service(row, by=request.user, **said)
        note(request.user, row, CHANGE, name)
        return self.answer(row)

    carry_out.__name__ = name
    carry_out.__doc__ = service.__doc__
    opened = action(detail=True, methods=["post"], url_path=name.replace("_", "-"), **kwargs)(carry_out)
    return extend_schema(request=words, description=service.__doc__)(opened)


class Router(SimpleRouter):
    """A resource is named in the scopes of a token as in its address: `deals:read` for `/deals/`."""

    def register(self, prefix: str, viewset: type, basename: str | None = None) -> None:
        super().register(prefix, viewset, basename or prefix)


def note(user: Any, row: Model, flag: int, what: str = "") -> None:
    """A line in the history of the record, beside those the staff pages write."""
    message = f"Over the API: {what}." if what else "Over the API."
    LogEntry.objects.log_actions(user.pk, [row], flag, message, single_object=True)
