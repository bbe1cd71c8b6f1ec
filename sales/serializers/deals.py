"""Deals and their ways, in JSON."""

from typing import Any

from customers.doors import RecordSerializer
from sales.models import AmountChange, Deal, Offer, Quota, StageChange
from sales.services.deals import open_deal
from sales.services.edits import edit_deal

KNOWN_AS = ["source", "external_id"]


class DealSerializer(RecordSerializer):
    class Meta:
        model = Deal
        fields = [
            "name",
            "customer",
            "contact",
            "lead",
            "owner",
            "pipeline",
            "stage",
            "product",
            "kind",
            "amount",
            "currency",
            "first_year_amount",
            "mrr",
            "channel",
            "lead_source",
            "campaign",
            "created_at",
            "expected_close_on",
            "outcome",
            "closed_at",
            "closed_by",
            "credited_to",
            "lost_reason",
            "note",
            *KNOWN_AS,
        ]
        read_only_fields = ["outcome", "closed_at", "closed_by", "credited_to", "lost_reason"]
        extra_kwargs = {"pipeline": {"required": False}, "stage": {"required": False}}

    def create(self, validated_data: dict[str, Any]) -> Deal:
        return open_deal(Deal(**validated_data), by=self.context["request"].user)

    def update(self, instance: Deal, validated_data: dict[str, Any]) -> Deal:
        return edit_deal(instance, by=self.context["request"].user, **validated_data)


class StageChangeSerializer(RecordSerializer):
    class Meta:
        model = StageChange
        fields = ["deal", "from_stage", "to_stage", "at", "left_at", "by", "owner", "amount"]
        read_only_fields = fields


class AmountChangeSerializer(RecordSerializer):
    class Meta:
        model = AmountChange
        fields = ["deal", "at", "amount", "by"]
        read_only_fields = fields


class OfferSerializer(RecordSerializer):
    class Meta:
        model = Offer
        fields = ["customer", "product", "owner", "kind", "made_at", "accepted_at", "declined_at", *KNOWN_AS]


class QuotaSerializer(RecordSerializer):
    class Meta:
        model = Quota
        fields = ["owner", "team", "starts_on", "ends_on", "amount", "currency", "basis", *KNOWN_AS]
