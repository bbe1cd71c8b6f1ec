"""Tickets and what happened in them as JSON; a ticket's dates are read here and set by the verbs."""

from typing import Any

from rest_framework import serializers

from customers.doors import RecordSerializer
from support.models import Message, Ticket, TicketEvent
from support.services import open_ticket, replay

OPENING = ("agent", "team", "created_at")


class TicketSerializer(RecordSerializer):
    body = serializers.CharField(
        write_only=True, required=False, allow_blank=True, help_text="The customer's first words; on opening only."
    )

    class Meta:
        model = Ticket
        fields = [
            "number",
            "subject",
            "body",
            "customer",
            "contact",
            "channel",
            "priority",
            "product_line",
            "status",
            "agent",
            "team",
            "first_agent",
            "first_team",
            "schedule",
            "created_at",
            "awaited_since",
            "replied_at",
            "replied_by",
            "first_solved_at",
            "solved_at",
            "solved_by",
            "closed_at",
            "reopened_count",
            "reply_count",
            "was_escalated",
            "waited_on_customer",
            "waited_on_customer_business",
            "reply_delay_business",
            "first_resolution_business",
            "resolution_business",
            "reply_due_at",
            "solve_due_at",
            "is_spam",
            "merged_into",
            "source",
            "external_id",
        ]
        read_only_fields = [
            "first_agent",
            "first_team",
            "status",
            "awaited_since",
            "replied_at",
            "replied_by",
            "first_solved_at",
            "solved_at",
            "solved_by",
            "closed_at",
            "reopened_count",
            "reply_count",
            "was_escalated",
            "waited_on_customer",
            "waited_on_customer_business",
            "reply_delay_business",
            "first_resolution_business",
            "resolution_business",
            "is_spam",
            "merged_into",
        ]

    def get_fields(self) -> dict[str, Any]:
        """Who has the ticket and when it began is said on opening; afterwards `assign` hands it on."""
        fields = super().get_fields()
        if isinstance(self.instance, Ticket):
            del fields["body"]
            for name in OPENING:
                fields[name].read_only = True
        return fields

    def create(self, validated_data: dict[str, Any]) -> Ticket:
        body = validated_data.pop("body", "")
        return open_ticket(Ticket(**validated_data), body=body, by=self.context["request"].user)

    def update(self, instance: Ticket, validated_data: dict[str, Any]) -> Ticket:
        """Another schedule means other durations."""
        return replay(super().update(instance, validated_data))


class TicketEventSerializer(RecordSerializer):
    class Meta:
        model = TicketEvent
        fields = ["ticket", "kind", "at", "actor", "agent", "team"]


class MessageSerializer(RecordSerializer):
    class Meta:
        model = Message
        fields = ["ticket", "author_kind", "author", "body", "is_public", "at"]
