"""What lists of survey records can be asked."""

from customers.doors import RecordFilter, operators
from surveys.models import Answer, Invitation, Survey


class SurveyFilter(RecordFilter):
    searched = ("name", "question")

    class Meta(RecordFilter.Meta):
        model = Survey
        fields = operators(Survey, "name", "kind", "is_relational", "is_active")


class InvitationFilter(RecordFilter):
    class Meta(RecordFilter.Meta):
        model = Invitation
        fields = operators(
            Invitation,
            "survey",
            "customer",
            "contact",
            "ticket",
            "order",
            "appointment",
            "agent",
            "wave",
            "sent_at",
            "bounced_at",
            "expires_at",
        )


class AnswerFilter(RecordFilter):
    searched = ("comment",)

    class Meta(RecordFilter.Meta):
        model = Answer
        fields = operators(
            Answer,
            "survey",
            "invitation",
            "customer",
            "ticket",
            "order",
            "appointment",
            "agent",
            "team",
            "channel",
            "wave",
            "score",
            "answered_at",
            "superseded_by",
            "voided_at",
        )
