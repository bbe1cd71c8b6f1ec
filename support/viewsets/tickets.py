"""Tickets over the API: opened, answered, handed on, solved."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from customers.doors import RecordViewSet, RowViewSet, verb
from support import filters, services
from support.models import Message, Ticket, TicketEvent
from support.serializers import tickets, words


class TicketViewSet(RecordViewSet):
    queryset = Ticket.objects.all()
    serializer_class = tickets.TicketSerializer
    filterset_class = filters.TicketFilter
    ordering_fields = ("created_at", "replied_at", "solved_at", "reply_due_at", "solve_due_at", "changed_at")

    assign = verb("assign", services.assign_ticket, words.AssignWords)
    reply = verb("reply", services.reply_to_ticket, words.ReplyWords)
    customer_reply = verb("customer_reply", services.customer_replies, words.CustomerReplyWords)
    wait = verb("wait", services.wait_for_customer, words.AtWords)
    solve = verb("solve", services.solve_ticket, words.AtWords)
    reopen = verb("reopen", services.reopen_ticket, words.AtWords)
    close = verb("close", services.close_ticket, words.AtWords)
    escalate = verb("escalate", services.escalate, words.AtWords)
    spam = verb("spam", services.mark_spam, words.AtWords)
    not_spam = verb("not_spam", services.mark_not_spam, words.AtWords)

    @extend_schema(request=words.MergeTicketWords)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        """Merge another ticket into this one; both must be yours to change."""
        survivor: Any = self.get_object()
        user: Any = request.user
        said = self.words(words.MergeTicketWords)
        if not Ticket.objects.changeable_by(user).filter(pk=said["absorbed"].pk).exists():
            raise PermissionDenied("You may not change the other ticket.", code="not-allowed")
        return self.answer(services.merge_tickets(survivor, by=user, **said))


class TicketEventViewSet(RowViewSet):
    """What happened to tickets. Written by the verbs; late history is told to them with `at`."""

    queryset = TicketEvent.objects.all()
    serializer_class = tickets.TicketEventSerializer
    filterset_class = filters.TicketEventFilter
    ordering_fields = ("at",)


class MessageViewSet(RowViewSet):
    """Words in tickets. Written by `reply` and `customer-reply`."""

    queryset = Message.objects.all()
    serializer_class = tickets.MessageSerializer
    filterset_class = filters.MessageFilter
    ordering_fields = ("at",)
