"""The API of what managers steer by: goals, numbers told by hand, and the quality of records."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from customers import access
from customers.doors import RecordFilter, RecordSerializer, RecordViewSet, RowViewSet, operators
from metrics.asking import plain, text
from metrics.chances import needed_for
from metrics.evaluate import exact
from metrics.goals import kpi_for, standing_of
from metrics.models import Goal, GoalReading, ManualMeasure, ManualValue, QualityCheck, RuleSegment
from metrics.quality import RULES, offending
from metrics.registry import kpi_of
from metrics.sight import COMPANY, sight_of

LISTED = 200


class ManualMeasureSerializer(RecordSerializer):
    class Meta:
        model = ManualMeasure
        fields = ["key", "title", "definition", "unit", "good", "joined", "source", "external_id"]


class ManualMeasureFilter(RecordFilter):
    searched = ("title", "key")

    class Meta(RecordFilter.Meta):
        model = ManualMeasure
        fields = operators(ManualMeasure, "key", "title", "unit")


class ManualMeasureViewSet(RecordViewSet):
    """What people measure by hand. Each is a KPI: `manual_` and its key."""

    queryset = ManualMeasure.objects.all()
    serializer_class = ManualMeasureSerializer
    filterset_class = ManualMeasureFilter
    ordering_fields = ("title", "changed_at")


class RuleSegmentSerializer(RecordSerializer):
    class Meta:
        model = RuleSegment
        fields = ["name", "rule", "why", "kept_through", "source", "external_id"]
        read_only_fields = ["kept_through"]


class RuleSegmentFilter(RecordFilter):
    searched = ("name", "rule")

    class Meta(RecordFilter.Meta):
        model = RuleSegment
        fields = operators(RuleSegment, "name", "kept_through")


class RuleSegmentViewSet(RecordViewSet):
    """Segments by rule. Who is in one, and was, is the analysis `segments`."""

    queryset = RuleSegment.objects.all()
    serializer_class = RuleSegmentSerializer
    filterset_class = RuleSegmentFilter
    ordering_fields = ("name", "changed_at")


class ManualValueSerializer(RecordSerializer):
    class Meta:
        model = ManualValue
        fields = ["measure", "starts_on", "ends_on", "value", "note", "told_by", "source", "external_id"]
        read_only_fields = ["told_by"]

    def create(self, validated_data: dict[str, Any]) -> ManualValue:
        return super().create({**validated_data, "told_by": self.context["request"].user})


class ManualValueFilter(RecordFilter):
    class Meta(RecordFilter.Meta):
        model = ManualValue
        fields = operators(ManualValue, "measure", "starts_on", "ends_on", "told_by")


class ManualValueViewSet(RecordViewSet):
    """Numbers told by hand, each for a stretch of days; it counts on the last of them."""

    queryset = ManualValue.objects.all()
    serializer_class = ManualValueSerializer
    filterset_class = ManualValueFilter
    ordering_fields = ("ends_on", "changed_at")


class GoalSerializer(RecordSerializer):
    class Meta:
        model = Goal
        fields = [
            "name",
            "kpi",
            "scope",
            "baseline",
            "target",
            "starts_on",
            "ends_on",
            "owner",
            "why",
            "parent",
            "source",
            "external_id",
        ]


class GoalFilter(RecordFilter):
    searched = ("name", "why")

    class Meta(RecordFilter.Meta):
        model = Goal
        fields = operators(Goal, "name", "kpi", "starts_on", "ends_on", "owner", "parent")


class StandingSerializer(serializers.Serializer):
    """How far a goal is, within what the person who asks may see."""

    goal = serializers.IntegerField()
    attained = serializers.CharField(allow_null=True, help_text="1 is just reached.")
    is_reached = serializers.BooleanField()
    value = serializers.DictField(help_text="The number so far, as the KPI's own address tells it.")


class NeededSerializer(serializers.Serializer):
    """How many it takes, and between how many, as sure as the rate is; null where nothing ever came of one."""

    goal = serializers.IntegerField()
    rate = serializers.CharField()
    count = serializers.IntegerField(allow_null=True)
    low = serializers.IntegerField(allow_null=True)
    high = serializers.IntegerField(allow_null=True)


class GoalViewSet(RecordViewSet):
    """What a number is to become, by when and why."""

    queryset = Goal.objects.all()
    serializer_class = GoalSerializer
    filterset_class = GoalFilter
    ordering_fields = ("ends_on", "name", "changed_at")

    @extend_schema(
        parameters=[OpenApiParameter("rate", str, required=True, description="A KPI that is a share, as win_rate.")],
        responses=NeededSerializer,
    )
    @action(detail=True)
    def needed(self, request: Request, pk: str) -> Response:
        """How many leads, deals or visits what is missing takes, at that rate as it was over the last year."""
        goal: Any = self.get_object()
        rate = request.query_params.get("rate", "")
        try:
            sights = [sight_of(request.user, kpi) for kpi in (kpi_for(goal), kpi_of(rate))]
        except LookupError as error:
            raise serializers.ValidationError({"rate": [str(error)]}) from error
        if None in sights:
            raise Http404
        try:
            found = needed_for(goal, rate, sight=sights[0] or COMPANY, of_rate=sights[1] or COMPANY)
        except ValidationError as error:
            raise serializers.ValidationError(error.message_dict) from error
        told = {} if found is None else {"count": found.count, "low": found.low, "high": found.high}
        return Response({"goal": goal.pk, "rate": rate, "count": None, "low": None, "high": None} | told)

    @extend_schema(responses=StandingSerializer)
    @action(detail=True)
    def standing(self, request: Request, pk: str) -> Response:
        """How far the goal is, by all days settled so far."""
        goal: Any = self.get_object()
        sight = sight_of(request.user, kpi_for(goal))
        if sight is None:
            raise Http404
        standing = standing_of(goal, sight=sight)
        return Response(
            {
                "goal": goal.pk,
                "attained": text(exact(standing.attained)),
                "is_reached": standing.is_reached,
                "value": plain(standing.value),
            }
        )


class GoalReadingSerializer(RecordSerializer):
    class Meta:
        model = GoalReading
        fields = ["goal", "on", "actual", "attained", "chance"]


class GoalReadingFilter(RecordFilter):
    class Meta(RecordFilter.Meta):
        model = GoalReading
        fields = operators(GoalReading, "goal", "on")


class GoalReadingViewSet(RowViewSet):
    """How far each goal was, day by day; `attained` in millionths of the way."""

    queryset = GoalReading.objects.all()
    serializer_class = GoalReadingSerializer
    filterset_class = GoalReadingFilter
    ordering_fields = ("on",)


class RuleSerializer(serializers.Serializer):
    """A rule records are held against, and how the last look over them went."""

    key = serializers.CharField()
    title = serializers.CharField()
    aspect = serializers.CharField()
    entity = serializers.CharField()
    weight = serializers.IntegerField()
    checked = serializers.IntegerField()
    passed = serializers.IntegerField()


class BrokenSerializer(serializers.Serializer):
    """A record that breaks a rule now."""

    record = serializers.IntegerField()
    name = serializers.CharField()


class DataQualityViewSet(ViewSet):
    """The rules records are held against every morning, and those that break them."""

    lookup_value_regex = "[a-z_]{1,80}"

    @extend_schema(operation_id="data_quality_list", responses=RuleSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Every rule over records you may see, with the company's last look over them."""
        last = QualityCheck.objects.order_by("-on").values("on")[:1]
        sums = QualityCheck.objects.filter(on__in=last).order_by().values_list("rule")
        counted = {rule: (checked, passed) for rule, checked, passed in sums.annotate(Sum("checked"), Sum("passed"))}
        seen = [rule for rule in RULES.values() if access.reach(request.user, rule.rows().model.family, "view")]
        results = []
        for rule in seen:
            checked, passed = counted.get(rule.key, (0, 0))
            told = {"key": rule.key, "title": rule.title, "aspect": rule.aspect.value, "entity": rule.entity}
            results.append(told | {"weight": rule.weight, "checked": checked, "passed": passed})
        return Response({"results": results, "next": None, "previous": None})

    @extend_schema(responses=BrokenSerializer(many=True))
    @action(detail=True)
    def records(self, request: Request, pk: str) -> Response:
        """The records that break a rule now, of those you may see; the first two hundred."""
        rule = RULES.get(pk)
        if rule is None or not access.reach(request.user, rule.rows().model.family, "view"):
            raise Http404
        found = offending(rule, request.user).order_by("pk")[:LISTED]
        return Response(
            {"results": [{"record": row.pk, "name": str(row)} for row in found], "next": None, "previous": None}
        )
