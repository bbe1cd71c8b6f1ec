"""Products, plans, pipelines, reasons and rates, in JSON."""

from typing import Any

from customers.doors import RecordSerializer
from sales.models import FxRate, LostReason, Pipeline, Plan, Product, ProductLine, Stage
from sales.services.pipelines import complete_pipeline

KNOWN_AS = ["source", "external_id"]


class ProductLineSerializer(RecordSerializer):
    class Meta:
        model = ProductLine
        fields = ["code", "name", *KNOWN_AS]


class ProductSerializer(RecordSerializer):
    class Meta:
        model = Product
        fields = ["name", "sku", "line", "unit_price", "unit_cost", "currency", *KNOWN_AS]


class PlanSerializer(RecordSerializer):
    class Meta:
        model = Plan
        fields = ["code", "name", "product", "interval", "interval_count", "price", "currency", *KNOWN_AS]


class PipelineSerializer(RecordSerializer):
    """A new pipeline gets its won and lost stages by itself."""

    class Meta:
        model = Pipeline
        fields = ["name", "is_default", *KNOWN_AS]

    def create(self, validated_data: dict[str, Any]) -> Pipeline:
        return complete_pipeline(super().create(validated_data))


class StageSerializer(RecordSerializer):
    class Meta:
        model = Stage
        fields = ["pipeline", "name", "position", "kind", "probability", "rot_after_days", *KNOWN_AS]


class LostReasonSerializer(RecordSerializer):
    class Meta:
        model = LostReason
        fields = ["name", "is_duplicate", *KNOWN_AS]


class FxRateSerializer(RecordSerializer):
    class Meta:
        model = FxRate
        fields = ["base", "quote", "on", "rate", *KNOWN_AS]
