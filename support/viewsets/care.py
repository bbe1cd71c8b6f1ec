"""Calls, appointments and treatments over the API."""

from customers.doors import RecordViewSet, verb
from support import filters, services
from support.models import AccessSample, Appointment, Fill, Interaction, Treatment
from support.serializers import care, words


class InteractionViewSet(RecordViewSet):
    queryset = Interaction.objects.all()
    serializer_class = care.InteractionSerializer
    filterset_class = filters.InteractionFilter
    ordering_fields = ("ended_at", "changed_at")


class AppointmentViewSet(RecordViewSet):
    queryset = Appointment.objects.all()
    serializer_class = care.AppointmentSerializer
    filterset_class = filters.AppointmentFilter
    ordering_fields = ("starts_at", "booked_at", "changed_at")

    book = verb("book", services.book_appointment, words.BookWords)
    attend = verb("attend", services.attend_appointment, words.AtWords)
    no_show = verb("no_show", services.miss_appointment, words.AtWords)
    cancel = verb("cancel", services.cancel_appointment, words.AtWords)


class AccessSampleViewSet(RecordViewSet):
    """How far ahead the third open slot lay: noted every morning by itself, or told from another system."""

    queryset = AccessSample.objects.all()
    serializer_class = care.AccessSampleSerializer
    filterset_class = filters.AccessSampleFilter
    ordering_fields = ("on",)


class TreatmentViewSet(RecordViewSet):
    queryset = Treatment.objects.all()
    serializer_class = care.TreatmentSerializer
    filterset_class = filters.TreatmentFilter
    ordering_fields = ("starts_on", "ends_on", "changed_at")


class FillViewSet(RecordViewSet):
    queryset = Fill.objects.all()
    serializer_class = care.FillSerializer
    filterset_class = filters.FillFilter
    ordering_fields = ("filled_on", "changed_at")
