"""Calls, appointments and treatments as JSON."""

from typing import Any

from customers.doors import RecordSerializer
from support.models import AccessSample, Appointment, Fill, Interaction, Treatment
from support.services import log_interaction, offer_appointment


class InteractionSerializer(RecordSerializer):
    class Meta:
        model = Interaction
        fields = [
            "kind",
            "purpose",
            "ticket",
            "deal_id",
            "customer",
            "agent",
            "team",
            "talk_seconds",
            "hold_seconds",
            "wrap_seconds",
            "ended_at",
            "was_abandoned",
            "source",
            "external_id",
        ]

    def create(self, validated_data: dict[str, Any]) -> Interaction:
        return log_interaction(Interaction(**validated_data))


class AppointmentSerializer(RecordSerializer):
    class Meta:
        model = Appointment
        fields = [
            "clinic",
            "provider",
            "starts_at",
            "ends_at",
            "offered_at",
            "customer",
            "status",
            "booked_at",
            "booked_by",
            "settled_at",
            "settled_by",
            "source",
            "external_id",
        ]
        read_only_fields = ["customer", "status", "booked_at", "booked_by", "settled_at", "settled_by"]

    def create(self, validated_data: dict[str, Any]) -> Appointment:
        return offer_appointment(Appointment(**validated_data))


class AccessSampleSerializer(RecordSerializer):
    class Meta:
        model = AccessSample
        fields = ["on", "clinic", "provider", "days", "source", "external_id"]


class TreatmentSerializer(RecordSerializer):
    class Meta:
        model = Treatment
        fields = ["customer", "name", "clinic", "provider", "starts_on", "ends_on", "source", "external_id"]


class FillSerializer(RecordSerializer):
    class Meta:
        model = Fill
        fields = ["treatment", "filled_on", "days", "source", "external_id"]
