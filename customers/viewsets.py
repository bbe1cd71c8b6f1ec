"""The API of customer records."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from customers import access, filters, serializers, services
from customers.doors import RecordViewSet, RowViewSet, verb
from customers.models import (
    Activity,
    Contact,
    Customer,
    EmailSubscription,
    KeyEvent,
    LifecycleEvent,
    Tag,
    Team,
    TeamMembership,
    User,
    Visit,
)


class PersonViewSet(RowViewSet):
    queryset = User.objects.all()
    serializer_class = serializers.PersonSerializer
    filterset_class = filters.PersonFilter
    ordering_fields = ("username",)


class TagViewSet(RecordViewSet):
    queryset = Tag.objects.all()
    serializer_class = serializers.TagSerializer
    filterset_class = filters.TagFilter
    ordering_fields = ("name",)


class TeamViewSet(RecordViewSet):
    queryset = Team.objects.all()
    serializer_class = serializers.TeamSerializer
    filterset_class = filters.TeamFilter
    ordering_fields = ("name", "changed_at")


class TeamMembershipViewSet(RecordViewSet):
    queryset = TeamMembership.objects.all()
    serializer_class = serializers.TeamMembershipSerializer
    filterset_class = filters.TeamMembershipFilter
    ordering_fields = ("joined_on",)


class CustomerViewSet(RecordViewSet):
    queryset = Customer.objects.prefetch_related("tags")
    serializer_class = serializers.CustomerSerializer
    filterset_class = filters.CustomerFilter
    ordering_fields = ("name", "acquired_on", "added_at", "changed_at")

    change_lifecycle = verb("change_lifecycle", services.change_lifecycle, serializers.LifecycleWords)
    correct = verb("correct", services.correct_customer, serializers.CorrectionWords)

    @extend_schema(request=serializers.MergeWords)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        """Merge another customer into this one; both must be yours to change."""
        survivor: Any = self.get_object()
        by = access.person(request)
        absorbed = self.words(serializers.MergeWords)["absorbed"]
        if not Customer.objects.changeable_by(by).filter(pk=absorbed.pk).exists():
            raise PermissionDenied("You may not change the other customer.", code="not-allowed")
        return self.answer(services.merge_customers(survivor, absorbed, by=by))


class ContactViewSet(RecordViewSet):
    queryset = Contact.objects.all()
    serializer_class = serializers.ContactSerializer
    filterset_class = filters.ContactFilter
    ordering_fields = ("last_name", "added_at", "changed_at")


class ActivityViewSet(RecordViewSet):
    queryset = Activity.objects.all()
    serializer_class = serializers.ActivitySerializer
    filterset_class = filters.ActivityFilter
    ordering_fields = ("created_at", "due_at", "done_at", "changed_at")

    finish = verb("finish", services.finish_activity, serializers.FinishWords)


class EmailSubscriptionViewSet(RecordViewSet):
    queryset = EmailSubscription.objects.all()
    serializer_class = serializers.EmailSubscriptionSerializer
    filterset_class = filters.EmailSubscriptionFilter
    ordering_fields = ("subscribed_at", "ended_at", "changed_at")

    end = verb("end", services.end_email, serializers.EndEmailWords)


class VisitViewSet(RecordViewSet):
    queryset = Visit.objects.all()
    serializer_class = serializers.VisitSerializer
    filterset_class = filters.VisitFilter
    ordering_fields = ("started_at", "changed_at")


class KeyEventViewSet(RecordViewSet):
    queryset = KeyEvent.objects.all()
    serializer_class = serializers.KeyEventSerializer
    filterset_class = filters.KeyEventFilter
    ordering_fields = ("at",)


class LifecycleEventViewSet(RowViewSet):
    queryset = LifecycleEvent.objects.all()
    serializer_class = serializers.LifecycleEventSerializer
    filterset_class = filters.LifecycleEventFilter
    ordering_fields = ("at",)
