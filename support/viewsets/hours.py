"""Opening hours and what we promise over the API."""

from customers.doors import RecordViewSet
from support import filters
from support.models import Holiday, OpeningHours, Schedule, ServiceLevel
from support.serializers import hours


class ScheduleViewSet(RecordViewSet):
    queryset = Schedule.objects.all()
    serializer_class = hours.ScheduleSerializer
    filterset_class = filters.ScheduleFilter
    ordering_fields = ("name", "changed_at")


class OpeningHoursViewSet(RecordViewSet):
    queryset = OpeningHours.objects.all()
    serializer_class = hours.OpeningHoursSerializer
    filterset_class = filters.OpeningHoursFilter
    ordering_fields = ("weekday", "opens")


class HolidayViewSet(RecordViewSet):
    queryset = Holiday.objects.all()
    serializer_class = hours.HolidaySerializer
    filterset_class = filters.HolidayFilter
    ordering_fields = ("on",)


class ServiceLevelViewSet(RecordViewSet):
    """A promise binds the tickets opened after it was made; what others were promised stays."""

    queryset = ServiceLevel.objects.all()
    serializer_class = hours.ServiceLevelSerializer
    filterset_class = filters.ServiceLevelFilter
    ordering_fields = ("name", "changed_at")
