"""Opening hours as JSON."""

from customers.doors import RecordSerializer
from support.models import Holiday, OpeningHours, Schedule


class ScheduleSerializer(RecordSerializer):
    class Meta:
        model = Schedule
        fields = ["name", "is_default", "source", "external_id"]


class OpeningHoursSerializer(RecordSerializer):
    class Meta:
        model = OpeningHours
        fields = ["schedule", "weekday", "opens", "closes"]


class HolidaySerializer(RecordSerializer):
    class Meta:
        model = Holiday
        fields = ["schedule", "on", "name"]
