"""Orders with their lines, refunds and carts, in JSON."""

from decimal import Decimal
from typing import Any

from django.db.models import Model
from rest_framework import serializers

from customers.doors import RecordSerializer
from customers.doors.serializer import EdgeWords, ScopedRelatedField
from sales.choices import OrderStatus
from sales.models import Cart, Order, OrderLine, Refund
from sales.services.edits import edit_order
from sales.services.orders import place_order

KNOWN_AS = ["source", "external_id"]
MOST_LINES = 500


class LineWords(EdgeWords, serializers.ModelSerializer):
    """One line, as it stands inside its order."""

    serializer_related_field = ScopedRelatedField
    id = serializers.IntegerField(required=False, help_text="Of a line the order has already.")

    class Meta:
        model = OrderLine
        fields = ["id", "product", "description", "quantity", "net", "cost"]
        extra_kwargs = {"quantity": {"min_value": Decimal("0.001")}}


class OrderSerializer(RecordSerializer):
    lines = LineWords(many=True, max_length=MOST_LINES)  # type: ignore[call-arg]

    class Meta:
        model = Order
        fields = [
            "number",
            "customer",
            "owner",
            "placed_at",
            "status",
            "status_at",
            "status_by",
            "channel",
            "campaign",
            "currency",
            "lines",
            *KNOWN_AS,
        ]
        read_only_fields = ["status_at", "status_by"]

    def validate_status(self, status: str) -> str:
        if self.instance and status != self.instance.status:
            raise serializers.ValidationError("Pay, cancel or void the order instead.", code="has-a-verb")
        if not self.instance and status not in (OrderStatus.PENDING, OrderStatus.PAID):
            raise serializers.ValidationError("An order is placed pending or paid.", code="has-a-verb")
        return status

    def row_with(self, attrs: dict[str, Any]) -> Model:
        return super().row_with({name: value for name, value in attrs.items() if name != "lines"})

    def create(self, validated_data: dict[str, Any]) -> Order:
        lines = [OrderLine(**without_id(words)) for words in validated_data.pop("lines")]
        return place_order(Order(**validated_data), lines=lines, by=self.context["request"].user)

    def update(self, instance: Order, validated_data: dict[str, Any]) -> Order:
        return edit_order(instance, by=self.context["request"].user, **validated_data)


def without_id(words: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in words.items() if name != "id"}


class OrderLineSerializer(RecordSerializer):
    class Meta:
        model = OrderLine
        fields = ["order", "product", "description", "quantity", "net", "cost"]
        read_only_fields = fields


class RefundSerializer(RecordSerializer):
    class Meta:
        model = Refund
        fields = ["order", "line", "at", "net", "by", *KNOWN_AS]
        read_only_fields = fields


class CartSerializer(RecordSerializer):
    class Meta:
        model = Cart
        fields = [
            "visitor_key",
            "customer",
            "channel",
            "country",
            "device",
            "created_at",
            "last_activity_at",
            "order",
            *KNOWN_AS,
        ]
