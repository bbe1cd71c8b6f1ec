"""Leads, in JSON."""

from typing import Any

from rest_framework import serializers

from customers.doors import RecordSerializer
from sales.choices import LeadStatus
from sales.models import Lead
from sales.services.edits import edit_lead
from sales.services.leads import take_lead


class LeadSerializer(RecordSerializer):
    status = serializers.ChoiceField(choices=LeadStatus.choices, read_only=True)

    class Meta:
        model = Lead
        fields = [
            "name",
            "company",
            "email",
            "phone",
            "lead_source",
            "channel",
            "campaign",
            "owner",
            "segment",
            "country",
            "entered_by_staff",
            "status",
            "created_at",
            "first_contacted_at",
            "contacted_by",
            "qualified_at",
            "qualified_by",
            "disqualified_at",
            "disqualified_by",
            "converted_at",
            "converted_by",
            "customer",
            "is_spam",
            "duplicate_of",
            "was_customer",
            "note",
            "source",
            "external_id",
        ]
        read_only_fields = [
            "contacted_by",
            "qualified_by",
            "disqualified_at",
            "disqualified_by",
            "converted_at",
            "converted_by",
            "customer",
            "is_spam",
            "duplicate_of",
            "was_customer",
        ]

    def create(self, validated_data: dict[str, Any]) -> Lead:
        return take_lead(Lead(**validated_data), by=self.context["request"].user)

    def update(self, instance: Lead, validated_data: dict[str, Any]) -> Lead:
        return edit_lead(instance, by=self.context["request"].user, **validated_data)
