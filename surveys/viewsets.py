"""Surveys over the API: written, sent, answered."""

from customers.doors import RecordViewSet, verb
from support.serializers.words import AtWords
from surveys import filters, serializers, services
from surveys.models import Answer, Invitation, Survey

WITHOUT_CHANGING = ["get", "head", "options", "post"]


class SurveyViewSet(RecordViewSet):
    queryset = Survey.objects.all()
    serializer_class = serializers.SurveySerializer
    filterset_class = filters.SurveyFilter
    ordering_fields = ("name", "changed_at")


class InvitationViewSet(RecordViewSet):
    """Making one answers with its link, once; sending it is yours."""

    queryset = Invitation.objects.all()
    serializer_class = serializers.InvitationSerializer
    filterset_class = filters.InvitationFilter
    ordering_fields = ("sent_at", "changed_at")
    http_method_names = WITHOUT_CHANGING

    bounce = verb("bounce", services.bounce_invitation, AtWords)


class AnswerViewSet(RecordViewSet):
    """Answers are taken from links, or recorded here when given elsewhere; a wrong one is voided."""

    queryset = Answer.objects.all()
    serializer_class = serializers.AnswerSerializer
    filterset_class = filters.AnswerFilter
    ordering_fields = ("answered_at", "score", "changed_at")
    http_method_names = WITHOUT_CHANGING

    void = verb("void", services.void_answer, AtWords)
