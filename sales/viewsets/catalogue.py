"""What everybody in sales shares, over the API."""

from customers.doors import RecordViewSet
from sales import filters
from sales.models import FxRate, LostReason, Pipeline, Plan, Product, ProductLine, Stage
from sales.serializers import catalogue


class ProductLineViewSet(RecordViewSet):
    queryset = ProductLine.objects.all()
    serializer_class = catalogue.ProductLineSerializer
    filterset_class = filters.ProductLineFilter
    ordering_fields = ("name", "changed_at")


class ProductViewSet(RecordViewSet):
    queryset = Product.objects.all()
    serializer_class = catalogue.ProductSerializer
    filterset_class = filters.ProductFilter
    ordering_fields = ("name", "changed_at")


class PlanViewSet(RecordViewSet):
    queryset = Plan.objects.all()
    serializer_class = catalogue.PlanSerializer
    filterset_class = filters.PlanFilter
    ordering_fields = ("name", "changed_at")


class PipelineViewSet(RecordViewSet):
    queryset = Pipeline.objects.all()
    serializer_class = catalogue.PipelineSerializer
    filterset_class = filters.PipelineFilter
    ordering_fields = ("name", "changed_at")


class StageViewSet(RecordViewSet):
    queryset = Stage.objects.all()
    serializer_class = catalogue.StageSerializer
    filterset_class = filters.StageFilter
    ordering_fields = ("position", "changed_at")


class LostReasonViewSet(RecordViewSet):
    queryset = LostReason.objects.all()
    serializer_class = catalogue.LostReasonSerializer
    filterset_class = filters.LostReasonFilter
    ordering_fields = ("name", "changed_at")


class FxRateViewSet(RecordViewSet):
    queryset = FxRate.objects.all()
    serializer_class = catalogue.FxRateSerializer
    filterset_class = filters.FxRateFilter
    ordering_fields = ("on", "changed_at")
