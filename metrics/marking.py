"""How people mark days on the charts: at the desk, over the API and by import."""

from django.contrib import admin

from customers.desk import RecordAdmin
from customers.doors import RecordFilter, RecordSerializer, RecordViewSet, operators
from metrics.models.marked import MarkedDate


@admin.register(MarkedDate)
class MarkedDateAdmin(RecordAdmin):
    list_display = ["name", "on", "note"]
    list_filter = ["on"]
    search_fields = ["name", "note"]
    fields = [("name", "on"), "note", ("source", "external_id")]


class MarkedDateSerializer(RecordSerializer):
    class Meta:
        model = MarkedDate
        fields = ["name", "on", "note", "source", "external_id"]


class MarkedDateFilter(RecordFilter):
    searched = ("name", "note")

    class Meta(RecordFilter.Meta):
        model = MarkedDate
        fields = operators(MarkedDate, "name", "on")


class MarkedDateViewSet(RecordViewSet):
    """Days after which things may be different. They stand on every chart, and numbers are held before and after."""

    queryset = MarkedDate.objects.all()
    serializer_class = MarkedDateSerializer
    filterset_class = MarkedDateFilter
    ordering_fields = ("on", "name", "changed_at")
