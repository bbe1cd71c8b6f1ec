"""Opening hours and what we promise as JSON."""

from customers.doors import RecordSerializer
from support.models import Holiday, OpeningHours, Schedule, ServiceLevel


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


class ServiceLevelSerializer(RecordSerializer):
    class Meta:
        model = ServiceLevel
        fields = [
            "name",
            "priority",
            "reply_within",
            "solve_within",
            "in_open_hours",
            "is_active",
            "source",
            "external_id",
        ]
