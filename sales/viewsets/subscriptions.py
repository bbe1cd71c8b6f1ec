"""Subscriptions over the API."""

from customers.doors import RecordViewSet, RowViewSet, verb
from sales import filters
from sales.models import Subscription, SubscriptionEvent, Term
from sales.serializers import subscriptions, words
from sales.services import subscriptions as services
from sales.viewsets.making import making


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
    renew = making("renew", services.renew_subscription, words.RenewWords, subscriptions.TermSerializer)


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
