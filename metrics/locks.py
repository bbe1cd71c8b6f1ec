"""The locks of the books over the API: seen by everybody, set and lifted by who looks after the numbers."""

from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.mixins import CreateModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from customers import access
from customers.doors import RecordFilter, RecordSerializer, RowViewSet, operators
from customers.doors.viewset import note
from metrics.models import PeriodLock
from metrics.services import lift_lock, lock_books

NOT_YOURS = "You may not lock or open the books."


class PeriodLockSerializer(RecordSerializer):
    class Meta:
        model = PeriodLock
        fields = ["through", "run", "note", "locked_at", "locked_by", "lifted_at", "lifted_by"]
        read_only_fields = ["run", "locked_at", "locked_by", "lifted_at", "lifted_by"]

    def create(self, validated_data: dict[str, Any]) -> PeriodLock:
        return lock_books(**validated_data, by=self.context["request"].user)


class PeriodLockFilter(RecordFilter):
    class Meta(RecordFilter.Meta):
        model = PeriodLock
        fields = operators(PeriodLock, "through", "locked_at", "lifted_at")


class PeriodLockViewSet(CreateModelMixin, RowViewSet):
    """The books are locked up to a day; what changes afterwards is an adjustment beside what was reported."""

    queryset = PeriodLock.objects.all()
    serializer_class = PeriodLockSerializer
    filterset_class = PeriodLockFilter
    ordering_fields = ("through", "locked_at")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Nobody without the right gets as far as being told what is wrong with their words."""
        super().initial(request, *args, **kwargs)
        if self.action == "create" and access.reach(request.user, PeriodLock.family, "change") is access.NONE:
            raise PermissionDenied(NOT_YOURS, code="not-allowed")

    def perform_create(self, serializer: Any) -> None:
        serializer.save()
        note(self.request.user, serializer.instance, ADDITION)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, pk: str | None = None) -> Response:
        """Open the books again, back to the lock before."""
        lock: Any = self.get_object()
        if not PeriodLock.objects.changeable_by(request.user).filter(pk=lock.pk).exists():
            raise PermissionDenied(NOT_YOURS, code="not-allowed")
        lifted = lift_lock(lock, by=access.person(request))
        note(request.user, lifted, CHANGE, "lift")
        return Response(self.get_serializer(lifted).data)
