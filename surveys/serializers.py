"""Surveys, invitations and answers as JSON."""

from typing import Any

from rest_framework import serializers

from customers.doors import RecordSerializer
from surveys.letter import link
from surveys.models import Answer, Invitation, Survey
from surveys.services import invite, record_answer


class SurveySerializer(RecordSerializer):
    class Meta:
        model = Survey
        fields = [
            "name",
            "kind",
            "question",
            "scale_min",
            "scale_max",
            "satisfied_from",
            "promoter_from",
            "detractor_to",
            "is_relational",
            "index_weight",
            "answer_within",
            "cool_down",
            "is_active",
            "source",
            "external_id",
        ]


class InvitationSerializer(RecordSerializer):
    """The link is in the answer to the request that made the invitation, and nowhere else."""

    at = serializers.DateTimeField(write_only=True, required=False, help_text="When it was sent; now, if not told.")
    link = serializers.SerializerMethodField(help_text="Shown once, when the invitation is made.")

    class Meta:
        model = Invitation
        fields = [
            "survey",
            "customer",
            "contact",
            "ticket",
            "order",
            "appointment",
            "wave",
            "at",
            "link",
            "agent",
            "invited_by",
            "sent_at",
            "bounced_at",
            "expires_at",
            "source",
            "external_id",
        ]
        read_only_fields = ["agent", "invited_by", "sent_at", "bounced_at", "expires_at", "source", "external_id"]

    def get_link(self, invitation: Invitation) -> str | None:
        token = getattr(invitation, "token", None)
        return link(token) if token else None

    def create(self, validated_data: dict[str, Any]) -> Invitation:
        survey = validated_data.pop("survey")
        invitation, token = invite(survey, by=self.context["request"].user, **validated_data)
        invitation.token = token  # type: ignore[attr-defined]  # for this one response
        return invitation


class AnswerSerializer(RecordSerializer):
    class Meta:
        model = Answer
        fields = [
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
            "comment",
            "answered_at",
            "superseded_by",
            "voided_at",
            "voided_by",
            "source",
            "external_id",
        ]
        read_only_fields = ["invitation", "superseded_by", "voided_at", "voided_by"]

    def create(self, validated_data: dict[str, Any]) -> Answer:
        survey, at = validated_data.pop("survey"), validated_data.pop("answered_at", None)
        return record_answer(survey, at=at, **validated_data)
