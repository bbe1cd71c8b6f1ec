"""Subscriptions, what happened to them, and their terms, in JSON."""

from typing import Any

from rest_framework import serializers

from customers.doors import RecordSerializer
from sales.choices import Standing
from sales.models import Subscription, SubscriptionEvent, Term
from sales.services.edits import edit_subscription
from sales.services.subscriptions import start_subscription

KNOWN_AS = ["source", "external_id"]
MOMENTS = ["started_at", "trial_ends_at"]


class SubscriptionSerializer(RecordSerializer):
    """Terms as agreed now; `mrr` is what they come to in a month."""

    mrr = serializers.DecimalField(max_digits=24, decimal_places=6, read_only=True)
    standing = serializers.ChoiceField(choices=Standing.choices, read_only=True)
    term_ends_on = serializers.DateField(write_only=True, required=False, help_text="Where a term is contracted.")

    class Meta:
        model = Subscription
        fields = [
            "customer",
            "plan",
            "owner",
            "interval",
            "interval_count",
            "quantity",
            "price",
            "discount",
            "currency",
            "mrr",
            "standing",
            *MOMENTS,
            "term_ends_on",
            "paused_at",
            "cancel_requested_at",
            "ended_at",
            "note",
            *KNOWN_AS,
        ]
        read_only_fields = ["paused_at", "cancel_requested_at", "ended_at"]
        extra_kwargs = {"price": {"required": False}, "interval_count": {"min_value": 1}}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for name in (*MOMENTS, "term_ends_on") if self.instance else ():
            if name in attrs and attrs[name] != getattr(self.instance, name, None):
                raise serializers.ValidationError({name: "This is set once, at the start."}, code="set-once")
        if not self.instance and "price" not in attrs and not attrs.get("plan"):
            raise serializers.ValidationError({"price": "Name a price or a plan."}, code="required")
        term_ends_on = attrs.pop("term_ends_on", None)
        return super().validate(attrs) | ({"term_ends_on": term_ends_on} if term_ends_on else {})

    def create(self, validated_data: dict[str, Any]) -> Subscription:
        term_ends_on = validated_data.pop("term_ends_on", None)
        user = self.context["request"].user
        return start_subscription(Subscription(**validated_data), term_ends_on=term_ends_on, by=user)

    def update(self, instance: Subscription, validated_data: dict[str, Any]) -> Subscription:
        return edit_subscription(instance, by=self.context["request"].user, **validated_data)


class SubscriptionEventSerializer(RecordSerializer):
    class Meta:
        model = SubscriptionEvent
        fields = ["subscription", "kind", "at", "mrr", "plan", "quantity", "owner", "reason", "is_involuntary", "by"]
        read_only_fields = fields


class TermSerializer(RecordSerializer):
    class Meta:
        model = Term
        fields = ["subscription", "starts_on", "ends_on", "mrr", "renewed_by", "renewed_at", *KNOWN_AS]
        read_only_fields = ["renewed_by", "renewed_at"]
