"""Subscriptions over the API."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from customers.doors import RecordViewSet, RowViewSet, verb
from sales import filters
from sales.models import Subscription, SubscriptionEvent, Term
from sales.serializers import subscriptions, words
from sales.services import subscriptions as services


class SubscriptionViewSet(RecordViewSet):
    queryset = Subscription.objects.all()
    serializer_class = subscriptions.SubscriptionSerializer
    filterset_class = filters.SubscriptionFilter
    ordering_fields = ("started_at", "ended_at", "changed_at")

    change = verb("change", services.change_subscription, words.ChangeWords)
    pause = verb("pause", services.pause_subscription, words.PauseWords)
    resume = verb("resume", services.resume_subscription, words.When)
    cancel = verb("cancel", services.request_cancel, words.PauseWords)
    keep = verb("keep", services.keep_subscription, words.When)
    end = verb("end", services.end_subscription, words.EndWords)

    @extend_schema(
        request=words.RenewWords,
        responses={201: subscriptions.TermSerializer},
        description=services.renew_subscription.__doc__,
    )
    @action(detail=True, methods=["post"])
    def renew(self, request: Request, pk: str | None = None) -> Response:
        term: Term = services.renew_subscription(self.get_object(), by=request.user, **self.words(words.RenewWords))
        return Response(subscriptions.TermSerializer(term, context=self.get_serializer_context()).data, status=201)


class SubscriptionEventViewSet(RowViewSet):
    """What happened to subscriptions, and the MRR from then on. Written by what people do with them."""

    queryset = SubscriptionEvent.objects.all()
    serializer_class = subscriptions.SubscriptionEventSerializer
    filterset_class = filters.SubscriptionEventFilter
    ordering_fields = ("at",)


class TermViewSet(RecordViewSet):
    queryset = Term.objects.all()
    serializer_class = subscriptions.TermSerializer
    filterset_class = filters.TermFilter
    ordering_fields = ("starts_on", "ends_on", "changed_at")
